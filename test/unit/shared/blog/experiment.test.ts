import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../../src/architecture/network';
import { summarize } from '../../../../src/architecture/summary';
import {
  architectureOf,
  BLOG_RECIPE,
  blogRequest,
  describeShorter,
  printedHistory,
  printedRunRequest,
  SHORT_FORM,
  VARIANTS,
  variantOf,
} from '../../../../src/shared/blog/experiment';
import { DATASETS } from '../../../../src/shared/datasets';
import { DEFAULT_RECIPE, type Recipe } from '../../../../src/shared/recipe';
import { scheduleOf } from '../../../../src/shared/schedule';
import type { Run, TrainedRun } from '../../../../src/shared/run';
import { importedSample } from '../../renderer/features/runs/sample';
import { blogRun } from './sample';

const { trainCount, evalCount } = DATASETS.cifar10;
const dataset = { id: 'cifar10' as const, title: 'CIFAR-10', sha256: null, trainCount, evalCount };
const run = (over: Partial<Run> = {}, recipe: Partial<Recipe> = {}): TrainedRun =>
  blogRun('plain', over, recipe);

describe('the printed history', () => {
  const { epochs, stepsPerEpoch, plannedEpochs, leftOut } = printedHistory();

  it('has the ten epochs of the post, whole', () => {
    expect(epochs.map(({ valAccuracy }) => valAccuracy)).toEqual([
      0.3473, 0.4755, 0.4499, 0.5592, 0.516, 0.5149, 0.6366, 0.6401, 0.692, 0.6465,
    ]);
    expect(epochs.map(({ seconds }) => seconds)).toEqual([
      1038, 1084, 1047, 1059, 1075, 1094, 1109, 1120, 1129, 1137,
    ]);
    expect(epochs[0]).toMatchObject({ loss: 1.79, accuracy: 0.4212, valLoss: 2.2747 });
    expect(epochs[9]).toMatchObject({ loss: 0.8584, accuracy: 0.8003, valLoss: 1.3718 });
    expect([epochs.length, plannedEpochs, stepsPerEpoch, leftOut]).toEqual([10, 10, 782, []]);
  });

  it('is the file as it stands, line by line', () => {
    const file = readFileSync(join(__dirname, '../../../../resources/blog/history.txt'), 'utf8');
    expect(printedRunRequest().text).toBe(file);
    expect(file.split('\n').filter((line) => line.startsWith('782/782'))).toHaveLength(10);
  });

  it('has the steps that the recipe makes of CIFAR-10, all of which it trains on', () => {
    expect(scheduleOf(BLOG_RECIPE, trainCount).stepsPerEpoch).toBe(782);
    expect(BLOG_RECIPE).toEqual({ ...DEFAULT_RECIPE, l2: architectureOf('plain').l2, validationSplit: 0 });
  });
});

describe('the two networks', () => {
  it('have the parameters that the post prints, and those with projections', () => {
    const totals = VARIANTS.map((variant) => {
      const { totalParams, trainableParams } = summarize(buildNetwork(architectureOf(variant)));
      return [totalParams, trainableParams];
    });
    expect(totals).toEqual([
      [11_019_530, 11_011_722],
      [11_196_042, 11_186_442],
    ]);
  });
});

describe('a run of the experiment', () => {
  it.each(VARIANTS)('is known by what was trained how: %s', (variant) => {
    const { architecture, recipe } = blogRequest(variant, SHORT_FORM);
    expect(variantOf(run({ architecture, recipe }))).toBe(variant);
    expect(variantOf(run({ architecture: { ...architecture, name: 'mine' } }, { seed: 7, epochs: 30 }))).toBe(
      variant,
    );
    // What is done to the weights says the recipe.
    expect(variantOf(run({ architecture: { ...architecture, l2: 0 } }))).toBe(variant);
  });

  it.each<[string, Run]>([
    ['another data set', run({ dataset: { ...dataset, id: 'shapes' } })],
    ['another learning rate', run({}, { learningRate: 0.01 })],
    ['another batch size', run({}, { batchSize: 128 })],
    ['another validation set', run({}, { validationSplit: 0.1 })],
    ['another network', run({ architecture: { ...architectureOf('plain'), bias: false } })],
    ['another L2', run({}, { l2: 1e-3 })],
    ['an L2 on more variables', run({}, { regularised: 'all' })],
    ['a fork', run({ parent: { id: 1, step: 10, images: 640 } })],
    ['an unreadable run', run({ unreadable: 'Its recipe is no JSON.' })],
    ['an imported one', importedSample({ architecture: architectureOf('plain'), dataset })],
  ])('is not %s', (_, other) => {
    expect(variantOf(other)).toBeNull();
  });

  it('says in what it is shorter than the printed one', () => {
    expect(describeShorter(run())).toBeNull();
    expect(describeShorter(run({}, { epochs: 20, limitTrain: trainCount }))).toBeNull();
    expect(describeShorter(run({}, SHORT_FORM))).toBe(
      '2 epochs, first 6,400 training images, first 1,000 validation images',
    );
  });
});
