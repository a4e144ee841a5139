/**
 * Measured program: what a training step takes of memory in this process. `scripts/layer-references/` starts one for each measurement
 * and reads JSON from its output; the question is JSON, its only argument.
 */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Architecture } from '../../src/architecture/architecture';
import { trainingBytes } from '../../src/architecture/layer-table/columns';
import { totalRow } from '../../src/architecture/layer-table/rows';
import { buildNetwork } from '../../src/architecture/network';
import { findPreset } from '../../src/architecture/presets';
import { summarize } from '../../src/architecture/summary';
import { cacheFolder } from '../../src/node/files/cache-folder';
import type { EnginePlan } from '../../src/shared/plan';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import { slotsOf } from '../../src/shared/training-memory';
import { createEngine, openEngine } from '../../src/trainer/engine/graph/graph-engine';
import { nativePlan } from '../../src/trainer/engine/graph/lowering/plan';
import { tensorflow } from '../../src/trainer/engine/tensorflow';

/** Images of the data set, which takes the same at every batch size. */
const IMAGES = 1024;
/** Slots of the optimizer are filled in the first step, primitives compiled; later steps repeat what the second did. */
const STEPS = 3;

interface Measured {
  batch: number;
  /** Absent: the whole batch at once. */
  microBatchSize?: number;
  plan: EnginePlan | null;
}

type Question =
  | { ask: 'figures'; preset: string; batches: number[] }
  | { ask: 'plan'; preset: string; batch: number }
  | ({ ask: 'measure'; preset: string } & Measured);

async function answer(question: Question): Promise<unknown> {
  const preset = findPreset(question.preset);
  if (!preset) throw new Error(`There is no preset ${question.preset}.`);
  const { architecture } = preset;
  switch (question.ask) {
    case 'figures':
      return figures(architecture, question.batches);
    case 'plan': {
      const network = buildNetwork(architecture);
      const recipe = { ...DEFAULT_RECIPE, batchSize: question.batch };
      const engine = await createEngine(network, recipe, { cacheFolder: cacheFolder() });
      return engine.plan;
    }
    case 'measure':
      return measure(architecture, question);
  }
}

/** What the layer table says. */
function figures(architecture: Architecture, batches: readonly number[]) {
  const total = totalRow(summarize(buildNetwork(architecture))).figures;
  const slots = slotsOf(DEFAULT_RECIPE);
  const bytes = (batch: number): number => trainingBytes(total, { batch, slots });
  return { architecture, fixed: bytes(0), perImage: total.keptBytes, whole: batches.map(bytes) };
}

/** Growth of the most that was resident, from before the engine is built to after some steps (Linux), bytes. */
function measure(architecture: Architecture, { batch, microBatchSize, plan }: Measured) {
  const network = buildNetwork(architecture);
  const size = architecture.inputShape.reduce((a, b) => a * b, 1);
  const split = (count: number) => ({
    count,
    images: new Uint8Array(count * size),
    labels: new Uint8Array(count),
  });
  const [train, evaluation] = [split(IMAGES), split(1)];
  tensorflow();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = ownStatus('VmRSS');
  const engine = openEngine(
    network,
    { ...DEFAULT_RECIPE, batchSize: batch, microBatchSize: microBatchSize ?? null },
    plan ?? nativePlan(network),
  );
  // The initial weights were garbage of JavaScript.
  collect();
  engine.useDataset!({ train, eval: evaluation });
  const indices = Int32Array.from({ length: batch }, (_, index) => index % IMAGES);
  for (let step = 0; step < STEPS; step++) engine.trainStepAt!(indices);
  return { growth: ownStatus('VmHWM') - before };
}

/** A line of what the kernel says of this process, in bytes. */
function ownStatus(name: 'VmRSS' | 'VmHWM'): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync('/proc/self/status', 'utf8'));
  return Number(line![1]) * 1024;
}

void answer(JSON.parse(process.argv[2]!) as Question).then((value) => {
  process.stdout.write(JSON.stringify(value));
  // An engine that was opened holds threads of its own.
  process.exit(0);
});
