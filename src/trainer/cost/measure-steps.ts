/** Takes a few steps of a network as a run would take them, over made-up images, and tells what they took and where. */
import type { Architecture } from '../../architecture/architecture';
import type { ChannelStatistics } from '../../shared/augmentation/normalisation';
import { evaluationBatch } from '../../shared/batches';
import { median } from '../../shared/median';
import type { StepTaken } from '../../shared/cost/record';
import type { Engine } from '../engine/engine';
import type { Split } from '../../node/datasets/split';

/** Steps that do not count: the first prepares the graph, the next fill caches and pools. */
const WARM_UP = 2;
/** Counted steps: at least, at most, and the milliseconds after which there are enough. */
const [LEAST, MOST, ENOUGH] = [4, 25, 2500];
const PROFILED = 3;

/** Random bytes with labels, as many images as a batch and a pass of a validation take. */
export function madeUpImages(network: Engine['network'], batch: number): { train: Split; eval: Split } {
  const { inputShape, classes } = network.architecture;
  const size = inputShape.reduce((product, side) => product * side, 1);
  const split = (count: number): Split => ({
    count,
    // Any bytes will do; those of a linear congruential generator are spread evenly (Numerical Recipes, 7.1).
    images: Uint8Array.from(
      { length: count * size },
      (_, index) => (Math.imul(index, 1664525) + 1013904223) >>> 24,
    ),
    labels: Uint8Array.from({ length: count }, (_, index) => index % Math.min(classes, 256)),
  });
  return { train: split(2 * batch), eval: split(evaluationBatch(network)) };
}

/** By what made-up images are normalised, which any numbers do. */
export const madeUpStatistics = ({ inputShape }: Pick<Architecture, 'inputShape'>): ChannelStatistics => ({
  mean: [inputShape[2]].map(() => 0.5),
  deviation: [inputShape[2]].map(() => 0.25),
});

/**
 * @param engine opened for profiles.
 * @param between awaited before each step, with how many are done of how many; what it throws ends the measuring.
 */
export async function measureSteps(
  engine: Engine,
  batch: number,
  between: (done: number, total: number) => Promise<void> | void,
): Promise<Omit<StepTaken, 'foretold' | 'at'>> {
  if (!engine.useDataset || !engine.trainStepAt || !engine.evaluateAt || !engine.profileStepAt)
    throw new Error('Costs are measured of an engine that holds its data set.');
  const data = madeUpImages(engine.network, batch);
  engine.useDataset(data);
  const total = WARM_UP + LEAST + PROFILED + 3;
  let done = 0;
  const next = (): Promise<void> | void => between(Math.min(done++, total - 1), total);
  const indices = (step: number): Int32Array =>
    Int32Array.from({ length: batch }, (_, index) => (step * 7 + index * 3) % data.train.count);

  // A rate of next to nothing: weights that learn noise could become infinite, with which some kernels are slow.
  const rate = 1e-6;
  const times: number[] = [];
  for (let step = 0, spent = 0; step < WARM_UP + MOST; step++) {
    if (times.length >= LEAST && spent >= ENOUGH) break;
    await next();
    const began = performance.now();
    engine.trainStepAt(indices(step), rate);
    if (step < WARM_UP) continue;
    times.push(performance.now() - began);
    spent += times[times.length - 1]!;
  }

  const profiles: Map<string, number>[] = [];
  for (let step = 0; step <= PROFILED; step++) {
    await next();
    const profile = engine.profileStepAt(indices(step), rate);
    if (step > 0) profiles.push(profile);
  }

  const passes: number[] = [];
  for (let pass = 0; pass < 3; pass++) {
    await next();
    const began = performance.now();
    engine.evaluateAt(0, data.eval.count);
    if (pass > 0) passes.push(performance.now() - began);
  }
  const milliseconds = undisturbed(times);
  return {
    milliseconds,
    evaluation: median(passes)! / data.eval.count,
    layers: sharesOf(profiles, milliseconds),
  };
}

/** What a quarter took at most: others that compute meanwhile make steps longer, nothing makes them shorter. */
const undisturbed = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor((times.length - 1) / 4)]!;

/** The median of each layer, scaled so that all together take what a step without clocks takes. */
function sharesOf(profiles: readonly Map<string, number>[], milliseconds: number): Record<string, number> {
  const medians = [...profiles[0]!.keys()].map(
    (layer) => [layer, median(profiles.map((profile) => profile.get(layer) ?? 0))!] as const,
  );
  const sum = medians.reduce((total, [, spent]) => total + spent, 0);
  return Object.fromEntries(medians.map(([layer, spent]) => [layer, (spent * milliseconds) / sum]));
}
