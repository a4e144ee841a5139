/** Where images lie in a grid that scrolls, and where keys lead in it. Pure. */

/** Pixels of an image between two, before it is enlarged. */
export const GAP = 2;

export interface GridLayout {
  /** Images side by side, at least one. */
  columns: number;
  rows: number;
  /** From the beginning of one image to that of the next, CSS pixels. */
  stepX: number;
  stepY: number;
}

/** @param shape height, width and channels of an image. @param zoom CSS pixels of a pixel. @param width of the grid, CSS pixels. */
export function gridLayout(
  count: number,
  [height, width]: readonly [number, number, number],
  zoom: number,
  room: number,
): GridLayout {
  const stepX = (width + GAP) * zoom;
  const columns = Math.max(1, Math.floor((room + GAP * zoom) / stepX));
  return { columns, rows: Math.ceil(count / columns), stepX, stepY: (height + GAP) * zoom };
}

/** The image at a point of the grid; null between images and behind the last. */
export function placeAt(
  { columns, stepX, stepY }: GridLayout,
  count: number,
  x: number,
  y: number,
): number | null {
  const [column, row] = [Math.floor(x / stepX), Math.floor(y / stepY)];
  if (x < 0 || y < 0 || column >= columns) return null;
  const place = row * columns + column;
  return place < count ? place : null;
}

/**
 * Where a key leads from an image; null for other keys.
 * @param page rows in sight
 */
export function placeAfter(
  key: string,
  place: number,
  { columns }: GridLayout,
  count: number,
  page: number,
): number | null {
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    PageDown: columns * Math.max(1, page),
    PageUp: -columns * Math.max(1, page),
    Home: -place,
    End: count - 1 - place,
  };
  const step = steps[key];
  return step === undefined ? null : Math.max(0, Math.min(count - 1, place + step));
}

/** Bytes that are asked for at once, and images. */
const UNIT_BYTES = 1.5e6;
const UNIT_IMAGES = 1000;

/** How many rows are asked for at once: a few, so that what is in sight comes soon, and not one by one. */
export const rowsOfUnit = (columns: number, imageBytes: number): number =>
  Math.max(1, Math.floor(Math.min(UNIT_IMAGES, UNIT_BYTES / imageBytes) / columns));
