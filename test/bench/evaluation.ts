/**
 * Measured program: a pass over a validation set, plain and with batch normalisations folded into the convolutions. `evaluation JOB` prints
 * `{"ready": {…}}`, then answers `{"do": "evaluate", "count": ROUNDS}` with the milliseconds of each pass and of its preparation.
 */
import { createInterface } from 'node:readline';
import type { Architecture } from '../../src/architecture/architecture';
import { buildNetwork } from '../../src/architecture/network';
import { cacheFolder } from '../../src/node/files/cache-folder';
import { EVALUATION, FOLDED, PLAIN, PLAN_DIRECTIONS, type PlanDirection } from '../../src/shared/plan';
import { roomForClasses } from '../../src/shared/predictions';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import type { Engine } from '../../src/trainer/engine/engine';
import { createEngine, openEngine } from '../../src/trainer/engine/graph/graph-engine';
import { evaluationBatch } from '../../src/shared/batches';
import { images } from './images';

interface EvaluationJob {
  architecture: Architecture;
  /** Images of a training step: the plan is chosen for it. */
  batch: number;
  /** Calls of a pass. */
  calls: number;
}

const { architecture, batch, calls } = JSON.parse(process.argv[2]!) as EvaluationJob;
const network = buildNetwork(architecture);
const size = evaluationBatch(network);
const set = images(calls * size);
const WAYS = [PLAIN, FOLDED] as const;

const everywhere = (way: string) =>
  Object.fromEntries(PLAN_DIRECTIONS.map((direction) => [direction, way])) as Record<PlanDirection, string>;

/** Milliseconds of a pass after a step, as an epoch has it: what a way prepares is in it. */
function pass(engine: Engine): number {
  engine.trainStepAt!(
    Int32Array.from({ length: batch }, (_, index) => index % set.count),
    0,
  );
  const began = performance.now();
  for (let call = 0; call < calls; call++) engine.evaluateAt!(call * size, (call + 1) * size);
  return performance.now() - began;
}

/** The same classes of how many images, and how far logits are apart at most, over their root mean square. */
function difference([plain, folded]: readonly Engine[]) {
  const { count } = set;
  const answers = [plain!, folded!].map((engine) => {
    const classes = roomForClasses(count, architecture.classes);
    for (let call = 0; call < calls; call++) {
      engine.evaluateAt!(call * size, (call + 1) * size, classes.subarray(call * size, (call + 1) * size));
    }
    return classes;
  });
  const some = set.images.subarray(0, (set.images.length / count) * Math.min(size, 64));
  const [right, found] = [plain!.predict(some), folded!.predict(some)];
  const scale = Math.sqrt(right.reduce((sum, value) => sum + value * value, 0) / right.length);
  const off = right.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0);
  const [a, b] = answers as [Uint8Array, Uint8Array];
  return { images: count, same: a.filter((one, i) => one === b[i]).length, off: off / scale };
}

async function main(): Promise<void> {
  const recipe = { ...DEFAULT_RECIPE, batchSize: batch };
  const chosen = await createEngine(network, recipe, { cacheFolder: cacheFolder() });
  const plan = chosen.plan!;
  chosen.dispose();
  const engines = WAYS.map((way) => {
    const engine = openEngine(network, recipe, { ...plan, [EVALUATION]: everywhere(way) });
    engine.useDataset!({ train: set, eval: set });
    pass(engine);
    return engine;
  });
  print({
    ready: {
      images: set.count,
      batch: size,
      chosen: plan[EVALUATION]?.forward ?? PLAIN,
      difference: difference(engines),
    },
  });
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { count } = JSON.parse(line) as { do: string; count: number };
    const found: Record<string, number[][]> = { [PLAIN]: [], [FOLDED]: [] };
    for (let round = 0; round < count; round++) {
      const turns = WAYS.map((way, index) => () => found[way]!.push([pass(engines[index]!)]));
      for (const turn of round % 2 === 0 ? turns : turns.reverse()) turn();
    }
    print(found);
  });
}

const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

void main();
