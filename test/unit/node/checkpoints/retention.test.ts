import { describe, expect, it } from 'vitest';
import {
  checkpointsToDelete,
  RESERVE_BYTES,
  spaceProblem,
  type RetainedCheckpoint,
  type RetentionPolicy,
} from '../../../../src/node/checkpoints/retention';

/** `3` is the end of epoch 3, `3.5` the middle of the epoch after it. Accuracy rises unless told otherwise. */
const at = (epoch: number, change: Partial<RetainedCheckpoint> = {}): RetainedCheckpoint => ({
  name: `epoch ${epoch}`,
  step: epoch * 100,
  epoch: Math.floor(epoch),
  endsEpoch: Number.isInteger(epoch),
  valAccuracy: Number.isInteger(epoch) ? epoch / 100 : null,
  pinned: false,
  damaged: false,
  ...change,
});
const deleted = (checkpoints: RetainedCheckpoint[], change: Partial<RetentionPolicy> = {}): number[] =>
  checkpointsToDelete(checkpoints, { last: 2, best: true, everyEpochs: null, ...change }).map((name) =>
    Number(name.replace('epoch ', '')),
  );

describe('what is deleted', () => {
  it('is not the one that is marked as the best, whatever its accuracy', () => {
    const checkpoints = [at(1), at(2, { best: true, valAccuracy: 0 }), at(3), at(4), at(5)];
    expect(deleted(checkpoints)).toEqual([1, 3]);
    expect(deleted(checkpoints, { best: false })).toEqual([1, 2, 3]);
  });

  it('is nothing of nothing', () => {
    expect(deleted([])).toEqual([]);
  });

  it('is all but the last, in whatever order they come', () => {
    expect(deleted([at(3), at(1), at(4), at(2)])).toEqual([1, 2]);
    expect(deleted([at(1), at(2), at(2.5), at(2.7)])).toEqual([1]);
  });

  it('is not the best, the first of equals', () => {
    expect(deleted([at(1), at(2, { valAccuracy: 0.9 }), at(3, { valAccuracy: 0.9 }), at(4), at(5)])).toEqual([
      1, 3,
    ]);
    expect(deleted([at(1), at(2, { valAccuracy: 0.9 }), at(3), at(4)], { best: false })).toEqual([1, 2]);
  });

  it('is not the end of every k-th epoch', () => {
    expect(deleted([at(1), at(2), at(2.5), at(3), at(4), at(5), at(6)], { everyEpochs: 2, last: 1 })).toEqual(
      [1, 2.5, 3, 5],
    );
  });

  it('is not the end of a k-th epoch that was not validated', () => {
    const checkpoints = [at(1), at(2, { valAccuracy: null }), at(3), at(4)];
    expect(deleted(checkpoints, { everyEpochs: 2, last: 1 })).toEqual([1, 3]);
  });

  it('is nothing that is pinned', () => {
    expect(deleted([at(1, { pinned: true }), at(2), at(3), at(4)])).toEqual([2]);
  });

  it('is never the last intact one, even when none shall be kept', () => {
    expect(deleted([at(1)], { last: 0, best: false })).toEqual([]);
    expect(deleted([at(1), at(2)], { last: 0, best: false })).toEqual([1]);
  });

  it('is the older of two at one step: the one before the validation', () => {
    const before = at(2, { name: 'epoch 1.99', epoch: 1, valAccuracy: null });
    expect(deleted([at(2), before], { last: 1 })).toEqual([1.99]);
  });

  it('counts damaged ones for nothing', () => {
    expect(deleted([at(1), at(2), at(3, { damaged: true }), at(4, { damaged: true })])).toEqual([]);
    expect(deleted([at(1), at(2, { damaged: true, valAccuracy: 0.99 }), at(3), at(4)])).toEqual([1, 2]);
  });

  it('is a damaged one as soon as a newer one is good', () => {
    expect(deleted([at(1), at(2, { damaged: true })])).toEqual([]);
    expect(deleted([at(1), at(2, { damaged: true }), at(3)])).toEqual([2]);
  });

  it('leaves an intact one, whatever the policy, whichever are damaged', () => {
    for (let damage = 0; damage < 2 ** 5; damage++) {
      const all = [1, 2, 3, 4, 5].map((epoch, index) =>
        at(epoch, { damaged: Boolean(damage & (1 << index)) }),
      );
      const good = all.filter(({ damaged }) => !damaged);
      for (const last of [0, 1, 2, 9]) {
        const gone = new Set(deleted(all, { last, best: false }));
        const left = good.filter(({ epoch }) => !gone.has(epoch));
        expect(left.length, `damage ${damage}, last ${last}`).toBe(Math.min(good.length, Math.max(1, last)));
        expect(left[left.length - 1]).toBe(good[good.length - 1]);
      }
    }
  });
});

describe('free space', () => {
  it('is enough down to the reserve', () => {
    expect(spaceProblem(1000, 1000 + RESERVE_BYTES, '/data')).toBeNull();
  });

  it('says how much is needed and how much there is, where it is not enough', () => {
    expect(spaceProblem(134_000_001, 20_500_000, '/data/checkpoints')).toBe(
      'A checkpoint needs 134 MB besides the 33.6 MB kept free for metrics, and the disk that holds /data/checkpoints has ' +
        '20.5 MB left: free some space or keep fewer checkpoints.',
    );
  });

  it('is no problem where it is not known', () => {
    expect(spaceProblem(1e15, null, '/data')).toBeNull();
  });
});
