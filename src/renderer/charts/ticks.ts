/** Round numbers for axes. Pure. */

/** Multiples of 1, 2 or 5 times a power of ten within a range, at most `most` of them; whole numbers on request. */
export function roundTicks(from: number, to: number, most: number, whole = false): number[] {
  if (!(to > from)) return [from];
  const step = roundStep((to - from) / Math.max(1, most - 1), whole);
  // The little more and less keeps the ends of the range, which rounding may put just outside.
  const first = Math.ceil(from / step - 1e-6);
  const last = Math.floor(to / step + 1e-6);
  const ticks: number[] = [];
  for (let index = first; index <= last && ticks.length <= most; index++) ticks.push(multiple(index, step));
  return ticks;
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `least`. */
export function roundStep(least: number, whole = false): number {
  if (whole && least <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].find((digit) => digit * power >= least * (1 - 1e-9))! * power;
  return step;
}

/** `index · step` without the digits that binary fractions add: 3 · 0.1 is 0.3. */
const multiple = (index: number, step: number): number => Number((index * step).toPrecision(12));

/** How near (share of the axis) two logarithmic ticks may stand. */
const LOG_DISTANCE = 0.1;

/** So many ticks tell how an axis runs; less round numbers are not needed then. */
const ENOUGH = 4;

/** Ticks of a logarithmic axis, which is above 0: powers of ten, and as many rounder numbers between as keep a distance. */
export function logTicks(from: number, to: number): number[] {
  if (!(from > 0 && to > from && to < Infinity)) return [];
  const place = (value: number): number => Math.log(value / from) / Math.log(to / from);
  const chosen: number[] = [];
  // 1, 10, 0.1 … before 2 and 5 before the other digits before what needs two digits.
  for (const [rank, digits] of [[1], [2, 5], [3, 4, 6, 7, 8, 9], TWO_DIGITS].entries()) {
    if (rank > 1 && chosen.length >= ENOUGH) break;
    for (let power = Math.floor(Math.log10(from)); power <= Math.ceil(Math.log10(to)); power++) {
      for (const digit of digits) {
        const value = Number((digit * 10 ** power).toPrecision(3));
        if (value < from * (1 - 1e-9) || value > to * (1 + 1e-9)) continue;
        if (chosen.every((other) => Math.abs(place(other) - place(value)) > LOG_DISTANCE)) chosen.push(value);
      }
    }
  }
  // So near to one place an axis is hardly bent, and two digits tell nothing apart.
  return chosen.length < 2 ? roundTicks(from, to, MAX_NEAR) : chosen.sort((a, b) => a - b);
}

/** Ticks of a logarithmic axis that shows hardly more than one value, at most. */
const MAX_NEAR = 6;

const TWO_DIGITS = Array.from({ length: 90 }, (_, index) => 1 + index / 10);
