import { expect, it } from 'vitest';
import { fromColumns, toColumns } from '../../../src/shared/step-columns';

it('brings back the steps that were put into columns', () => {
  const steps = [
    { step: 7, epoch: 1, loss: 2.5, crossEntropy: 2.4, accuracy: 0.25, seconds: 0.1 },
    { step: 8, epoch: 2, loss: NaN, crossEntropy: Infinity, accuracy: 0, seconds: 0.2 },
  ];
  expect(fromColumns(toColumns(steps))).toEqual(steps);
  expect(fromColumns(toColumns([]))).toEqual([]);
});
