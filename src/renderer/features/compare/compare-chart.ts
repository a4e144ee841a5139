/** The chart of compared runs: a line for each, and their latest values in words. Pure. */
import type { Run } from '../../../shared/run';
import { named } from '../../base/shown';
import { accuracyAxis, lossAxis, type ValueAxis } from '../../charts/axes';
import type { Line } from '../../charts/lines';
import type { MetricLog } from '../../charts/metric-log';
import type { CurveStyle } from '../../charts/palette';
import { isAccuracy } from '../../charts/series';
import type { CompareMetric } from './compare-settings';

/** One line a run, in its colour. */
export const compareLines = (
  runs: readonly Run[],
  { from, value }: CompareMetric,
  styleOf: (id: number) => CurveStyle,
): Line[] =>
  runs.map(
    ({ id, name }) =>
      ({ from, value, runId: id, group: String(id), label: named(name), style: styleOf(id) }) as Line,
  );

/** Only losses have a logarithmic scale. */
export const compareAxis = ({ label, value }: CompareMetric, logarithmic: boolean): ValueAxis =>
  isAccuracy(value) ? accuracyAxis(label, false) : lossAxis(label, logarithmic);

/** What a run has of a metric at its latest step or epoch; null for none. */
function latest({ from, value }: CompareMetric, log: MetricLog | undefined): number | null {
  const y = from === 'epochs' ? log?.epochs.at(-1)?.[value] : log?.steps[value].last();
  return y === undefined || Number.isNaN(y) ? null : y;
}

/** `Validation accuracy over epoch: one at 70.0 %, two has no value yet.` */
export function describeLatest(
  runs: readonly Run[],
  metric: CompareMetric,
  axisName: string,
  logOf: (id: number) => MetricLog | undefined,
): string {
  const { format } = compareAxis(metric, false);
  const values = runs.map(({ id, name }) => {
    const y = latest(metric, logOf(id));
    return `${named(name)} ${y === null ? 'has no value yet' : `at ${format(y)}`}`;
  });
  return `${metric.label} over ${axisName}: ${values.join(', ')}.`;
}
