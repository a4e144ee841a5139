/** In which order the table shows the runs. Pure. */
import type { Run } from '../../../shared/run';
import { DEFAULT_SETTINGS, type ColumnSort } from '../../../shared/settings';
import { columnOf } from './run-columns';

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The order that is asked for; newest first where this version does not know the column. */
export const knownSort = (sort: ColumnSort): ColumnSort =>
  columnOf(sort.key) ? sort : DEFAULT_SETTINGS.runSort;

/** Runs without the value come last in either direction; equals are ordered newest first. */
export function sortRuns(runs: readonly Run[], sort: ColumnSort): Run[] {
  const { key, descending } = knownSort(sort);
  const { value } = columnOf(key)!;
  const sign = descending ? -1 : 1;
  return runs
    .map((run) => ({ run, by: value(run) }))
    .sort((a, b) => {
      if (a.by === null || b.by === null) {
        if (a.by !== b.by) return a.by === null ? 1 : -1;
      } else {
        const order =
          typeof a.by === 'number' && typeof b.by === 'number'
            ? a.by - b.by
            : words.compare(String(a.by), String(b.by));
        if (order !== 0) return sign * order;
      }
      return b.run.createdAt - a.run.createdAt || b.run.id - a.run.id;
    })
    .map(({ run }) => run);
}
