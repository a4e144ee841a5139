/**
 * The part `cost`: what is foretold of runs before they start, and what they then take. The product's own trainer measures the parts
 * of each, its own estimate foretells, and its own trainer trains; of none a step was taken before.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustRun } from '../lib/processes.mjs';
import { projectRoot } from '../lib/paths.mjs';
import { lastLines } from '../lib/processes.mjs';
import { costText } from './cost-table.mjs';
import { bundled } from './programs.mjs';

const trainer = join(projectRoot, 'out', 'main', 'trainer.js');

/** Steps of these are taken in between, at batch sizes that no run has: they say how far steps are from the sums of their parts. */
const CALIBRATED_BY = [
  { model: 'resnet20', batch: 40 },
  { model: 'resnet18', batch: 40 },
  { model: 'resnet50', batch: 20 },
  { model: 'resnet18-cifar', batch: 10 },
];

const SGD = { optimizer: 'sgd', momentum: 0.9, learningRate: 0.01 };
const FLIP_AND_CROP = { flip: 'random', crop: 4 };
/** Networks, batch sizes and recipes of many kinds, the slow ones at small batches: all have to fit into minutes. */
const RUNS = [
  { model: 'resnet18', batch: 64, recipe: {} },
  { model: 'resnet20', batch: 128, recipe: { ...SGD, ...FLIP_AND_CROP } },
  { model: 'resnet50', batch: 32, recipe: {} },
  { model: 'resnet56', batch: 32, recipe: SGD },
  { model: 'wrn-16-4', batch: 32, recipe: {} },
  { model: 'resnet34', batch: 48, recipe: { ...FLIP_AND_CROP } },
  { model: 'resnet18-cifar', batch: 16, recipe: SGD },
  { model: 'resnet32', batch: 64, recipe: { weightDecay: 1e-2 } },
  { model: 'resnet18', batch: 128, recipe: { ...SGD, clipNorm: 1 } },
  { model: 'resnet44', batch: 100, recipe: { ...SGD, nesterov: true } },
  { model: 'resnet101', batch: 16, recipe: SGD },
  { model: 'resnet20', batch: 32, recipe: { flip: 'random', cutout: 8 } },
];
export const COST_MODELS = [...new Set([...CALIBRATED_BY, ...RUNS].map(({ model }) => model))];

/** Seconds that the epoch which is timed is meant to take; it has so many steps at least and at most, as the data set has images. */
const [EPOCH_SECONDS, LEAST_STEPS, MOST_STEPS] = [1.5, 6, 20];
const [IMAGES, VALIDATED] = [9_000, 250];
const ROUNDS = 2;

/**
 * Everything twice, minutes apart: what others do to the machine meets measurements and runs alike, and the lesser counts of both.
 * @returns `{ load, calibration, runs }`
 */
export async function measureCost({ env, progress, options: { only } }, models, say) {
  const wanted = RUNS.filter(({ model }) => only === null || only.includes(model));
  const label = `Costs of ${wanted.length} runs, foretold and true`;
  const result = await progress.during(label, {}, async (task) => {
    const runs = wanted.map((run) => ({ ...run, ...models.get(run.model), truths: [], load: 0 }));
    const folders = [];
    try {
      for (let round = 1; round <= ROUNDS; round++) {
        const folder = mkdtempSync(join(tmpdir(), 'resbench-bench-costs-'));
        folders.push(folder);
        const own = { ...env, RESBENCH_CACHE: folder };
        for (const [index, run] of runs.entries()) {
          const calibrating = index % 3 === 0 ? CALIBRATED_BY[index / 3] : undefined;
          task.update({ note: `round ${round} of ${ROUNDS}, ${run.title}, batch ${run.batch}` });
          if (calibrating) {
            const { model, batch } = calibrating;
            await meter(own, models.get(model).architecture, { batchSize: batch }, true);
          }
          const asked = { ...run.recipe, batchSize: run.batch };
          await meter(own, run.architecture, asked, false);
          run.limits ??= limitsOf(run, (await foretell(env, [folder], run, asked)).estimate.time.step);
          run.load = Math.max(run.load, loadavg()[0]);
          run.truths.push(await takeRun(own, run.architecture, { ...asked, ...run.limits }));
        }
      }
      for (const run of runs) {
        const asked = { ...run.recipe, batchSize: run.batch, ...run.limits };
        run.foretold = await foretell(env, folders, run, asked);
      }
    } finally {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    }
    return { load: loadavg()[0], calibration: runs[0].foretold.calibration, runs };
  });
  say(`\n${costText(result)}`);
  return result;
}

