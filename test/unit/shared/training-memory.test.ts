import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import { keptElements, variableElements } from '../../../src/architecture/training-memory';
import { leastMemory, memoryProblem } from '../../../src/shared/training-memory';
import { recipe, smallArchitecture } from '../trainer/fixtures';

const architecture = (l2 = 1e-4) =>
  smallArchitecture({ table: [[1, [[4, 3]]]], bias: false, shortcut: 'none', l2 });
const network = buildNetwork(architecture());
const dataset = { imageShape: [8, 8, 3] as [number, number, number], trainCount: 100, evalCount: 10 };

describe('what a step holds at least', () => {
  it('is the input of every convolution, normalisation and of the dense layer, once', () => {
    // The image, the stem's output, its ReLU, the block's convolution, and the mean: 8x8x3, 3 of 8x8x4, 4.
    expect(keptElements(network)).toBe(8 * 8 * 3 + 3 * 8 * 8 * 4 + 4);
  });

  it('is the variables', () => {
    const kernels = 3 * 3 * 3 * 4 + 3 * 3 * 4 * 4;
    const trained = kernels + 2 * (4 + 4) + 4 * 4 + 4;
    expect(variableElements(network)).toEqual({
      all: trained + 2 * (4 + 4),
      trained,
      kernels: kernels + 4 * 4,
      convolutions: kernels,
    });
  });

  it.each([
    ['Adam keeps two slots', recipe(), 2, 'convolutions'],
    ['SGD with momentum keeps one', recipe({ optimizer: 'sgd', momentum: 0.9 }), 1, 'convolutions'],
    ['SGD without keeps none', recipe({ optimizer: 'sgd', momentum: 0 }), 0, 'convolutions'],
    ['clipping keeps all gradients', recipe({ clipNorm: 1 }), 2, 'trained'],
    ['L2 on all kernels keeps their gradients', recipe({ regularised: 'kernels' }), 2, 'kernels'],
    ['L2 on all keeps all', recipe({ l2: 1e-3, regularised: 'all' }), 2, 'trained'],
    ['parts keep all gradients', recipe({ batchSize: 64, microBatchSize: 32 }), 2, 'trained'],
    ['a part for all images does not', recipe({ batchSize: 640, microBatchSize: 100 }), 2, 'convolutions'],
  ] as const)('%s', (_what, how, slots, gradients) => {
    const elements = variableElements(network);
    expect(leastMemory(network, how, dataset)).toEqual({
      fixedBytes: 4 * (elements.all + slots * elements.trained + elements[gradients]) + 110 * 192,
      bytesPerImage: 4 * keptElements(network),
    });
  });

  it('has another of each variable where the weights are averaged', () => {
    const { all } = variableElements(network);
    const [without, averaged] = [recipe(), recipe({ emaDecay: 0.999 })].map(
      (how) => leastMemory(network, how, dataset).fixedBytes,
    );
    expect(averaged! - without!).toBe(4 * all);
  });

  it.each([
    ['the recipe asks for L2 0', recipe({ l2: 0 })],
    ['the weights decay beside the gradients', recipe({ regularisation: 'decoupled', weightDecay: 0.1 })],
  ])('is no gradient where %s', (_what, how) => {
    const { all, trained } = variableElements(network);
    expect(leastMemory(network, how, null).fixedBytes).toBe(4 * (all + 2 * trained));
  });

  it('is of the images that are used', () => {
    const all = leastMemory(network, recipe(), dataset).fixedBytes;
    expect(all - leastMemory(network, recipe({ limitTrain: 50, limitEval: 5 }), dataset).fixedBytes).toBe(
      55 * 192,
    );
    expect(all - leastMemory(network, recipe(), null).fixedBytes).toBe(110 * 192);
  });
});

describe('the refusal', () => {
  const memory = { fixedBytes: 2e9, bytesPerImage: 1e6 };

  it('is none where the step may fit, to the byte', () => {
    expect(memoryProblem(memory, 1000, 3e9, 'machine')).toBeNull();
    expect(memoryProblem(memory, 1000, 3e9 - 1, 'machine')).not.toBeNull();
  });

  it('names the largest batch that can', () => {
    expect(memoryProblem(memory, 50_000, 16e9, 'machine')).toBe(
      'Training with batches of 50,000 images takes at least 48.4 GiB of memory (weights, gradients, optimizer, ' +
        'activations, data), and this machine has 14.9 GiB: choose a batch size or micro-batch size of ' +
        '8,500 or less, or a smaller network.',
    );
    expect(memoryProblem(memory, 50_000, 16e9, 'machine', 'part')).toMatch(
      /^Training with parts of 50,000 images takes .*: choose a micro-batch size of 8,500 or less, or a smaller network\.$/,
    );
  });

  it('offers no batch where none fits', () => {
    expect(memoryProblem(memory, 64, 1e9, 'free')).toMatch(
      /this machine has 954 MiB free: choose a smaller network\.$/,
    );
  });

  it('offers none that it would refuse', () => {
    for (const limit of [2.4e9, 2.5e9, 3e9, 1e10, 1e12]) {
      const sentence = memoryProblem(memory, 1e8, limit, 'gpu')!;
      const offered = Number(/size of ([\d,]+) or less/.exec(sentence)?.[1]?.replace(/,/g, '') ?? 0);
      expect(memoryProblem(memory, offered, limit, 'gpu')).toBeNull();
    }
  });
});
