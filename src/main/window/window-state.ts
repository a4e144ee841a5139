/** What the window remembers of its place, `window.json`: four whole numbers and whether it was maximized, nothing else. */
import { z } from 'zod';

export interface Bounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WindowState {
  bounds: Bounds;
  maximized: boolean;
}

/** In pixels; screens side by side reach no further than this. */
const coordinate = z.number().int().min(-65_536).max(65_536);
const length = z.number().int().min(1).max(65_536);

/** Keys that are not named here are dropped: what is read goes into a window's options. */
const schema = z.object({
  bounds: z.object({ x: coordinate, y: coordinate, width: length, height: length }),
  maximized: z.boolean(),
});

/** Null where the text is not what `formatWindowState` writes. */
export function parseWindowState(text: string): WindowState | null {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export const formatWindowState = ({ bounds: { x, y, width, height }, maximized }: WindowState): string =>
  JSON.stringify({ bounds: { x, y, width, height }, maximized });

/**
 * Moved and shrunk to lie wholly within a screen's area, but never below the smallest size. `area` is that of the screen
 * nearest to the bounds, which may be another one than when they were stored.
 */
export function fitInto(bounds: Bounds, area: Bounds, smallest: Pick<Bounds, 'width' | 'height'>): Bounds {
  const width = Math.max(smallest.width, Math.min(bounds.width, area.width));
  const height = Math.max(smallest.height, Math.min(bounds.height, area.height));
  const within = (at: number, size: number, from: number, room: number) =>
    Math.max(from, Math.min(at, from + room - size));
  return {
    x: within(bounds.x, width, area.x, area.width),
    y: within(bounds.y, height, area.y, area.height),
    width,
    height,
  };
}
