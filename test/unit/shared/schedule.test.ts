import { describe, expect, it, test } from 'vitest';
import { BEGINNING, Schedule, scheduleOf, scheduleOfRun, type Origin } from '../../../src/shared/schedule';
import { BLOG_RECIPE } from '../../../src/shared/blog/experiment';

describe('a run from the beginning', () => {
  /** CIFAR-10 at batch 64: 781 full batches and one of 16. */
  const schedule = new Schedule(50_000, 64, 10);

  it('counts the short last batch as a step', () => {
    expect([schedule.stepsPerEpoch, schedule.totalSteps]).toEqual([782, 7820]);
    expect([0, 1, 781, 782, 783, 7820].map((step) => schedule.imagesAfter(step))).toEqual([
      0, 64, 49_984, 50_000, 50_064, 500_000,
    ]);
  });

  it('divides each epoch evenly among its steps', () => {
    expect([0, 391, 782, 1173].map((step) => schedule.epochsAfter(step))).toEqual([0, 0.5, 1, 1.5]);
    expect([1, 2, 10].map((epoch) => schedule.stepsOf(epoch))).toEqual([
      { before: 0, count: 782 },
      { before: 782, count: 782 },
      { before: 7038, count: 782 },
    ]);
  });

  it('has one step per epoch where the batch is larger than the set', () => {
    const one = new Schedule(20, 64, 3);
    expect([one.stepsPerEpoch, one.totalSteps, one.imagesAfter(2), one.epochsAfter(2)]).toEqual([
      1, 3, 40, 2,
    ]);
  });

  it('leaves out the short last batch where it is dropped, but never the only one', () => {
    const whole = new Schedule(50_000, 64, 10, BEGINNING, true);
    expect([whole.stepsPerEpoch, whole.totalSteps]).toEqual([781, 7810]);
    expect([780, 781, 782].map((step) => whole.imagesAfter(step))).toEqual([49_920, 50_000, 50_064]);
    expect([781, 1562].map((step) => whole.epochsAfter(step))).toEqual([1, 2]);
    expect([781, 782].map((step) => whole.positionOf(step))).toEqual([780, 781]);
    expect(new Schedule(20, 64, 3, BEGINNING, true).totalSteps).toBe(3);
    expect(new Schedule(128, 64, 3, BEGINNING, true).totalSteps).toBe(6);
  });

  it('takes the limit of the recipe into account, but no more than there is', () => {
    const recipe = { ...BLOG_RECIPE, batchSize: 64, limitTrain: 6400 };
    const perEpoch = (limitTrain: number | null) =>
      scheduleOf({ ...recipe, limitTrain }, 50_000).stepsPerEpoch;
    expect([6400, 10, 1e8, null].map(perEpoch)).toEqual([100, 1, 782, 782]);
  });
});

/** How a parent stood, as its own schedule says. */
const after = (parent: Schedule, step: number): Origin => ({ step, images: parent.imagesAfter(step) });

