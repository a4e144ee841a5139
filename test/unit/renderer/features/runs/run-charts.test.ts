import { describe, expect, it } from 'vitest';
import { MetricLog } from '../../../../../src/renderer/charts/metric-log';
import {
  describeNormChart,
  describeRunChart,
  normLines,
  runLines,
} from '../../../../../src/renderer/features/runs/run-charts';
import { parentOf } from '../../../../../src/renderer/features/runs/run-lineage';
import { toColumns } from '../../../../../src/shared/step-columns';
import { sampleEpoch, sampleRun } from './sample';

const run = sampleRun({ id: 2, name: 'fork', step: 400, parent: { id: 1, step: 314, images: 20_000 } });
const parent = sampleRun({ id: 1, name: 'parent' });

describe('the lines of a run', () => {
  const shown = (...args: Parameters<typeof runLines>) =>
    runLines(...args).map(({ runId, from, value, upTo }) => [runId, from, value, upTo]);

  it('are training and validation of the same value', () => {
    expect(shown(parent, undefined, 'crossEntropy', 'step', true)).toEqual([
      [1, 'steps', 'crossEntropy', undefined],
      [1, 'epochs', 'valCrossEntropy', undefined],
    ]);
  });

  it('have the parent of a fork, up to the fork', () => {
    expect(shown(run, parent, 'accuracy', 'epoch', true)[2]).toEqual([1, 'steps', 'accuracy', 314]);
  });

  it('are without a parent that was deleted, and over time, which is another for it', () => {
    expect(shown(run, undefined, 'loss', 'epoch', true)).toHaveLength(2);
    expect(shown(run, parent, 'loss', 'time', true)).toHaveLength(2);
  });

  it('are three where the average of the weights is validated beside them', () => {
    const averaged = { ...parent, recipe: { ...parent.recipe!, emaDecay: 0.999 } };
    expect(shown(averaged, undefined, 'accuracy', 'step', true)[2]).toEqual([
      ...[1, 'epochs', 'emaValAccuracy', undefined],
    ]);
  });

  it('are of a norm that of the run, and its parent', () => {
    const lines = normLines(run, parent, 'gradientNorm', 'step', true);
    expect(lines.map(({ runId, value, upTo }) => [runId, value, upTo])).toEqual([
      [2, 'gradientNorm', undefined],
      [1, 'gradientNorm', 314],
    ]);
  });

  it('differ from each other in colour, in both themes', () => {
    for (const dark of [true, false]) {
      const colors = runLines(run, parent, 'loss', 'step', dark).map(({ style }) => style.color);
      expect(new Set(colors).size).toBe(3);
    }
  });
});

describe('a chart in words', () => {
  const log = new MetricLog();
  log.read(
    toColumns([
      { step: 1, epoch: 1, loss: 2.5, crossEntropy: 2, accuracy: 0.1, seconds: 1, learningRate: 0.01 },
    ]),
  );

  it('says the latest step and the latest epoch', () => {
    expect(describeRunChart(run, 'Loss', 'step', 'loss', log, sampleEpoch(2, 0.5))).toBe(
      'Loss of fork over step. Training at step 400: 2.5000. Validation of epoch 2: 1.0500.',
    );
    expect(describeRunChart(run, 'Accuracy', 'time', 'accuracy', log, sampleEpoch(2, 0.5))).toBe(
      'Accuracy of fork over time. Training at step 400: 10.00 %. Validation of epoch 2: 50.00 %.',
    );
  });

  it('says what the average of the weights reached, and the latest norm', () => {
    const epoch = sampleEpoch(2, 0.5, { emaValAccuracy: 0.625 });
    expect(describeRunChart(run, 'Accuracy', 'time', 'accuracy', log, epoch)).toMatch(
      /Validation of epoch 2: 50\.00 %\. Of the average of the weights: 62\.50 %\.$/,
    );
    const norms = new MetricLog();
    norms.read(
      toColumns([
        {
          ...{ step: 1, epoch: 1, loss: 2.5, crossEntropy: 2, accuracy: 0.1, seconds: 1, learningRate: 0.01 },
          ...{ gradientNorm: 1.5, weightNorm: 20 },
        },
      ]),
    );
    expect(describeNormChart(run, 'weightNorm', 'step', norms)).toBe(
      'Weight norm of fork over step. At step 400: 20.0000.',
    );
    expect(describeNormChart(run, 'gradientNorm', 'step', undefined)).toBe(
      'Gradient norm of fork over step. At step 400: –.',
    );
  });

  it('says so where there is none yet', () => {
    expect(describeRunChart(run, 'Loss', 'step', 'loss', new MetricLog(), undefined)).toBe(
      'Loss of fork over step. Training at step 400: –. No epoch has been validated yet.',
    );
  });
});

describe('the parent of a run', () => {
  it('is told by its name of today, or by its number where it was deleted', () => {
    expect(parentOf(run, parent)).toEqual({ id: 1, step: 314, known: true, name: 'parent' });
    expect(parentOf(run, undefined)).toMatchObject({ known: false, name: 'run 1, which was deleted' });
    expect(parentOf(parent, undefined)).toBeNull();
  });
});
