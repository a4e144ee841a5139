/** A run as the palette finds it. Pure. */
import { formatPercent } from '../../shared/format';
import type { Run } from '../../shared/run';
import { describeSetUp, stateLabel } from '../features/runs/describe-run';
import type { PaletteEntry } from './palette-search';

/** What tells runs apart: number, architecture, data, state and best accuracy. */
export function runEntry(run: Run, open: (path: string) => unknown): PaletteEntry {
  const parts =
    run.unreadable === undefined
      ? [describeSetUp(run), stateLabel(run), ...(run.best ? [formatPercent(run.best.valAccuracy, 1)] : [])]
      : ['unreadable'];
  const note = [`run ${run.id}`, ...parts].join(' · ');
  return {
    id: `run:${run.id}`,
    kind: 'Run',
    title: run.name,
    note,
    also: `#${run.id} ${note} ${run.unreadable === undefined ? (run.architecture?.name ?? '') : ''}`,
    run: () => open(`/runs/${run.id}`),
  };
}
