import { expect, it } from 'vitest';
import { inOrder } from '../../../../src/cli/training/metric-order';
import type { EpochMetric, StepMetric } from '../../../../src/shared/metrics';

const step = (step: number): StepMetric => ({
  step,
  epoch: 1,
  loss: 1,
  crossEntropy: 1,
  accuracy: 0,
  seconds: step,
  learningRate: 0.001,
});
const epoch = (epoch: number, step: number): EpochMetric => ({
  epoch,
  step,
  loss: 1,
  crossEntropy: 1,
  accuracy: 0,
  valLoss: 1,
  valCrossEntropy: 1,
  valAccuracy: 0,
  seconds: 1,
  imagesPerSecond: 1,
  memoryBytes: 1,
});

it('puts an epoch after its last step and before the next one', () => {
  const order = inOrder([step(1), step(2), step(3)], [epoch(1, 2)]);
  expect(order.map((metric) => (metric.kind === 'step' ? metric.step.step : 'epoch'))).toEqual([
    1,
    2,
    'epoch',
    3,
  ]);
});

it('puts an epoch without steps of its own first', () => {
  const order = inOrder([step(5)], [epoch(1, 4)]);
  expect(order.map(({ kind }) => kind)).toEqual(['epoch', 'step']);
});