describe('a fork with batches of another size', () => {
  const parent = new Schedule(10_000, 64, 10);

  it('that drops the last batch ends the epoch under way where less than one is left', () => {
    const at = { step: 156, images: 9984 };
    const fork = new Schedule(10_000, 64, 2, at, true);
    expect([fork.totalSteps, fork.stepsOf(1).count, fork.epochsAfter(157)]).toEqual([312, 0, 1 + 1 / 156]);
  });

  it('taken between two epochs begins at that epoch', () => {
    const fork = new Schedule(10_000, 128, 4, after(parent, 314));
    expect(fork.origin).toEqual({ step: 314, images: 20_000 });
    expect([fork.stepsPerEpoch, fork.totalSteps]).toEqual([79, 314 + 2 * 79]);
    expect([314, 315, 393, 472].map((step) => fork.epochsAfter(step))).toEqual([2, 2 + 1 / 79, 3, 4]);
    expect([314, 315, 393, 472].map((step) => fork.imagesAfter(step))).toEqual([
      20_000, 20_128, 30_000, 40_000,
    ]);
    expect([3, 4].map((epoch) => fork.stepsOf(epoch))).toEqual([
      { before: 314, count: 79 },
      { before: 393, count: 79 },
    ]);
  });

  it('taken within an epoch ends that epoch with its own batches', () => {
    // 50 steps of the second epoch: 3,200 images, and 6,800 are left, 54 batches of 128.
    const fork = new Schedule(10_000, 128, 3, after(parent, 207));
    expect(fork.origin.images).toBe(13_200);
    expect(fork.totalSteps).toBe(207 + 54 + 79);
    expect([207, 261, 340].map((step) => fork.epochsAfter(step))).toEqual([1.32, 2, 3]);
    expect(fork.epochsAfter(234)).toBeCloseTo(1.66, 12);
    expect([207, 208, 260, 261, 262].map((step) => fork.imagesAfter(step))).toEqual([
      13_200, 13_328, 19_984, 20_000, 20_128,
    ]);
    expect([2, 3].map((epoch) => fork.stepsOf(epoch))).toEqual([
      { before: 207, count: 54 },
      { before: 261, count: 79 },
    ]);
  });

  it('may have a fork of its own, within the same epoch or later', () => {
    const child = new Schedule(10_000, 128, 3, after(parent, 207));
    const within = new Schedule(10_000, 1000, 3, after(child, 217));
    // 3,200 images with the first, 1,280 with the second, and 5,520 are left.
    expect([within.origin.images, within.totalSteps]).toEqual([14_480, 217 + 6 + 10]);
    expect([217, 223, 233].map((step) => within.epochsAfter(step))).toEqual([1.448, 2, 3]);
    const later = new Schedule(10_000, 1000, 4, after(child, 340));
    expect([later.epochsAfter(340), later.epochsAfter(345), later.totalSteps]).toEqual([3, 3.5, 350]);
  });

  it('grows by whole epochs where it is extended', () => {
    const origin = after(parent, 207);
    const steps = (epochs: number) => new Schedule(10_000, 128, epochs, origin).totalSteps;
    expect(steps(5) - steps(3)).toBe(2 * 79);
  });

  it('has no steps before its first', () => {
    const fork = new Schedule(10_000, 128, 3, after(parent, 207));
    expect([fork.epochsAfter(100), fork.imagesAfter(100)]).toEqual([1.32, 13_200]);
  });
});

test('of a run, what its parent did for it is known by where the parent stood', () => {
  const dataset = { id: 'shapes' as const, title: 'Shapes', sha256: null, trainCount: 10_000, evalCount: 1 };
  const recipe = { ...BLOG_RECIPE, batchSize: 128, epochs: 4 };
  const fork = scheduleOfRun({ recipe, dataset, parent: { id: 1, step: 314, images: 20_000 } });
  expect([fork.epochsAfter(314), fork.totalSteps]).toEqual([2, 472]);
  expect(scheduleOfRun({ recipe, dataset, parent: null }).origin).toEqual(BEGINNING);
});

test('total steps are those taken, those left of the epoch, and whole epochs', () => {
  const of = (step: number, images: number, batchSize = 8) =>
    new Schedule(20, batchSize, 3, { step, images }).totalSteps;
  expect(of(0, 0)).toBe(9);
  expect(of(1, 8)).toBe(9);
  expect(of(3, 20)).toBe(9);
  expect(of(9, 60)).toBe(9);
  // 12 images are left of the first epoch, then twice 20.
  expect(of(1, 8, 4)).toBe(1 + 3 + 5 + 5);
  expect(of(1, 8, 20)).toBe(1 + 1 + 1 + 1);
  // A run that has done more than is asked for.
  expect(new Schedule(20, 8, 2, { step: 9, images: 60 }).totalSteps).toBe(9);
});