/** Two epochs, of which the second is timed. */
function limitsOf({ batch }, step) {
  const steps = Math.min(Math.max(EPOCH_SECONDS / step, LEAST_STEPS), MOST_STEPS, Math.floor(IMAGES / batch));
  return { epochs: 2, limitTrain: Math.round(steps) * batch, limitEval: VALIDATED };
}

/** @param folders with what was measured; none of it are steps of this network */
async function foretell(env, folders, { architecture }, recipe) {
  const job = JSON.stringify({ architecture, recipe, dataset: 'shapes', folders });
  const { stdout } = await mustRun(
    process.execPath,
    [bundled('foretell'), job],
    { env },
    'Nothing was foretold.',
  );
  return JSON.parse(stdout);
}

/** The trainer's process, as the product hosts it under a plain Node. */
function begin(env) {
  const child = fork(trainer, [], { env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'], serialization: 'json' });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr = (stderr + text).slice(-20_000)));
  const ended = new Promise((resolve, reject) => {
    let last = null;
    child.on('message', (message) => (last = message));
    child.on('error', reject);
    child.on('close', (code) =>
      ['measured', 'finished'].includes(last?.type)
        ? resolve()
        : reject(new Error(`${last?.message ?? `exit code ${code}`}\n${lastLines(stderr, 5)}`)),
    );
  });
  return { child, ended };
}

async function meter(env, architecture, changes, steps) {
  const { recipe, batch } = await foretell(env, [], { architecture }, changes);
  const { child, ended } = begin(env);
  child.send({ type: 'measure', job: { architecture, recipe, batch, device: 'cpu', steps } });
  await ended;
}

/** Of the last epoch seconds from the checkpoint before it to its own, and those of its steps. */
async function takeRun(env, architecture, changes) {
  const { recipe } = await foretell(env, [], { architecture }, changes);
  const checkpoints = mkdtempSync(join(tmpdir(), 'resbench-bench-'));
  try {
    const { child, ended } = begin(env);
    const taken = { steps: [], epochSeconds: null, memoryBytes: 0 };
    let before = null;
    let ends = [];
    child.on('message', (message) => {
      taken.memoryBytes = Math.max(taken.memoryBytes, peakMemory(child.pid) ?? message.memoryBytes ?? 0);
      if (message.type === 'steps') ends.push(...message.steps.map(({ seconds }) => seconds));
      if (message.type === 'checkpoint') {
        const now = performance.now() / 1e3;
        taken.epochSeconds = before === null ? null : now - before;
        taken.steps = ends.slice(1).map((seconds, index) => seconds - ends[index]);
        [before, ends] = [now, []];
      }
    });
    child.send({
      type: 'start',
      job: {
        architecture,
        recipe,
        dataset: { id: 'shapes', folder: null },
        threads: null,
        plan: null,
        resbench: '0.0.0',
        device: 'cpu',
        checkpoints: { folder: checkpoints, everyMinutes: null, known: [] },
        from: null,
        secondsBefore: 0,
      },
    });
    await ended;
    return taken;
  } finally {
    rmSync(checkpoints, { recursive: true, force: true });
  }
}

/** Bytes; null where there is no /proc to tell. */
function peakMemory(pid) {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes ? Number(kilobytes) * 1024 : null;
  } catch {
    return null;
  }
}
