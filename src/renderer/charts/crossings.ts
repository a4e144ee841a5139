/** Where one curve overtakes another. Pure. */
import { endOf, firstOf, valueAt, type Samples } from './samples';

export interface Crossing {
  x: number;
  y: number;
  /** The first curve is above afterwards. */
  rises: boolean;
}

/** Crossings of two curves over the part of the axis that both have, on the lines between their points. */
export function crossings(a: Samples, b: Samples): Crossing[] {
  const places = new Set<number>();
  for (const curve of [a, b]) {
    for (let index = firstOf(curve); index < endOf(curve); index++) places.add(curve.xs.at(index));
  }
  const found: Crossing[] = [];
  let before: { x: number; gap: number; y: number } | null = null;
  for (const x of [...places].sort((one, other) => one - other)) {
    const [y, other] = [valueOf(a, x), valueOf(b, x)];
    const gap = y - other;
    if (!Number.isFinite(gap)) {
      before = null;
      continue;
    }
    // Where they meet it is not decided yet who goes on above.
    if (gap === 0) continue;
    if (before && before.gap * gap < 0) {
      const share = before.gap / (before.gap - gap);
      found.push({
        x: before.x + share * (x - before.x),
        y: before.y + share * (y - before.y),
        rises: gap > 0,
      });
    }
    before = { x, gap, y };
  }
  return found;
}

/** The value of a curve at x; NaN beside the curve. */
function valueOf(curve: Samples, x: number): number {
  const index = curve.xs.lowerBound(x);
  // The first at or after x: the one before it begins the line.
  const before = curve.xs.at(index) === x ? index : index - 1;
  return before < firstOf(curve) || index >= endOf(curve) ? NaN : valueAt(curve, x, before);
}
