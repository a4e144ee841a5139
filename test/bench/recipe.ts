/**
 * Measured program: what a recipe's additions cost of a step. `recipe JOB` prints `{"ready": {additions}}`, then answers
 * `{"do": NAME, "count": ROUNDS}` with `{"plain": [[ms…]…], "with": [[ms…]…]}`: the steps of each round without and with that addition.
 */
import { createInterface } from 'node:readline';
import type { Architecture } from '../../src/architecture/architecture';
import { buildNetwork } from '../../src/architecture/network';
import { cacheFolder } from '../../src/node/files/cache-folder';
import { channelStatistics } from '../../src/shared/augmentation/normalisation';
import { DEFAULT_RECIPE, type Recipe } from '../../src/shared/recipe';
import type { Engine } from '../../src/trainer/engine/engine';
import { createEngine } from '../../src/trainer/engine/graph/graph-engine';
import { images } from './images';

interface RecipeJob {
  architecture: Architecture;
  /** Images. */
  batch: number;
}

const USUAL = { flip: 'random', crop: 4 } as const;
/** Each with the largest share of a step that it may take. */
const ADDITIONS: Record<string, { changes: Partial<Recipe>; limit: number }> = {
  'flip and crop': { changes: USUAL, limit: 0.03 },
  'flip, reflected crop, cutout, per channel': {
    changes: { ...USUAL, padding: 'reflect', cutout: 12, normalisation: 'channel' },
    limit: 0.03,
  },
  'flip, crop, mixup and CutMix': { changes: { ...USUAL, mixup: 0.2, cutmix: 1 }, limit: 0.03 },
  'average of the weights, every 5 steps': { changes: { emaDecay: 0.999, emaEvery: 5 }, limit: 0.02 },
  norms: { changes: { norms: true }, limit: 0.01 },
};

/** Steps of each turn, of which one updates the average, and those before the first that counts. */
const [TURN, WARM_UP] = [5, 10];

const { architecture, batch } = JSON.parse(process.argv[2]!) as RecipeJob;
const set = images(8 * batch);
const network = buildNetwork(architecture);

async function open(changes: Partial<Recipe>, plan?: Engine['plan']): Promise<Engine> {
  const engine = await createEngine(
    network,
    { ...DEFAULT_RECIPE, batchSize: batch, ...changes },
    { plan, cacheFolder: cacheFolder(), statistics: channelStatistics(set.images, 3), norms: changes.norms },
  );
  engine.useDataset!({ train: set, eval: images(1) });
  return engine;
}

/** Milliseconds of each step. */
function steps(engine: Engine, count: number): number[] {
  return Array.from({ length: count }, (_, step) => {
    const indices = Int32Array.from({ length: batch }, (_, i) => ((step % 8) * batch + i * 7) % set.count);
    const began = performance.now();
    engine.trainStepAt!(indices, 1e-4, 1 + (step % 2));
    return performance.now() - began;
  });
}

async function main(): Promise<void> {
  const plain = await open({});
  steps(plain, WARM_UP);
  print({ ready: { additions: Object.entries(ADDITIONS).map(([name, { limit }]) => ({ name, limit })) } });
  const measure = async (name: string, rounds: number): Promise<void> => {
    // Convolutions are computed the same way in both.
    const added = await open(ADDITIONS[name]!.changes, plain.plan);
    steps(added, WARM_UP);
    const found = { plain: [] as number[][], with: [] as number[][] };
    for (let round = 0; round < rounds; round++) {
      const turns = [() => found.plain.push(steps(plain, TURN)), () => found.with.push(steps(added, TURN))];
      for (const turn of round % 2 === 0 ? turns : turns.reverse()) turn();
    }
    added.dispose();
    print(found);
  };
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { do: name, count } = JSON.parse(line) as { do: string; count: number };
    void measure(name, count);
  });
}

const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

void main();
