import { expect, it } from 'vitest';
import { epochColumns } from '../../../../../src/renderer/features/runs/epoch-columns';
import { sampleEpoch } from './sample';

const titles = (...args: Parameters<typeof epochColumns>) => epochColumns(...args).map(({ title }) => title);

it('the table of epochs has the average of the weights where it was validated', () => {
  const plain = [sampleEpoch(1, 0.5)];
  const averaged = [sampleEpoch(1, 0.5, { emaValLoss: 1.25, emaValAccuracy: 0.625 })];
  expect(titles(plain, false)).not.toContain('EMA val accuracy');
  const columns = epochColumns(averaged, false);
  expect(columns.map(({ title }) => title)).toEqual([
    ...titles(plain, false).slice(0, 5),
    ...['EMA val loss', 'EMA val accuracy'],
    ...titles(plain, false).slice(5),
  ]);
  expect(columns.slice(5, 7).map(({ text }) => text(averaged[0]!))).toEqual(['1.2500', '62.50 %']);
  expect(titles(plain, true)).not.toContain('EMA val accuracy');
});
