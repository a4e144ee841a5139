import { describe, expect, it } from 'vitest';
import {
  describeCheckpoint,
  describeKind,
  describeRetention,
  totalBytes,
  usable,
} from '../../../../../src/renderer/features/runs/describe-checkpoint';
import { sampleCheckpoint } from './sample';

describe('a checkpoint in words', () => {
  it.each([
    ['epoch', 'end of epoch 3'],
    ['interval', 'in between, within epoch 4'],
    ['pause', 'at the pause, within epoch 4'],
    ['stop', 'at the stop, within epoch 4'],
    ['parent', 'taken over from the parent'],
  ] as const)('%s', (kind, words) => {
    expect(describeKind({ kind, epoch: 3 })).toBe(words);
  });

  it('says its accuracy where it ends an epoch', () => {
    expect(
      describeCheckpoint(sampleCheckpoint({ step: 1200, epoch: 3, valAccuracy: 0.6465, best: true })),
    ).toBe('Step 1,200, end of epoch 3, 64.65 % (best)');
    expect(describeCheckpoint(sampleCheckpoint({ step: 1201, epoch: 3, kind: 'stop' }))).toBe(
      'Step 1,201, at the stop, within epoch 4',
    );
  });
});

it('a run begins at none that is damaged, and at the newest first', () => {
  const list = [
    sampleCheckpoint({ id: 1, step: 10 }),
    sampleCheckpoint({ id: 2, step: 30, damaged: 'It is torn.' }),
    sampleCheckpoint({ id: 3, step: 20 }),
  ];
  expect(usable(list).map(({ id }) => id)).toEqual([3, 1]);
  expect(totalBytes(list)).toBe(3e6);
});

it.each([
  [1, 0, 'Kept: the newest, the best and pinned ones.'],
  [2, 5, 'Kept: the 2 newest, the best, those of every 5th epoch and pinned ones.'],
  [2, 2, 'Kept: the 2 newest, the best, those of every 2nd epoch and pinned ones.'],
  [2, 12, 'Kept: the 2 newest, the best, those of every 12th epoch and pinned ones.'],
  [3, 1, 'Kept: the 3 newest, the best, that of each epoch and pinned ones.'],
])('what is kept of %d and every %d epochs', (keep, every, words) => {
  expect(describeRetention(keep, every)).toBe(words);
});
