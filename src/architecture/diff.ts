import type { Architecture } from './architecture';
import { listArchitecture } from './listing';

/** One field in which architectures differ, with each one's value in their order. */
export interface ArchitectureDifference {
  /** In readable words: `Input shape`, `Block table`, `Convolution bias`, … */
  field: string;
  values: string[];
}

/** The fields in which at least two of the architectures differ, in readable words. */
export function diffArchitectures(list: Architecture[]): ArchitectureDifference[] {
  const [first, ...others] = list.map(listArchitecture);
  return (first ?? [])
    .map(({ field, value }, row) => ({ field, values: [value, ...others.map((rows) => rows[row]!.value)] }))
    .filter(({ values }) => new Set(values).size > 1);
}
