import { expect, it } from 'vitest';
import { progressFigures } from '../../../../../src/renderer/features/data/progress';

it.each([
  ['bytes', { done: 85_249_000, total: 170_498_071, unit: 'bytes' }, '85.2 MB of 170 MB, 49 %', 49],
  ['an unknown end', { done: 5_000_000, total: null, unit: 'bytes' }, '5.00 MB', null],
  ['files', { done: 2, total: 6, unit: 'files' }, '2 of 6 files, 33 %', 33],
  [
    'the last byte missing',
    { done: 999_999, total: 1_000_000, unit: 'bytes' },
    '1.00 MB of 1.00 MB, 99 %',
    99,
  ],
  ['more than announced', { done: 7, total: 6, unit: 'files' }, '7 of 6 files, 100 %', 100],
  ['nothing to do', { done: 0, total: 0, unit: 'files' }, '0 files', null],
] as const)('shows the progress of %s', (_what, progress, text, percent) => {
  expect(progressFigures({ stage: 'Downloading', ...progress })).toEqual({
    stage: 'Downloading',
    text,
    percent,
  });
});
