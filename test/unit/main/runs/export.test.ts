import { expect, it } from 'vitest';
import { exportedPredictions, toCsv } from '../../../../src/main/runs/export';
import { epoch, step } from '../fixtures';
import { toColumns } from '../../../../src/shared/step-columns';

const parse = (csv: string): Record<string, string>[] => {
  const [head, ...lines] = csv.trimEnd().split('\r\n');
  const columns = head!.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    expect(cells).toHaveLength(columns.length);
    return Object.fromEntries(columns.map((column, index) => [column, cells[index]!]));
  });
};

it('predictions are a class an image, null for none, and whether it is right', () => {
  const classes = Uint16Array.of(300, 65_535, 7);
  expect(
    exportedPredictions({ epoch: 3, datasetSha256: 'abc', classes, correct: Uint8Array.of(0b101) }),
  ).toEqual({
    epoch: 3,
    datasetSha256: 'abc',
    classes: [300, null, 7],
    correct: [true, false, true],
  });
});

it('a CSV has one line a step, and the epoch in the line of its last step', () => {
  const rows = parse(toCsv(toColumns([step(1), step(2), step(3)]), [epoch(1)]));
  expect(rows.map((row) => row.step)).toEqual(['1', '2', '3']);
  expect(rows.map((row) => row.val_accuracy)).toEqual(['', '0.1', '']);
  expect(rows[1]).toMatchObject({
    epoch: '1',
    loss: '1',
    cross_entropy: '0.5',
    epoch_loss: '2',
    val_loss: '2.5',
  });
});

it('a CSV says with each epoch on which images it was validated', () => {
  const label = '1,000 held-out training images, split seed 0';
  const [head, first, last] = toCsv(toColumns([step(1), step(2)]), [epoch(1)], 'NaN', label).split('\r\n');
  expect(head).toMatch(/,ema_val_accuracy,validated_on$/);
  expect([first, last].map((line) => line!.endsWith(`,"${label}"`))).toEqual([false, true]);
});

it('a CSV keeps every digit and what is not a number', () => {
  const rows = parse(toCsv(toColumns([step(1, { loss: 0.1 + 0.2, crossEntropy: NaN })]), []));
  expect(rows[0]).toMatchObject({ loss: '0.30000000000000004', cross_entropy: 'NaN' });
});

it('a CSV of a run without steps has its columns', () => {
  expect(toCsv(toColumns([]), [])).toMatch(/^step,epoch,loss,.*ema_val_accuracy,validated_on\r\n$/);
});

it('has norms and averages where they were measured, and nothing in their place elsewhere', () => {
  const of = (steps: Parameters<typeof step>[1], epochs: Parameters<typeof epoch>[1]) => {
    const [row] = parse(toCsv(toColumns([step(2, steps)]), [epoch(1, epochs)]));
    return ['gradient_norm', 'weight_norm', 'ema_val_loss', 'ema_val_cross_entropy', 'ema_val_accuracy'].map(
      (column) => row![column],
    );
  };
  const averaged = { emaValLoss: 0.75, emaValCrossEntropy: 0.5, emaValAccuracy: 0.25 };
  expect(of({ gradientNorm: 1.5, weightNorm: 20 }, averaged)).toEqual(['1.5', '20', '0.75', '0.5', '0.25']);
  expect(of({}, {})).toEqual(['', '', '', '', '']);
});
