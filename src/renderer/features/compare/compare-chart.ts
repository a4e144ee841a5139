/** The lines of a chart of compared runs or groups, and their latest values in words. Pure. */
import { named } from '../../base/shown';
import type { Line } from '../../charts/lines';
import type { Band } from '../../charts/mean-curve';
import type { MetricLog } from '../../charts/metric-log';
import type { CurveStyle } from '../../charts/palette';
import type { Run } from '../../../shared/run';
import type { CompareGroup } from './groups';
import { compareAxis, type CompareMetric } from './metrics';

/** A line of a group, or of a run, with its name beside the others. */
export interface ComparedLine {
  group: CompareGroup;
  label: string;
  style: CurveStyle;
}

export interface GroupView {
  /** Null for the mean alone. */
  band: Band | null;
  /** Besides the mean, thin curves of the runs. */
  traces: boolean;
  styleOf: (runId: number) => CurveStyle;
}

/** A line a run; of a group of several the mean with its band, and its runs on request. */
export function compareLines(
  compared: readonly ComparedLine[],
  { from, value }: CompareMetric,
  { band, traces, styleOf }: GroupView,
): Line[] {
  return compared.flatMap(({ group, label, style }) => {
    const base = { from, value, group: group.key, label, style, runId: group.runs[0]!.id };
    if (group.runs.length === 1) return [base as Line];
    const mean = { ...base, mean: { runIds: group.runs.map(({ id }) => id), band } };
    const single = traces
      ? group.runs.map(({ id, name }) => ({
          ...base,
          runId: id,
          label: named(name),
          style: { color: style.color, dash: styleOf(id).dash },
          trace: true,
        }))
      : [];
    return [...single, mean] as Line[];
  });
}

/** What a run has of a metric at its latest step or epoch; null for none. */
function latest({ from, value }: CompareMetric, log: MetricLog | undefined): number | null {
  const y = from === 'epochs' ? log?.epochs.at(-1)?.[value] : log?.steps[value].last();
  return y === undefined || Number.isNaN(y) ? null : y;
}

/** More would not be listened to. */
const MAX_TOLD = 20;

/** `Validation accuracy over epoch: one at 70.0 %, two has no value yet.` */
export function describeLatest(
  runs: readonly Run[],
  metric: CompareMetric,
  axisName: string,
  logOf: (id: number) => MetricLog | undefined,
): string {
  const { format } = compareAxis(metric, false);
  const values = runs.slice(0, MAX_TOLD).map(({ id, name }) => {
    const y = latest(metric, logOf(id));
    return `${named(name)} ${y === null ? 'has no value yet' : `at ${format(y)}`}`;
  });
  const more = runs.length > MAX_TOLD ? [`and ${runs.length - MAX_TOLD} more`] : [];
  return `${metric.label} over ${axisName}: ${[...values, ...more].join(', ')}.`;
}
