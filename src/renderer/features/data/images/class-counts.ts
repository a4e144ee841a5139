/** Which images of a data set are shown, and how its classes are balanced. Pure. */

/** How many images there are of each class. */
export function classCounts(labels: Uint8Array, classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

export const allIndices = (count: number): Int32Array =>
  Int32Array.from({ length: count }, (_, index) => index);

/** Indices of the images of these classes, in order. */
export function indicesOf(labels: Uint8Array, classes: ReadonlySet<number>): Int32Array {
  const found: number[] = [];
  for (let index = 0; index < labels.length; index++) if (classes.has(labels[index]!)) found.push(index);
  return Int32Array.from(found);
}
