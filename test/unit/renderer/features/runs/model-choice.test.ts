import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../../../src/architecture/presets';
import {
  adapted,
  describeAdaptation,
  architectureOf,
  GIVEN,
  keyOf,
  modelGroups,
  planStillFits,
} from '../../../../../src/renderer/features/runs/model-choice';
import { datasetMismatch } from '../../../../../src/shared/compatibility';
import { DATASETS } from '../../../../../src/shared/datasets';
import { DEFAULT_RECIPE } from '../../../../../src/shared/recipe';
import { savedSample } from './sample';

const resnet50 = PRESETS.find(({ id }) => id === 'resnet50-torchvision')!.architecture;
const own = { ...resnet50, name: 'mine' };
const saved = [savedSample({ id: 4, architecture: own })];

describe('the choice of architectures', () => {
  it('offers every preset and every saved one once', () => {
    const values = modelGroups(null, saved).flatMap(({ options }) => options.map(({ value }) => value));
    expect([...values].sort()).toEqual(['own:4', ...PRESETS.map(({ id }) => `preset:${id}`)].sort());
  });

  it('has no group of own architectures where there are none', () => {
    expect(modelGroups(null, []).map(({ label }) => label)).not.toContain('Yours');
  });

  it('finds presets, saved ones and others again by their key', () => {
    expect(keyOf(resnet50, saved)).toBe('preset:resnet50-torchvision');
    expect(keyOf({ ...own }, saved)).toBe('own:4');
    const edited = { ...own, classes: 7 };
    expect(keyOf(edited, saved)).toBe(GIVEN);
    expect(architectureOf(GIVEN, edited, saved)).toBe(edited);
    expect(architectureOf('own:4', null, saved)).toBe(own);
    expect(architectureOf('own:5', null, saved)).toBeNull();
  });
});

describe('adapting to a data set', () => {
  it('makes the architecture fit, and says what changes', () => {
    expect(datasetMismatch(resnet50, DATASETS.cifar10)).not.toBeNull();
    expect(describeAdaptation(resnet50, DATASETS.cifar10)).toBe('input 32 × 32 × 3 and 10 classes');
    const fitting = adapted(resnet50, DATASETS.cifar10);
    expect(datasetMismatch(fitting, DATASETS.cifar10)).toBeNull();
    expect(describeAdaptation(fitting, DATASETS.cifar10)).toBe('');
    expect(resnet50.classes).toBe(1000);
  });
});

it.each([
  ['another seed', resnet50, { seed: 7 }, true],
  ['another batch size', resnet50, { batchSize: 7 }, false],
  ['another architecture', { ...resnet50, classes: 7 }, {}, false],
])('a plan for the same network and batch is repeated: %s', (_, architecture, change, fits) => {
  const earlier = { architecture: resnet50, recipe: DEFAULT_RECIPE };
  expect(planStillFits(earlier, architecture, { ...DEFAULT_RECIPE, ...change })).toBe(fits);
});
