import { describe, expect, it } from 'vitest';
import reference from '../../reference/range-test.json';
import {
  DEFAULT_RANGE,
  describeRangeEnd,
  RANGE_KEYS,
  RangeCurve,
  rangeObstacle,
  rangeProblems,
  rangeRecipe,
  roundedRate,
  suggestRates,
  type RangeEnd,
  type RangePoint,
  type RangeRule,
  type RateRange,
} from '../../../src/shared/range-test';
import { DEFAULT_RECIPE } from '../../../src/shared/recipe';

interface Figures {
  name: string;
  range: RateRange;
  losses: (number | null)[];
  rates: number[];
  smoothed: (number | null)[];
  suggestions: Record<RangeRule, number>;
}
const figures: readonly Figures[] = reference;

function taken(
  range: RateRange,
  losses: readonly (number | null)[],
): { points: RangePoint[]; end: RangeEnd } {
  const curve = new RangeCurve(range);
  const points: RangePoint[] = [];
  for (const loss of losses) {
    const { point, end } = curve.add(loss ?? NaN);
    if (point) points.push(point);
    if (end) return { points, end };
  }
  throw new Error('The test did not end with its losses.');
}

const pointsOf = (losses: readonly number[]): RangePoint[] =>
  losses.map((loss, index) => ({ rate: 10 ** (index / 10 - 4), loss, smoothed: loss }));

describe.each(figures)('the losses of the case "$name", beside fastai', ({ range, losses, ...of }) => {
  const { points, end } = taken(range, losses);
  const known = of.smoothed.filter((one) => one !== null);

  it('are taken at the same rates, and smoothed and ended alike', () => {
    expect(points).toHaveLength(known.length);
    points.forEach(({ rate, smoothed }, index) => {
      expect(rate / of.rates[index]!).toBeCloseTo(1, 5);
      expect(smoothed / known[index]!).toBeCloseTo(1, 4);
    });
    // fastai computes on with what is no number.
    const ended = known.length < of.smoothed.length ? 'diverged' : null;
    expect(end).toBe(ended ?? (known.length < range.steps ? 'loss rose' : 'all steps'));
  });

  it('suggest the same rates', () => {
    const suggested = suggestRates(points, range.steps, end);
    expect(suggested.map(({ rule }) => rule)).toEqual(['valley', 'steep', 'minimum']);
    for (const { rule, rate } of suggested) expect(rate / of.suggestions[rule]).toBeCloseTo(1, 5);
  });
});

describe('a suggestion', () => {
  it('is not made where the smoothed loss never falls, nor of too few points', () => {
    const rising = pointsOf(Array.from({ length: 60 }, (_, index) => 1 + index));
    expect(suggestRates(rising, 60, 'all steps')).toEqual([]);
    expect(suggestRates([], 60, null)).toEqual([]);
    expect(suggestRates(rising.slice(0, 9), 60, null)).toEqual([]);
  });

  it('stands within a loss that falls to the end', () => {
    const falling = pointsOf(Array.from({ length: 20 }, (_, index) => 100 - index));
    const rates = suggestRates(falling, 20, 'diverged').map(({ rate }) => rate);
    // 18 points: thirds of six, and half a third into the second, from -1 on.
    expect(rates[0]).toBe(falling[2 + 8]!.rate);
    expect(suggestRates(falling.slice(0, 4), 20, 'diverged')[0]!.rate).toBe(falling[2]!.rate);
  });

  it('has two digits in a recipe', () => {
    expect(roundedRate(0.0014454)).toBe(0.0014);
    expect(roundedRate(9.99)).toBe(10);
  });
});

it.each([
  [{ from: 0 }, { from: 'The lowest rate must be a number from 1e-12 to 100.' }],
  [{ to: NaN }, { to: 'The highest rate must be a number from 1e-12 to 100.' }],
  [{ from: 1, to: 9 }, { to: 'The highest rate must be at least ten times the lowest.' }],
  [{ steps: 2.5 }, { steps: 'The steps must be a whole number from 20 to 2000.' }],
  [{}, {}],
])('a range is refused field by field: %j', (change, problems) => {
  expect(rangeProblems({ ...DEFAULT_RANGE, ...change })).toEqual(problems);
});

it('a test takes of a recipe what makes its steps', () => {
  expect(RANGE_KEYS).not.toContain('learningRate');
  const recipe = {
    ...DEFAULT_RECIPE,
    optimizer: 'sgd' as const,
    batchSize: 128,
    seed: 7,
    schedule: 'plateau' as const,
    minimumRate: 1,
    warmup: 'epochs' as const,
    earlyStopping: 'loss' as const,
    learningRate: 0.5,
    epochs: 1000,
  };
  expect(rangeRecipe(recipe)).toEqual({ ...DEFAULT_RECIPE, optimizer: 'sgd', batchSize: 128, seed: 7 });
  // A network that begins as the identity learns at other rates.
  expect(rangeRecipe({ ...recipe, initialisation: 'dirac' }).initialisation).toBe('dirac');
});

it('none is begun while a run is trained', () => {
  const run = { id: 3, name: 'a', state: 'completed' as const };
  expect(rangeObstacle([run, { ...run, state: 'queued' }])).toBeNull();
  expect(
    rangeObstacle([run, { ...run, state: 'validating' as never }, { ...run, state: 'running' }]),
  ).toMatch(/^Run 3 \("a"\) is being trained, and a range test beside it would slow both/);
});

it('its end is said in a sentence', () => {
  const points = pointsOf([1, 2]);
  expect(describeRangeEnd({ points, end: 'loss rose' }, DEFAULT_RANGE)).toBe(
    'Ended after 2 of 100 steps: the smoothed loss rose above four times its minimum.',
  );
  expect(describeRangeEnd({ points, end: 'all steps' }, DEFAULT_RANGE)).toBe('All 100 steps were taken.');
});
