/** Which runs the table shows, and in which order. Pure. */
import type { Run } from '../../../shared/run';
import { architectureTitle, progressOf, stateLabel } from './describe-run';

export type SortKey =
  'name' | 'architecture' | 'dataset' | 'state' | 'progress' | 'best' | 'last' | 'time' | 'created';

export interface Sort {
  key: SortKey;
  descending: boolean;
}

/** Newest first. */
export const DEFAULT_SORT: Sort = { key: 'created', descending: true };

const words = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

const isReadable = (run: Run): boolean => run.unreadable === undefined;

const VALUES: Record<SortKey, (run: Run) => string | number | null> = {
  name: (run) => run.name,
  architecture: (run) => (isReadable(run) ? architectureTitle(run.architecture) : null),
  dataset: (run) => (isReadable(run) ? run.dataset.title : null),
  state: stateLabel,
  progress: (run) => (isReadable(run) ? progressOf(run) : null),
  best: (run) => run.best?.valAccuracy ?? null,
  last: (run) => run.last?.valAccuracy ?? null,
  time: (run) => run.seconds,
  created: (run) => run.createdAt,
};

/** Runs without the value come last in either direction; equals are ordered newest first. */
export function sortRuns(runs: readonly Run[], { key, descending }: Sort): Run[] {
  const value = VALUES[key];
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

/** Runs in which every word of the filter occurs: in name, architecture, data set, state or optimizer. */
export function filterRuns(runs: readonly Run[], filter: string): Run[] {
  const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return [...runs];
  return runs.filter((run) => {
    if (run.unreadable !== undefined) {
      const text = `${run.name}\nunreadable`.toLowerCase();
      return wanted.every((word) => text.includes(word));
    }
    const text = [
      run.name,
      architectureTitle(run.architecture),
      run.architecture.name,
      run.dataset.title,
      stateLabel(run),
      run.recipe.optimizer,
    ]
      .join('\n')
      .toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
