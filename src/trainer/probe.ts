/**
 * The probe: training on made-up data from made-up weights, both given by a formula that is three lines in any language,
 * so that whoever doubts our numbers can compute them with another framework.
 *
 * Everything comes from r(i, v) = fmix32((i + 2654435769·v) mod 2³²) / 2³², a number in [0, 1) for element i of
 * series v.
 */
import { layerVariables, type Layer } from '../architecture/layers';
import { buildNetwork, type Network } from '../architecture/network';
import { DEFAULT_RECIPE } from '../shared/recipe';
import type { ProbeJob, ProbeResult } from '../shared/training-messages';
import type { CreateEngine, Engine } from './engine/engine';

/** The finaliser of MurmurHash3 (Appleby 2011, MurmurHash3.cpp): a bijection of the 32-bit numbers. */
export function fmix32(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

/** r(i, v); exact, since 32 bits fit into a double. 2654435769 is 2³² divided by the golden ratio. */
export function uniform(i: number, v: number): number {
  return fmix32(i + Math.imul(2654435769, v)) / 2 ** 32;
}

/**
 * The weights a probe starts from, by the variables' names, flat row-major. v counts all variables in the network's
 * order from 0. kernel[i] = (2·r(i, v) − 1)·√(6 / fan in): He's uniform distribution; biases, betas and moving means 0;
 * moving variances 1; gammas 1, or 0 where the architecture starts them so.
 */
export function probeWeights(network: Pick<Network, 'layers'>): Map<string, Float32Array> {
  const weights = new Map<string, Float32Array>();
  let v = 0;
  for (const layer of network.layers) {
    for (const { name, role, shape } of layerVariables(layer)) {
      const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
      if (role === 'kernel') {
        const limit = Math.sqrt(6 / fanIn(layer));
        for (let i = 0; i < values.length; i++) values[i] = (2 * uniform(i, v) - 1) * limit;
      } else if (role === 'movingVariance') values.fill(1);
      else if (role === 'gamma') values.fill(layer.kind === 'bn' ? layer.gammaInit : 1);
      weights.set(name, values);
      v++;
    }
  }
  return weights;
}

function fanIn(layer: Layer): number {
  if (layer.kind === 'conv' || layer.kind === 'dense') return layer.fanIn;
  throw new Error(`${layer.name} has no kernel.`);
}

/** Series of the images of step 0; those of the variables end long before. */
const IMAGES = 100_000;

/** Batch of a step (from 0): pixel i, flat over batch, height, width and channel, is r(i, 100000 + step). */
export function probeImages(step: number, length: number): Float32Array {
  const images = new Float32Array(length);
  for (let i = 0; i < length; i++) images[i] = uniform(i, IMAGES + step);
  return images;
}

/** Label of image n: (7·n + step) mod classes. */
export function probeLabels(step: number, batch: number, classes: number): Int32Array {
  return Int32Array.from({ length: batch }, (_, n) => (7 * n + step) % classes);
}

/**
 * Trains the steps of a job and tells what came out.
 * @param progress called before every step with how many are done; what it returns is awaited.
 */
export async function probe(
  { architecture, recipe: asked, steps }: ProbeJob,
  createEngine: CreateEngine,
  progress: (done: number) => Promise<void> | void = () => {},
): Promise<ProbeResult> {
  // Made-up images are taken as they are.
  const { normalisation, mixup, cutmix } = DEFAULT_RECIPE;
  const recipe = { ...asked, normalisation, mixup, cutmix };
  const network = buildNetwork(architecture);
  const weights = probeWeights(network);
  const size = architecture.inputShape.reduce((product, side) => product * side, 1);
  const batch = (step: number) => ({
    images: probeImages(step, recipe.batchSize * size),
    labels: probeLabels(step, recipe.batchSize, architecture.classes),
  });
  const first = batch(0);

  await progress(0);
  // SGD with momentum from rest: after one step the velocity is 0 − 1·gradient, exact to the bit in any engine.
  const gradientRecipe = {
    ...recipe,
    optimizer: 'sgd' as const,
    momentum: 0.9,
    nesterov: false,
    learningRate: 1,
    clipNorm: null,
    weightDecay: 0,
    betaFactor: 1,
  };
  const gradientNorms = await using(await createEngine(network, gradientRecipe), (engine) => {
    start(engine, weights);
    engine.trainStep(first.images, first.labels);
    const { values } = engine.readState();
    return new Map(engine.variables().map(({ name }) => [name, velocityNorm(values, name)]));
  });

  return using(await createEngine(network, recipe), async (engine) => {
    start(engine, weights);
    const results: ProbeResult['steps'] = [];
    for (let step = 0; step < steps; step++) {
      await progress(step);
      const { images, labels } = step === 0 ? first : batch(step);
      const { crossEntropy, loss, correct } = engine.trainStep(images, labels);
      results.push({ loss: crossEntropy, total: loss, correct });
    }
    await progress(steps);
    const { values } = engine.readState();
    return {
      steps: results,
      variables: engine.variables().map(({ name, shape, trainable }) => ({
        name,
        shape,
        sum: sum(values.get(name)!),
        norm: norm(values.get(name)!),
        gradNorm: trainable ? gradientNorms.get(name)! : null,
      })),
      logits: rows(engine.predict(first.images), architecture.classes),
    };
  });
}

/** A training that has not begun, with these weights. */
function start(engine: Engine, weights: Map<string, Float32Array>): void {
  const { values } = engine.readState();
  for (const [name, value] of weights) values.set(name, value);
  engine.writeState({ step: 0, values });
}

async function using<T>(engine: Engine, work: (engine: Engine) => T | Promise<T>): Promise<T> {
  try {
    return await work(engine);
  } finally {
    engine.dispose();
  }
}

/** Null for what is not trained. */
function velocityNorm(values: Map<string, Float32Array>, name: string): number | null {
  const velocity = values.get(`optimizer/${name}/velocity`);
  return velocity ? norm(velocity) : null;
}

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);

/** Euclidean norm, in double precision. */
const norm = (values: Float32Array): number =>
  Math.sqrt(values.reduce((total, value) => total + value * value, 0));

function rows(values: Float32Array, length: number): number[][] {
  return Array.from({ length: values.length / length }, (_, row) =>
    Array.from(values.subarray(row * length, (row + 1) * length)),
  );
}
