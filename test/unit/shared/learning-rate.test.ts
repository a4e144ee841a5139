import { describe, expect, it } from 'vitest';
import {
  beginPlateau,
  isConstantRate,
  plateauAfter,
  rateAt,
  rateCurve,
} from '../../../src/shared/learning-rate';
import type { EpochMetric } from '../../../src/shared/metrics';
import { DEFAULT_RECIPE, type Recipe } from '../../../src/shared/recipe';
import { Schedule } from '../../../src/shared/schedule';
import keras from '../../reference/learning-rates-keras.json';
import torch from '../../reference/learning-rates-torch.json';

const BATCH = 10;
const scheduleWith = (stepsPerEpoch: number, epochs: number, origin?: { step: number; images: number }) =>
  new Schedule(stepsPerEpoch * BATCH, BATCH, epochs, origin);
const recipeOf = (changes: object): Recipe => ({ ...DEFAULT_RECIPE, learningRate: 0.1, ...changes });
const valued = (valLoss: number): EpochMetric => ({ valLoss }) as EpochMetric;

/** The rates of all steps; a plateau sees one of the values after each epoch. */
function ratesOf(recipe: Recipe, schedule: Schedule, values: readonly number[] = []): number[] {
  let plateau = beginPlateau(recipe);
  return Array.from({ length: schedule.totalSteps }, (_, index) => {
    const rate = rateAt(recipe, schedule, index + 1, plateau);
    const ends = (index + 1) % schedule.stepsPerEpoch === 0;
    const value = values[Math.floor(index / schedule.stepsPerEpoch)];
    if (plateau && ends && value !== undefined) plateau = plateauAfter(plateau, valued(value), recipe);
    return rate;
  });
}

interface Case {
  name: string;
  recipe: Partial<Recipe>;
  stepsPerEpoch: number;
  epochs: number;
  rates: number[];
  values?: number[];
}

describe.each([
  ['PyTorch', torch as unknown as Case[], 1e-12],
  // It computes in float32.
  ['Keras', keras.filter((one) => 'rates' in one) as unknown as Case[], 1e-7],
])('as in %s', (_, cases, tolerance) => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const found = ratesOf(recipeOf(one.recipe), scheduleWith(one.stepsPerEpoch, one.epochs), one.values);
    expect(found).toHaveLength(one.rates.length);
    for (const [index, rate] of one.rates.entries())
      expect(Math.abs(found[index]! - rate), `step ${index + 1}`).toBeLessThanOrEqual(tolerance);
  });
});

it('a constant rate is the recipe’s', () => {
  expect(isConstantRate(DEFAULT_RECIPE)).toBe(true);
  expect(isConstantRate({ schedule: 'constant', warmup: 'steps' })).toBe(false);
  expect(new Set(ratesOf(recipeOf({}), scheduleWith(5, 3)))).toEqual(new Set([0.1]));
});

describe('a fork', () => {
  const recipe = recipeOf({ schedule: 'cosine', warmup: 'steps', warmupLength: 3 });

  it('has the rates of its parent from where it begins, within an epoch as well', () => {
    const whole = ratesOf(recipe, scheduleWith(5, 8));
    for (const step of [5, 7, 13]) {
      const fork = scheduleWith(5, 8, { step, images: step * BATCH });
      for (let later = step + 1; later <= 40; later++)
        expect(rateAt(recipe, fork, later)).toBe(whole[later - 1]);
    }
  });

  it('with another batch size stands as far along the curve', () => {
    // Two epochs of five steps, then of ten.
    const fork = new Schedule(50, 5, 8, { step: 10, images: 100 });
    const [first] = [rateAt(recipe, fork, 11)];
    expect(first).toBeCloseTo(rateAt(recipe, new Schedule(50, 5, 8), 21), 15);
  });
});

it('epochs that are added stretch what follows the whole run, and leave alone what counts epochs', () => {
  const cosine = recipeOf({ schedule: 'cosine' });
  expect(rateAt(cosine, scheduleWith(5, 4), 20)).toBeLessThan(0.01);
  expect(rateAt(cosine, scheduleWith(5, 8), 21)).toBeCloseTo(0.05, 12);
  const step = recipeOf({ schedule: 'step', stepEpochs: 2 });
  expect(ratesOf(step, scheduleWith(5, 8)).slice(0, 20)).toEqual(ratesOf(step, scheduleWith(5, 4)));
});

describe('a plateau', () => {
  it('of an accuracy waits for a larger one', () => {
    const recipe = recipeOf({ schedule: 'plateau', plateauMetric: 'val-accuracy', plateauPatience: 1 });
    const after = (values: number[]) =>
      values.reduce(
        (plateau, valAccuracy) => plateauAfter(plateau, { valAccuracy } as EpochMetric, recipe),
        beginPlateau(recipe)!,
      );
    expect(after([0.1, 0.2, 0.3]).share).toBe(1);
    expect(after([0.1, 0.2, 0.2]).share).toBeCloseTo(0.1, 12);
  });

  it('holds a value that is no number for no better one', () => {
    const recipe = recipeOf({ schedule: 'plateau', plateauPatience: 2 });
    const begun = plateauAfter(beginPlateau(recipe)!, valued(1), recipe);
    expect(plateauAfter(begun, valued(NaN), recipe)).toMatchObject({ best: 1, waited: 1 });
  });
});

describe('the curve', () => {
  it('says where it starts, peaks and ends', () => {
    const curve = rateCurve(recipeOf({ schedule: 'one-cycle', peakAt: 0.5 }), scheduleWith(100, 10));
    expect(curve.start).toBeCloseTo(0.004, 12);
    expect(curve.peak).toBeCloseTo(0.1, 12);
    expect(curve.peakAt).toBeCloseTo(5, 1);
    expect(curve.end).toBeCloseTo(0, 12);
    expect(curve.points[0]).toEqual({ epochs: 0, rate: curve.start });
    expect(curve.points[curve.points.length - 1]).toEqual({ epochs: 10, rate: curve.end });
  });

  it('has both sides of every step', () => {
    const { points } = rateCurve(
      recipeOf({ schedule: 'multi-step', milestones: [3] }),
      scheduleWith(5000, 4),
    );
    const at = points.findIndex(({ epochs }) => epochs === 3);
    expect(points[at]!.rate).toBeCloseTo(0.01, 12);
    expect(points[at - 1]!.rate).toBe(0.1);
    expect(points[at - 1]!.epochs).toBeCloseTo(3, 3);
    expect(points.length).toBeLessThan(1000);
  });

  it('begins where a fork or a resumed run does', () => {
    const cosine = recipeOf({ schedule: 'cosine' });
    expect(rateCurve(cosine, scheduleWith(5, 8), 20).points[0]!.epochs).toBe(4);
    expect(rateCurve(cosine, scheduleWith(5, 8, { step: 20, images: 200 })).points[0]!.epochs).toBe(4);
  });
});
