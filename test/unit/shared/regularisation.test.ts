import { describe, expect, it } from 'vitest';
import { DEFAULT_RECIPE, recipeProblems, storedRecipe, type Recipe } from '../../../src/shared/recipe';
import {
  describeRegularisation,
  isRegularised,
  regularisationNotice,
  regularisationOf,
  resolvedRecipe,
} from '../../../src/shared/regularisation';

const recipe = (changes: Partial<Recipe>): Recipe => ({ ...DEFAULT_RECIPE, ...changes });
const brings = { l2: 1e-4 };
const none = { l2: 0 };

/** As it was stored before regularisation was the recipe's. */
function earlier(weightDecay?: number): Recipe {
  const { regularisation: _kind, l2: _l2, regularised: _on, weightDecay: _decay, ...rest } = DEFAULT_RECIPE;
  return storedRecipe({ ...rest, ...(weightDecay !== undefined && { weightDecay }) });
}

describe('what a recipe does to the weights', () => {
  it('is the architecture’s L2 where it names none', () => {
    expect(regularisationOf(DEFAULT_RECIPE, brings)).toMatchObject({
      l2: 1e-4,
      l2On: 'convolutions',
      weightDecay: 0,
    });
    expect(regularisationOf(recipe({ regularised: 'all' }), brings)).toMatchObject({ l2: 1e-4, l2On: 'all' });
    expect(regularisationOf(recipe({ l2: 0.5 }), brings).l2).toBe(0.5);
    expect(regularisationOf(recipe({ l2: 0 }), brings).l2).toBe(0);
  });

  it('is one kind, unless both are asked for by their name', () => {
    const both = { l2: 0.5, weightDecay: 0.25, regularised: 'all' } as const;
    const of = (regularisation: Recipe['regularisation']) =>
      regularisationOf(recipe({ ...both, regularisation }), brings);
    expect(of('none')).toMatchObject({ l2: 0, weightDecay: 0 });
    expect(of('l2')).toMatchObject({ l2: 0.5, l2On: 'all', weightDecay: 0 });
    expect(of('decoupled')).toMatchObject({ l2: 0, weightDecay: 0.25, decayOn: 'all' });
    expect(of('both')).toEqual({ l2: 0.5, l2On: 'convolutions', weightDecay: 0.25, decayOn: 'kernels' });
  });

  it.each([
    ['convolutions', [true, false, false, false]],
    ['kernels', [true, true, false, false]],
    ['all', [true, true, true, true]],
  ] as const)('is done to %s', (on, expected) => {
    const variables = [
      ['kernel', true],
      ['kernel', false],
      ['bias', true],
      ['gamma', false],
    ] as const;
    expect(variables.map(([role, isConvolution]) => isRegularised(on, role, isConvolution))).toEqual(
      expected,
    );
  });
});

describe('a run’s recipe', () => {
  it('says what it leaves to the architecture', () => {
    expect(resolvedRecipe(DEFAULT_RECIPE, brings)).toEqual(recipe({ l2: 1e-4 }));
    expect(resolvedRecipe(DEFAULT_RECIPE, none)).toEqual(recipe({ regularisation: 'none' }));
    const said = recipe({ regularisation: 'decoupled', weightDecay: 0.1, regularised: 'all' });
    expect(resolvedRecipe(said, brings)).toBe(said);
  });

  it('has the kind that its values leave, and nothing in what that kind does not use', () => {
    const zero = recipe({ regularisation: 'decoupled', weightDecay: 0, regularised: 'all', l2: 0.5 });
    expect(resolvedRecipe(zero, brings)).toEqual(recipe({ regularisation: 'none' }));
    expect(resolvedRecipe(recipe({ l2: 0, regularised: 'all' }), brings)).toEqual(
      recipe({ regularisation: 'none' }),
    );
    expect(resolvedRecipe(recipe({ weightDecay: 3 }), brings)).toEqual(recipe({ l2: 1e-4 }));
  });

  it.each([
    ['neither', earlier(), none, recipe({ regularisation: 'none' })],
    ['the L2 of its architecture', earlier(0), brings, recipe({ l2: 1e-4 })],
    [
      'weight decay',
      earlier(0.1),
      none,
      recipe({ regularisation: 'decoupled', weightDecay: 0.1, regularised: 'kernels' }),
    ],
    ['both', earlier(0.1), brings, recipe({ regularisation: 'both', l2: 1e-4, weightDecay: 0.1 })],
  ])('of an earlier version had %s', (_, stored, architecture, expected) => {
    const read = resolvedRecipe(stored, architecture);
    expect(read).toEqual(expected);
    expect(recipeProblems(read)).toEqual([]);
    // As that version trained.
    expect(regularisationOf(read, { l2: 9 })).toMatchObject({
      l2: architecture.l2,
      weightDecay: stored.weightDecay,
      ...(architecture.l2 > 0 && { l2On: 'convolutions' }),
      ...(stored.weightDecay > 0 && { decayOn: 'kernels' }),
    });
    // Once more changes nothing.
    expect(resolvedRecipe(read, { l2: 9 })).toBe(read);
  });
});

describe('what is said of it', () => {
  it.each([
    [{}, brings, null, 'From the architecture: L2 1e-4 on convolution kernels.'],
    [
      { l2: 1e-4, regularised: 'all' },
      brings,
      null,
      'From the architecture: L2 1e-4 on all trainable variables.',
    ],
    [{}, none, null, 'No regularisation.'],
    [
      { l2: 2.5e-4 },
      brings,
      'L2 2.5e-4 stands in the place of the architecture’s L2 1e-4.',
      'L2 2.5e-4 on convolution kernels. L2 2.5e-4 stands in the place of the architecture’s L2 1e-4.',
    ],
    [
      { regularisation: 'decoupled', weightDecay: 0.05, regularised: 'kernels' },
      brings,
      'The architecture’s L2 1e-4 does not apply: the recipe has weight decay 0.05 instead.',
      'Weight decay 0.05 on all kernels. The architecture’s L2 1e-4 does not apply: the recipe has weight decay 0.05 instead.',
    ],
    [
      { regularisation: 'none' },
      brings,
      'The architecture’s L2 1e-4 does not apply: the recipe has no regularisation.',
      'No regularisation. The architecture’s L2 1e-4 does not apply: the recipe has no regularisation.',
    ],
    [
      { regularisation: 'both', weightDecay: 0.05 },
      brings,
      'Two kinds apply: L2 1e-4 in the loss on convolution kernels, and weight decay 0.05 on all kernels.',
      'Two kinds apply: L2 1e-4 in the loss on convolution kernels, and weight decay 0.05 on all kernels.',
    ],
    [
      { regularisation: 'decoupled', weightDecay: 0.05 },
      none,
      null,
      'Weight decay 0.05 on convolution kernels.',
    ],
  ] as const)('%j, where the architecture has %j', (changes, architecture, notice, text) => {
    expect(regularisationNotice(recipe(changes), architecture)).toBe(notice);
    expect(describeRegularisation(recipe(changes), architecture)).toBe(text);
  });
});
