import { expect, it } from 'vitest';
import { fromColumns, newColumns, partOf, STEP_COLUMNS, toColumns } from '../../../src/shared/step-columns';

const steps = [
  { step: 7, epoch: 1, loss: 2.5, crossEntropy: 2.4, accuracy: 0.25, seconds: 0.1, learningRate: 0.01 },
  { step: 8, epoch: 2, loss: NaN, crossEntropy: Infinity, accuracy: 0, seconds: 0.2, learningRate: NaN },
  {
    ...{ step: 9, epoch: 2, loss: 2, crossEntropy: 2, accuracy: 0, seconds: 0.3, learningRate: 0.1 },
    ...{ gradientNorm: 1.5, weightNorm: 20 },
  },
];

it('brings back the steps that were put into columns', () => {
  expect(fromColumns(toColumns(steps))).toEqual(steps);
  expect(fromColumns(toColumns([]))).toEqual([]);
});

it('gives a part of them without a copy', () => {
  const all = toColumns(steps);
  expect([partOf(all, 1), partOf(all, 0, 1), partOf(all, 2)].map(fromColumns)).toEqual([
    steps.slice(1),
    [steps[0]],
    [steps[2]],
  ]);
  expect(partOf(all, 1).loss.buffer).toBe(all.loss.buffer);
});

it('makes columns of one length to be filled', () => {
  expect(Object.values(newColumns(3)).map(({ length }) => length)).toEqual(STEP_COLUMNS.map(() => 3));
});
