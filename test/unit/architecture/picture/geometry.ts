/** What the layout promises, asked of its marks. */
import type { BoxMark, Mark, Rect, TextMark } from '../../../../src/architecture/picture/marks';
import { marksOf, type Picture } from '../../../../src/architecture/picture/picture';
import { widthBound } from '../../../../src/architecture/picture/text-width';

export const boxesOf = (marks: readonly Mark[]): BoxMark[] => marks.filter((mark) => mark.kind === 'box');
export const textsOf = (marks: readonly Mark[]): TextMark[] => marks.filter((mark) => mark.kind === 'text');

/** Boxes that stand for something: filled ones, but for the circles of sums. */
export const filledBoxes = (picture: Picture): BoxMark[] =>
  boxesOf(marksOf(picture)).filter(({ fill }) => fill !== null && fill !== 'page');

/** The room that a text takes in a wide font: from the height of its capitals down to its baseline. */
export function roomOf({ text, x, y, size, bold, anchor }: TextMark): Rect {
  const width = widthBound(text, size, bold);
  const left = x - (anchor === 'start' ? 0 : anchor === 'middle' ? width / 2 : width);
  return { x: left, y: y - 0.75 * size, width, height: 0.8 * size };
}

export const overlap = (one: Rect, other: Rect): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

export const within = (inner: Rect, outer: Rect): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** The pairs that overlap, of which there should be none. */
export function overlapping<T extends Rect>(rects: readonly T[]): [T, T][] {
  const sorted = [...rects].sort((one, other) => one.y - other.y);
  return sorted.flatMap((one, index) => {
    const found: [T, T][] = [];
    for (let next = index + 1; next < sorted.length && sorted[next]!.y < one.y + one.height; next++) {
      if (overlap(one, sorted[next]!)) found.push([one, sorted[next]!]);
    }
    return found;
  });
}
