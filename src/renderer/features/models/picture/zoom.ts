/** How large a picture is shown. Pure. */

export interface Size {
  width: number;
  height: number;
}

export const ZOOM = { min: 0.02, max: 4, step: 1.25 } as const;
/** Smaller than this, texts of a picture cannot be read. */
const READABLE = 0.6;
/** Larger than this, a small network looks coarse. */
const LARGEST_FIT = 1.25;

export const within = (scale: number): number => Math.min(ZOOM.max, Math.max(ZOOM.min, scale));

/** So that all of it is seen. */
export const scaleOfWhole = (picture: Size, view: Size): number =>
  within(Math.min(view.width / picture.width, view.height / picture.height, LARGEST_FIT));

/** As the whole where that can be read, else as wide (or, where it runs to the right, as high) as the view. */
export function scaleToRead(picture: Size, view: Size): number {
  const whole = scaleOfWhole(picture, view);
  if (whole >= READABLE) return whole;
  const [width, height] = [view.width / picture.width, view.height / picture.height];
  return within(Math.max(whole, Math.min(1, Math.max(width, height))));
}

/** Where the view has to be scrolled to so that what lies at a place of it stays there. */
export function scrollAfterZoom(
  { scroll, at, view, size }: { scroll: number; at: number; view: number; size: number },
  before: number,
  after: number,
): number {
  // A picture that is smaller than the view stands in its middle.
  const margin = (scale: number): number => Math.max(0, (view - size * scale) / 2);
  const place = (scroll + at - margin(before)) / before;
  return place * after + margin(after) - at;
}
