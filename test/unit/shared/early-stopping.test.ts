import { describe, expect, it } from 'vitest';
import {
  endedEarly,
  hasEndedEarly,
  stoppingAfter,
  stoppingFrom,
  type Stopping,
} from '../../../src/shared/early-stopping';
import type { EpochMetric } from '../../../src/shared/metrics';
import { MONITORED, type Monitored } from '../../../src/shared/monitored';
import { DEFAULT_RECIPE, type Recipe } from '../../../src/shared/recipe';
import keras from '../../reference/learning-rates-keras.json';

const recipeOf = (changes: Partial<Recipe>): Recipe => ({ ...DEFAULT_RECIPE, epochs: 100, ...changes });

function after(recipe: Recipe, values: readonly number[], metric: Monitored): Stopping[] {
  const all: Stopping[] = [];
  let stopping = stoppingFrom(null, recipe, false)!;
  for (const [index, value] of values.entries()) {
    const epoch = { epoch: index + 1, [MONITORED[metric].value]: value } as unknown as EpochMetric;
    all.push((stopping = stoppingAfter(stopping, epoch, recipe)));
    if (hasEndedEarly(stopping)) break;
  }
  return all;
}

interface Case {
  name: string;
  metric: Monitored;
  patience: number;
  minDelta: number;
  values: number[];
  ended: number | null;
  best: number;
}

describe('as Keras stops', () => {
  const cases = keras.filter((one) => 'ended' in one) as unknown as Case[];
  it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const { metric, patience, minDelta, values, ended, best } = one;
    const all = after(recipeOf({ earlyStopping: metric, patience, minDelta }), values, metric);
    expect(all).toHaveLength(ended ?? values.length);
    expect(hasEndedEarly(all.at(-1)!)).toBe(ended !== null);
    expect(all.at(-1)!.bestEpoch).toBe(best);
  });
});

const recipe = recipeOf({ earlyStopping: 'val-accuracy', patience: 2 });
const ended = after(recipe, [0.5, 0.6, 0.6, 0.55], 'val-accuracy').at(-1)!;

it('says why, and what becomes of the best weights', () => {
  expect(endedEarly(ended, recipe, 4)).toBe(
    'Ended early after epoch 4: for 2 epochs the validation accuracy was no better than the 60.00 % of epoch 2. ' +
      'The weights of epoch 2 are kept as its best checkpoint.',
  );
  expect(endedEarly(ended, { ...recipe, restoreBest: false }, 4)).toMatch(/of epoch 2\.$/);
});

it('the last epoch is no early end', () => {
  const last = { ...recipe, epochs: 4 };
  expect(after(last, [0.5, 0.6, 0.6, 0.55], 'val-accuracy').some(hasEndedEarly)).toBe(false);
});

describe('a run that was ended', () => {
  it('stays so when it was killed before that was stored', () => {
    expect(stoppingFrom(ended, recipe, false)).toBe(ended);
  });

  it('has its whole patience again with more epochs, and as a fork', () => {
    const on = { ...ended, waited: 0, endedAt: null };
    expect(stoppingFrom(ended, { ...recipe, epochs: 120 }, false)).toEqual(on);
    expect(stoppingFrom(ended, recipe, true)).toEqual(on);
  });

  it('begins to watch another metric anew', () => {
    expect(stoppingFrom(ended, { ...recipe, earlyStopping: 'val-loss' }, true)).toEqual({
      metric: 'val-loss',
      best: null,
      waited: 0,
      bestEpoch: null,
      endedAt: null,
    });
    expect(stoppingFrom(ended, { ...recipe, earlyStopping: 'none' }, true)).toBeNull();
  });
});
