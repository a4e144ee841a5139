/** Where two texts differ. Pure. */

/** A stretch of one text, and what takes its place in the other: UTF-16 offsets. */
export interface ChangedRange {
  /** The same in both. */
  start: number;
  endBefore: number;
  endAfter: number;
}

/** From the first character that differs to the last; empty in both where the texts are equal. */
export function changedRange(before: string, after: string): ChangedRange {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail++;
  return { start, endBefore: before.length - tail, endAfter: after.length - tail };
}
