/** The presets that come nearest to a table, or to the numbers of blocks of its stages. */
import type { BlockTable } from '../architecture';
import { kernelSize } from '../block-table';
import { PRESETS } from '../presets';

/** Each table that is published once, under the name of its first preset. */
const TABLES = PRESETS.filter(
  ({ architecture: { table }, own }, index) =>
    !own &&
    PRESETS.findIndex((other) => JSON.stringify(other.architecture.table) === JSON.stringify(table)) ===
      index,
);

/** Names of presets whose stages have these numbers of blocks. */
export const presetsOfCounts = (counts: readonly number[]): string[] =>
  TABLES.filter(
    ({ architecture: { table } }) =>
      table.length === counts.length && table.every(([count], index) => count === counts[index]),
  ).map(({ id }) => id);

/** The preset of which most stages are the same, first in their convolutions, then in their numbers of blocks. */
export function resembling(table: BlockTable): string {
  const distances = TABLES.map(({ id, architecture }) => ({
    id,
    distance: between(table, architecture.table),
  }));
  return distances.reduce((best, one) => (one.distance < best.distance ? one : best)).id;
}

function between(a: BlockTable, b: BlockTable): number {
  let sum = 2 * Math.abs(a.length - b.length);
  for (const [index, [count, convolutions]] of a.entries()) {
    const other = b[index];
    if (!other) break;
    const [otherCount, others] = other;
    sum += Math.min(3, Math.abs(count - otherCount));
    sum += 4 * Math.abs(convolutions.length - others.length);
    for (const [position, [filters, kernel]] of convolutions.entries()) {
      const [otherFilters, otherKernel] = others[position] ?? [filters, kernel];
      sum += Math.abs(Math.log2(filters / otherFilters));
      if (kernelSize(kernel)[0] !== kernelSize(otherKernel)[0]) sum += 1;
    }
  }
  return sum;
}
