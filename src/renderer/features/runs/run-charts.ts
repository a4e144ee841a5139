/** The charts of a run: their lines, and their latest values in words. Pure. */
import type { EpochMetric } from '../../../shared/metrics';
import type { Run } from '../../../shared/run';
import { formatLoss, formatPercent, formatSetting, NOTHING, thousands } from '../../../shared/format';
import { named } from '../../base/shown';
import type { Line, LineValue } from '../../charts/lines';
import type { MetricLog } from '../../charts/metric-log';
import { curveStyle, parentStyle } from '../../charts/palette';
import { hasAverage, hasSteps } from './known-curves';
import {
  isAccuracy,
  type EpochValue,
  type MeasuredValue,
  type NormValue,
  type StepValue,
  type XAxis,
} from '../../charts/series';

/** The value of an epoch that is drawn beside one of its steps. */
const VALIDATION = {
  loss: 'valLoss',
  crossEntropy: 'valCrossEntropy',
  accuracy: 'valAccuracy',
} as const satisfies Record<MeasuredValue, EpochValue>;

/** The same of the average of the weights. */
const OF_AVERAGE = {
  loss: 'emaValLoss',
  crossEntropy: 'emaValCrossEntropy',
  accuracy: 'emaValAccuracy',
} as const satisfies Record<MeasuredValue, EpochValue>;

/**
 * Training, validation, that of the average of the weights where there is one, and of a fork its parent in grey. The parent's seconds are of another clock, so the time axis is
 * without it. An imported run may have its training by epochs alone.
 *
 * @param parent where it is not deleted
 */
export function runLines(
  run: Pick<Run, 'id' | 'parent' | 'imported' | 'recipe'>,
  parent: Pick<Run, 'id'> | undefined,
  value: MeasuredValue,
  axis: XAxis,
  dark: boolean,
): Line[] {
  const steps = hasSteps(run, value);
  const training: LineValue = { from: steps ? 'steps' : 'epochs', value };
  const lines: Line[] = [
    {
      runId: run.id,
      group: 'training',
      label: 'Training',
      legend: steps ? 'Training, each step' : 'Training, each epoch',
      style: curveStyle(0, dark),
      ...training,
    },
    {
      runId: run.id,
      group: 'validation',
      label: 'Validation',
      legend: 'Validation, each epoch',
      style: { ...curveStyle(1, dark), dash: [] },
      from: 'epochs',
      value: VALIDATION[value],
    },
  ];
  if (hasAverage(run)) {
    lines.push({
      runId: run.id,
      group: 'average',
      label: 'Averaged weights',
      legend: 'Validation of the average, each epoch',
      style: curveStyle(2, dark),
      from: 'epochs',
      value: OF_AVERAGE[value],
    });
  }
  return [...lines, ...parentLines(run, parent, value, axis, dark)];
}

/** The learning rate of each step, and of a fork its parent's. */
export function rateLines(
  run: Pick<Run, 'id' | 'parent' | 'imported'>,
  parent: Pick<Run, 'id'> | undefined,
  axis: XAxis,
  dark: boolean,
): Line[] {
  const own: Line = {
    runId: run.id,
    group: 'rate',
    label: 'Learning rate',
    legend: 'Learning rate, each step',
    style: curveStyle(0, dark),
    from: 'steps',
    value: 'learningRate',
  };
  return [own, ...parentLines(run, parent, 'learningRate', axis, dark)];
}

export const NORM_TITLES = {
  gradientNorm: 'Gradient norm',
  weightNorm: 'Weight norm',
} as const satisfies Record<NormValue, string>;

/** A norm of each step, and of a fork its parent's. */
export function normLines(
  run: Pick<Run, 'id' | 'parent'>,
  parent: Pick<Run, 'id'> | undefined,
  value: NormValue,
  axis: XAxis,
  dark: boolean,
): Line[] {
  const label = NORM_TITLES[value];
  const own: Line = {
    ...{ runId: run.id, group: value, label, legend: `${label}, each step` },
    ...{ style: curveStyle(0, dark), from: 'steps', value },
  };
  return [own, ...parentLines(run, parent, value, axis, dark)];
}

function parentLines(
  run: Pick<Run, 'parent'>,
  parent: Pick<Run, 'id'> | undefined,
  value: StepValue,
  axis: XAxis,
  dark: boolean,
): Line[] {
  if (!run.parent || !parent || axis === 'time') return [];
  return [
    {
      runId: parent.id,
      group: 'parent',
      label: 'Parent',
      legend: 'Parent, up to the fork',
      style: parentStyle(dark),
      from: 'steps',
      value,
      upTo: run.parent.step,
    },
  ];
}

/** The latest values of a chart, for those who cannot see the curves. */
export function describeRunChart(
  { name, step, imported }: Pick<Run, 'name' | 'step' | 'imported'>,
  title: string,
  axisName: string,
  value: MeasuredValue,
  log: Pick<MetricLog, 'steps'> | undefined,
  last: EpochMetric | undefined,
): string {
  const format = isAccuracy(value) ? formatPercent : formatLoss;
  const latest = log?.steps[value].length ? log.steps[value].last() : null;
  if (imported) {
    const said = (figure: number | undefined): string => format(Number.isFinite(figure) ? figure : null);
    return `${title} of ${named(name)} over ${axisName}, imported. Epoch ${thousands(last?.epoch)}: training ${said(last?.[value])}, validation ${said(last?.[VALIDATION[value]])}.`;
  }
  const validation = last
    ? `Validation of epoch ${last.epoch}: ${format(last[VALIDATION[value]])}.`
    : 'No epoch has been validated yet.';
  const ofAverage = last?.[OF_AVERAGE[value]];
  const average = ofAverage === undefined ? '' : ` Of the average of the weights: ${format(ofAverage)}.`;
  return `${title} of ${named(name)} over ${axisName}. Training at step ${thousands(step)}: ${format(latest)}. ${validation}${average}`;
}

/** As `describeRunChart`, of the learning rate. */
export function describeRateChart(
  { name, step }: Pick<Run, 'name' | 'step'>,
  axisName: string,
  log: Pick<MetricLog, 'steps'> | undefined,
): string {
  const rates = log?.steps.learningRate;
  const latest = rates?.length ? formatSetting(Number(rates.last().toPrecision(4))) : NOTHING;
  return `Learning rate of ${named(name)} over ${axisName}. At step ${thousands(step)}: ${latest}.`;
}

/** As `describeRunChart`, of a norm. */
export function describeNormChart(
  { name, step }: Pick<Run, 'name' | 'step'>,
  value: NormValue,
  axisName: string,
  log: Pick<MetricLog, 'steps'> | undefined,
): string {
  const latest = log?.steps[value].length ? formatLoss(log.steps[value].last()) : NOTHING;
  return `${NORM_TITLES[value]} of ${named(name)} over ${axisName}. At step ${thousands(step)}: ${latest}.`;
}
