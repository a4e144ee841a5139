/** Which images of a data set are shown, and how its classes are balanced. Pure. */

/** How many images there are of each class. */
export function classCounts(labels: Uint8Array, classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** Indices of the images of these classes, in order; of all where none is named. */
export function shownIndices(labels: Uint8Array, classes: ReadonlySet<number>): Int32Array {
  if (classes.size === 0) return Int32Array.from(labels, (_, index) => index);
  const found: number[] = [];
  for (let index = 0; index < labels.length; index++) if (classes.has(labels[index]!)) found.push(index);
  return Int32Array.from(found);
}
