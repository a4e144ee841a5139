/** An architecture as rows of field and value in readable words; every architecture has the same rows. Pure. */
import type { Architecture } from './architecture';
import {
  CONVENTION_KEYS,
  conventionIn,
  conventionOf,
  describeConvention,
  describeStem,
  stemField,
  type ConventionKey,
} from './conventions';
import { formatBlockTable } from './text/format-table';

export interface ListedField {
  field: string;
  value: string;
  /** Long text that keeps its line breaks. */
  block?: true;
}

/** The stem is one row, where its first convention stands, and the block table comes behind it. */
export function listArchitecture(architecture: Architecture): ListedField[] {
  const rowsOf = (key: ConventionKey): ListedField[] => {
    if (stemField(key) === null) {
      const value = describeConvention(key, conventionIn(architecture, key));
      return [{ field: conventionOf(key).label, value }];
    }
    if (CONVENTION_KEYS.find((one) => stemField(one) !== null) !== key) return [];
    return [
      { field: 'Stem', value: describeStem(architecture) },
      { field: 'Block table', value: formatBlockTable(architecture.table), block: true },
    ];
  };
  return [{ field: 'Name', value: architecture.name }, ...CONVENTION_KEYS.flatMap(rowsOf)];
}
