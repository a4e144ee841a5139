import { expect, it } from 'vitest';
import {
  EPOCHS_HEAD,
  epochRows,
  STEPS_HEAD,
  stepRows,
} from '../../../../../src/renderer/features/compare/rows-csv';
import { toColumns } from '../../../../../src/shared/step-columns';
import { sampleEpoch } from '../runs/sample';

const run = { id: 7, name: 'Adam, "0.01"' };

it('steps are rows of their run, each value whole and what is none empty', () => {
  const steps = toColumns([
    {
      step: 1,
      epoch: 1,
      loss: 2.302585092994046,
      crossEntropy: NaN,
      accuracy: 0.1,
      seconds: 0.5,
      learningRate: 0.01,
    },
    {
      ...{ step: 2, epoch: 1, loss: Infinity, crossEntropy: 2, accuracy: 0.2, seconds: 1, learningRate: NaN },
      ...{ gradientNorm: 1.5, weightNorm: 20 },
    },
  ]);
  expect(STEPS_HEAD).toBe(
    'run,name,step,epoch,loss,cross_entropy,accuracy,seconds,learning_rate,gradient_norm,weight_norm\r\n',
  );
  expect(stepRows(run, steps)).toBe(
    '7,"Adam, ""0.01""",1,1,2.302585092994046,,0.1,0.5,0.01,,\r\n7,"Adam, ""0.01""",2,1,,2,0.2,1,,1.5,20\r\n',
  );
});

it('epochs have all that was measured of them', () => {
  const row = epochRows(run, [sampleEpoch(3, 0.5, { step: NaN })]);
  expect(row.split(',').length - 1).toBe(EPOCHS_HEAD.split(',').length);
  expect(row).toContain(',3,,');
  expect(epochRows(run, [])).toBe('');
});
