import { describe, expect, it } from 'vitest';
import { MetricLog } from '../../../../../src/renderer/charts/metric-log';
import { curveStyle } from '../../../../../src/renderer/charts/palette';
import {
  compareAxis,
  compareLines,
  describeLatest,
} from '../../../../../src/renderer/features/compare/compare-chart';
import { METRICS } from '../../../../../src/renderer/features/compare/compare-settings';
import { toColumns } from '../../../../../src/shared/step-columns';
import { sampleEpoch, sampleRun } from '../runs/sample';

const runs = [sampleRun({ id: 1, name: 'one' }), sampleRun({ id: 2, name: 'two' })];
const log = new MetricLog();
log.receiveEpochs([sampleEpoch(1, 0.5), sampleEpoch(2, 0.7)]);
log.read(toColumns([{ step: 1, epoch: 1, loss: 2.5, crossEntropy: 2, accuracy: 0.1, seconds: 1 }]));

describe('the chart of compared runs', () => {
  it('has a line of the metric for each, in its own style', () => {
    expect(compareLines(runs, METRICS.stepLoss, (id) => curveStyle(id, false))).toMatchObject([
      { runId: 1, group: '1', label: 'one', from: 'steps', value: 'loss', style: curveStyle(1, false) },
      { runId: 2, group: '2', label: 'two', from: 'steps', value: 'loss', style: curveStyle(2, false) },
    ]);
  });

  it('is logarithmic for losses alone', () => {
    expect(compareAxis(METRICS.valLoss, true)).toMatchObject({ logarithmic: true, limits: null });
    expect(compareAxis(METRICS.stepAccuracy, true)).toMatchObject({ logarithmic: false, limits: [0, 1] });
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
  });
});
