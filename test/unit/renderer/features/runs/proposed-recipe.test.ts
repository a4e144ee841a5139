import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../../../src/architecture/presets';
import {
  describeProposal,
  proposedRecipe,
  startingRecipe,
  type ProposalFor,
} from '../../../../../src/renderer/features/runs/proposed-recipe';
import { NAMED_RECIPES } from '../../../../../src/shared/named-recipes';
import { DEFAULT_RECIPE } from '../../../../../src/shared/recipe';
import { isSameRecipe, namedForm, type SavedRecipe } from '../../../../../src/shared/saved-recipe';
import { sampleRun } from './sample';

const network = (id: string) => findPreset(id)!.architecture;
const mine: SavedRecipe = {
  id: 3,
  name: 'mine',
  updatedAt: 0,
  versions: [30, 20].map((epochs, index) => ({
    version: 2 - index,
    recipe: namedForm({ ...DEFAULT_RECIPE, epochs }),
    note: '',
    savedAt: 0,
  })),
};
const cifar10 = {
  id: 'cifar10',
  title: 'CIFAR-10',
  sha256: null,
  trainCount: 50_000,
  evalCount: 10_000,
} as const;
const byMine = (id: number, over: object = {}) =>
  sampleRun({
    id,
    architecture: network('resnet18'),
    dataset: cifar10,
    recipe: { ...DEFAULT_RECIPE, epochs: 20, seed: 8 },
    ...over,
  });
const proposed = (over: Partial<ProposalFor> = {}) =>
  proposedRecipe({
    architecture: network('resnet18'),
    datasetId: 'cifar10',
    own: [mine],
    runs: [],
    ...over,
  });
const shown = (over: Partial<ProposalFor> = {}) => {
  const proposal = proposed(over);
  return proposal && [proposal.why, proposal.named.key, proposal.named.version];
};

describe('which recipe is proposed', () => {
  it('is one’s own that was last used for network and data set, in the version that it had', () => {
    expect(shown({ runs: [byMine(2)] })).toEqual(['used', 'own:3', 1]);
    // Changed for this run alone, it was not used.
    expect(shown({ runs: [byMine(2, { recipe: { ...DEFAULT_RECIPE, epochs: 21 } })] })).toEqual([
      'proven',
      'blog',
      null,
    ]);
    expect(shown({ runs: [byMine(2, { unreadable: 'Run 2 cannot be read.' })] })).toEqual([
      'proven',
      'blog',
      null,
    ]);
  });

  it('else the one that committed results support, as far as network and data set are those', () => {
    expect(shown()).toEqual(['proven', 'blog', null]);
    // The images of the network decide nothing.
    expect(shown({ architecture: { ...network('resnet18'), name: 'another name' } })).toEqual([
      'proven',
      'blog',
      null,
    ]);
    expect(shown({ datasetId: 'shapes' })).toBeNull();
    expect(shown({ architecture: network('resnet34') })).toBeNull();
  });

  it('else one’s own that was last used for the data set, else what is made for the network', () => {
    expect(shown({ architecture: network('resnet34'), runs: [byMine(2)] })).toEqual(['used', 'own:3', 1]);
    expect(shown({ architecture: network('resnet56') })).toEqual(['made', 'paper-cifar', null]);
    expect(shown({ architecture: network('resnet56'), datasetId: 'shapes' })).toBeNull();
  });
});

describe('what the form begins with', () => {
  const blog = NAMED_RECIPES.find(({ id }) => id === 'blog')!.recipe;

  it('is what is proven, but validated on held-out images until the recipe itself is chosen', () => {
    expect(startingRecipe(proposed())).toEqual({ ...blog, validationSplit: DEFAULT_RECIPE.validationSplit });
  });
  it('is validated after each epoch, also where the recipe is once', () => {
    const fast = NAMED_RECIPES.find(({ id }) => id === 'fast')!.recipe;
    const { validationSplit, validationEvery } = DEFAULT_RECIPE;
    expect(fast.validationEvery).toBe(fast.epochs);
    const proven = proposed()!;
    expect(startingRecipe({ ...proven, named: { ...proven.named, recipe: fast } })).toEqual({
      ...fast,
      validationSplit,
      validationEvery,
    });
  });
  it('is one’s own as it was used', () => {
    const starting = startingRecipe(proposed({ runs: [byMine(2)] }));
    expect(isSameRecipe(starting, { ...DEFAULT_RECIPE, epochs: 20 })).toBe(true);
  });
  it('is the default where nothing is known, and for hundreds of epochs that nobody asked for', () => {
    expect(startingRecipe(null)).toBe(DEFAULT_RECIPE);
    expect(startingRecipe(proposed({ architecture: network('resnet56') }))).toBe(DEFAULT_RECIPE);
  });
});

it('is told with what to expect, and the time where that is known', () => {
  expect(describeProposal(proposed()!, 'CIFAR-10', null)).toBe(
    'expect 72.26 % validation accuracy (70.03 % to 75.57 % in 6 documented runs).',
  );
  expect(describeProposal(proposed()!, 'CIFAR-10', 'about 21 min')).toBe(
    'expect 72.26 % validation accuracy, about 21 min (70.03 % to 75.57 % in 6 documented runs).',
  );
  expect(describeProposal(proposed({ runs: [byMine(2)] })!, 'CIFAR-10', null)).toBe(
    'last used for CIFAR-10, by run 2.',
  );
  expect(describeProposal(proposed({ architecture: network('resnet8-wide') })!, 'CIFAR-10', null)).toBe(
    'expect 92.55 % validation accuracy (1 documented run).',
  );
  expect(describeProposal(proposed({ architecture: network('resnet56') })!, 'CIFAR-10', null)).toBe(
    'made for ResNet-56; what it comes to here is not documented.',
  );
});
