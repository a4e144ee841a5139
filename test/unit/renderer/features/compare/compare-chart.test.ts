import { describe, expect, it } from 'vitest';
import { MetricLog } from '../../../../../src/renderer/charts/metric-log';
import { curveStyle } from '../../../../../src/renderer/charts/palette';
import { compareLines, describeLatest } from '../../../../../src/renderer/features/compare/compare-chart';
import { groupsBy } from '../../../../../src/renderer/features/compare/groups';
import {
  compareAxis,
  isMetric,
  mayBeLogarithmic,
  METRIC_KEYS,
  METRICS,
} from '../../../../../src/renderer/features/compare/metrics';
import { toColumns } from '../../../../../src/shared/step-columns';
import { sampleEpoch, sampleRun } from '../runs/sample';

const runs = [sampleRun({ id: 1, name: 'one' }), sampleRun({ id: 2, name: 'two' })];
const log = new MetricLog();
log.receiveEpochs([sampleEpoch(1, 0.5), sampleEpoch(2, 0.7)]);
log.read(
  toColumns([
    { step: 1, epoch: 1, loss: 2.5, crossEntropy: 2, accuracy: 0.1, seconds: 1, learningRate: 0.01 },
  ]),
);

describe('the chart of compared runs', () => {
  const styleOf = (id: number) => curveStyle(id, false);
  const named = (field: 'run' | 'architecture') =>
    groupsBy(runs, field).map((group) => ({ group, label: group.name, style: styleOf(group.runs[0]!.id) }));

  it('has a line of the metric for each, in its own style', () => {
    const how = { band: 'deviation', traces: true, styleOf } as const;
    expect(compareLines(named('run'), METRICS.stepLoss, how)).toEqual([
      { runId: 1, group: '1', label: 'one', from: 'steps', value: 'loss', style: styleOf(1) },
      { runId: 2, group: '2', label: 'two', from: 'steps', value: 'loss', style: styleOf(2) },
    ]);
  });

  it('has the mean of a group, and behind it single runs in its colour on request', () => {
    const lines = (traces: boolean) =>
      compareLines(named('architecture'), METRICS.valLoss, { band: 'error', traces, styleOf });
    const [group] = named('architecture');
    const mean = { group: group!.group.key, label: group!.label, style: group!.style };
    expect(lines(false)).toEqual([
      { ...mean, runId: 1, from: 'epochs', value: 'valLoss', mean: { runIds: [1, 2], band: 'error' } },
    ]);
    expect(lines(true)).toMatchObject([
      { runId: 1, label: 'one', trace: true, style: { color: mean.style.color, dash: styleOf(1).dash } },
      { runId: 2, label: 'two', trace: true, style: { color: mean.style.color, dash: styleOf(2).dash } },
      { mean: { runIds: [1, 2], band: 'error' } },
    ]);
  });

  it('is logarithmic for losses alone', () => {
    expect(compareAxis(METRICS.valLoss, true)).toMatchObject({ logarithmic: true, limits: null });
    expect(compareAxis(METRICS.stepAccuracy, true)).toMatchObject({ logarithmic: false, limits: [0, 1] });
    for (const key of METRIC_KEYS) {
      expect(compareAxis(METRICS[key], true).logarithmic, key).toBe(mayBeLogarithmic(METRICS[key]));
    }
    expect(METRIC_KEYS.filter((key) => !mayBeLogarithmic(METRICS[key]))).toEqual([
      'valAccuracy',
      'accuracy',
      'emaValAccuracy',
      'stepAccuracy',
      'imagesPerSecond',
      'seconds',
      'memoryBytes',
    ]);
  });

  it('knows its metrics by their own names only', () => {
    expect(['valLoss', 'toString', '__proto__', 'gradientNorm'].map(isMetric)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('says the latest value of each in words', () => {
    const logOf = (id: number) => (id === 1 ? log : undefined);
    expect(describeLatest(runs, METRICS.valAccuracy, 'epoch', logOf)).toBe(
      'Validation accuracy over epoch: one at 70.0 %, two has no value yet.',
    );
    expect(describeLatest(runs, METRICS.stepLoss, 'MACs', logOf)).toBe(
      'Loss of each step over MACs: one at 2.5000, two has no value yet.',
    );
    expect(describeLatest(runs, METRICS.stepLoss, 'step', () => new MetricLog())).toContain(
      'one has no value',
    );
    const many = Array.from({ length: 23 }, (_, index) => sampleRun({ id: index + 1, name: `r${index}` }));
    expect(describeLatest(many, METRICS.stepLoss, 'step', () => log)).toMatch(
      /r19 at 2\.5000, and 3 more\.$/,
    );
  });
});
