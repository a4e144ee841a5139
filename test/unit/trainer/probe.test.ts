import { describe, expect, test } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import type { CreateEngine } from '../../../src/trainer/engine/engine';
import { createEngine } from '../../../src/trainer/engine/layers-engine';
import { fmix32, probe, probeLabels, probeImages, probeWeights, uniform } from '../../../src/trainer/probe';
import { recipe, smallArchitecture } from './fixtures';

/** The expected numbers of this block were computed in Python, with whole numbers of any length. */
describe('the formula', () => {
  test.each([
    [0, 0],
    [1, 1364076727],
    [2, 821347078],
    [0xdeadbeef, 233162409],
    [0xffffffff, 2180083513],
  ])('fmix32(%i) is %i', (h, mixed) => {
    expect(fmix32(h)).toBe(mixed);
  });

  test.each([
    [0, 0, 0],
    [1, 0, 0.3175988623406738],
    [0, 1, 0.5733975800685585],
    [12345, 7, 0.6509683625772595],
    [2 ** 32 + 5, 3, 0.823620228562504],
    [0, 100000, 0.7509460209403187],
    [3071, 100009, 0.9828463424928486],
  ])('r(%i, %i) is %d', (i, v, r) => {
    expect(uniform(i, v)).toBe(r);
  });

  test('images are r of the series 100000 + step, labels (7n + step) mod classes', () => {
    expect(probeImages(9, 3072)[3071]).toBe(Math.fround(0.9828463424928486));
    expect(probeImages(0, 1)[0]).toBe(Math.fround(0.7509460209403187));
    expect([...probeLabels(0, 4, 10)]).toEqual([0, 7, 4, 1]);
    expect([...probeLabels(3, 4, 10)]).toEqual([3, 0, 7, 4]);
    expect(probeLabels(0, 64, 1000)[63]).toBe(441);
  });
});

describe('weights', () => {
  const network = buildNetwork(smallArchitecture({ zeroInitLastGamma: true }));
  const weights = probeWeights(network);
  const value = (name: string, index: number) => weights.get(name)![index];

  test('are counted in the order of the variables, biases and statistics included', () => {
    const names = [...weights.keys()];
    // Series 6, 24 and 30: kernels of stage 1, of the projection, of the dense layer.
    expect([names[6], names[24], names[30]]).toEqual([
      'stage1/block1/conv1/kernel',
      'stage2/block1/shortcut/conv/kernel',
      'dense/kernel',
    ]);
    expect(value('stage1/block1/conv1/kernel', 5)).toBe(
      Math.fround((2 * uniform(5, 6) - 1) * Math.sqrt(6 / 36)),
    );
    expect(value('stage2/block1/shortcut/conv/kernel', 23)).toBe(
      Math.fround((2 * uniform(23, 24) - 1) * Math.sqrt(6 / 4)),
    );
    expect(value('dense/kernel', 7)).toBe(Math.fround((2 * uniform(7, 30) - 1) * Math.sqrt(6 / 6)));
  });

  test('without a formula are 0, variances 1, gammas 1 or 0 where the architecture starts them so', () => {
    const distinct = (name: string) => [...new Set(weights.get(name))];
    expect(distinct('stem/conv/bias')).toEqual([0]);
    expect(distinct('stem/bn/gamma')).toEqual([1]);
    expect(distinct('stem/bn/beta')).toEqual([0]);
    expect(distinct('stem/bn/movingMean')).toEqual([0]);
    expect(distinct('stem/bn/movingVariance')).toEqual([1]);
    expect(distinct('stage2/block1/bn1/gamma')).toEqual([1]);
    expect(distinct('stage2/block1/bn2/gamma')).toEqual([0]);
  });
});

describe('a probe', () => {
  const job = {
    architecture: smallArchitecture({ l2: 0.01 }),
    recipe: recipe({ optimizer: 'sgd', momentum: 0, learningRate: 0.01, batchSize: 6 }),
    steps: 3,
    engine: null,
  };

  test('tells steps, variables in order and a row of logits for each image', async () => {
    const { steps, variables, logits } = await probe(job, createEngine);
    expect(steps).toHaveLength(3);
    expect(variables.map(({ name }) => name)).toEqual([
      ...probeWeights(buildNetwork(job.architecture)).keys(),
    ]);
    expect(logits.map((row) => row.length)).toEqual([4, 4, 4, 4, 4, 4]);
    expect(variables.filter(({ gradNorm }) => gradNorm === null).map(({ name }) => name)).toEqual(
      variables.map(({ name }) => name).filter((name) => /moving/.test(name)),
    );
  });

  test("gives the gradient of the whole loss: SGD's first step goes down it by the learning rate", async () => {
    const rate = 1e-3;
    const { variables } = await probe(
      { ...job, recipe: { ...job.recipe, learningRate: rate }, steps: 1 },
      createEngine,
    );
    // Betas start at 0: after one step their norm is that of the step.
    const betas = variables.filter(({ name }) => name.endsWith('/beta'));
    expect(betas).toHaveLength(5);
    for (const { norm, gradNorm } of betas) expect(norm! / (rate * gradNorm!)).toBeCloseTo(1, 5);
  });

  test('counts the L2 term in the total and in the gradients', async () => {
    const without = await probe({ ...job, architecture: { ...job.architecture, l2: 0 } }, createEngine);
    const withL2 = await probe(job, createEngine);
    expect(without.steps[0]!.total).toBe(without.steps[0]!.loss);
    expect(withL2.steps[0]!.loss).toBe(without.steps[0]!.loss);
    const weights = probeWeights(buildNetwork(job.architecture));
    const squares = [...weights]
      .filter(([name]) => /conv\d?\/kernel$/.test(name))
      .reduce((sum, [, values]) => sum + values.reduce((part, value) => part + value * value, 0), 0);
    expect(withL2.steps[0]!.total! - withL2.steps[0]!.loss!).toBeCloseTo(0.01 * squares, 4);
    expect(withL2.variables[0]!.gradNorm).not.toBeCloseTo(without.variables[0]!.gradNorm!, 3);
  });

  test('is the same the second time, and frees its engines', async () => {
    let open = 0;
    const counting: CreateEngine = async (network, probeRecipe) => {
      const engine = await createEngine(network, probeRecipe);
      open++;
      const dispose = engine.dispose.bind(engine);
      engine.dispose = () => {
        open--;
        dispose();
      };
      return engine;
    };
    expect(await probe(job, counting)).toEqual(await probe(job, counting));
    expect(open).toBe(0);
  });
});
