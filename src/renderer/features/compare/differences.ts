/** In what compared runs differ. Pure. */
import type { Run } from '../../../shared/run';
import { detailGroups, type Group, type Row } from '../runs/details';

export interface ComparedRow {
  group: Group;
  field: string;
  /** One a run, in their order. */
  values: string[];
  differs: boolean;
  block: boolean;
}

/** Every field of architecture, recipe, data and machine; `differs` where not all runs have the same. */
export function comparedRows(runs: readonly Run[]): ComparedRow[] {
  const details = runs.map(detailGroups);
  const [first] = details;
  if (!first) return [];
  // An imported run has few fields, or none: those of the others are listed.
  const fullest = (group: Group): readonly Row[] =>
    details.reduce<readonly Row[]>((most, one) => (one[group].length > most.length ? one[group] : most), []);
  return (Object.keys(first) as Group[]).flatMap((group) =>
    fullest(group).map(({ field, block }, index) => {
      const values = details.map((one) => one[group][index]?.value ?? '–');
      return { group, field, values, differs: new Set(values).size > 1, block: block ?? false };
    }),
  );
}
