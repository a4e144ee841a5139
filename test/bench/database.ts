/**
 * Measured program: a database of many long runs. `make HOME RUNS STEPS` writes it, `start HOME` opens the services as
 * the window and the command line do, `read HOME` measures what they read. Prints one JSON value, times in milliseconds.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { buildNetwork } from '../../src/architecture/network';
import { findPreset } from '../../src/architecture/presets';
import { summarize } from '../../src/architecture/summary';
import { bytesOf } from '../../src/main/db/disk';
import { backUpDatabase, checkDatabase } from '../../src/main/db/maintenance';
import { CHECKPOINT_QUERIES, CheckpointStore, GapStore } from '../../src/main/db/stores/checkpoints';
import { METRIC_QUERIES, MetricStore } from '../../src/main/db/stores/metrics';
import { PREDICTION_QUERIES, PredictionStore } from '../../src/main/db/stores/predictions';
import type { Db } from '../../src/main/db/database';
import { openDatabase } from '../../src/main/db/open';
import { QUERIES, RunStore, type RunDetails } from '../../src/main/db/stores/runs';
import { SUM_QUERIES } from '../../src/main/db/care/sums';
import { createServices, type Services } from '../../src/main/services';
import { claimFolder } from '../../src/node/files/folder-trust';
import { databasePath } from '../../src/node/files/home';
import { childProcessHost } from '../../src/node/processes/process-host';
import { ownIdentity } from '../../src/node/processes/process-identity';
import type { SentPredictions } from '../../src/shared/predictions';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import type { RunState } from '../../src/shared/run';
import type { Result } from '../../src/shared/result';

const STEPS_AN_EPOCH = 500;

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** Runs of these turn up again and again, as where somebody tries them against each other. */
const MODELS = [
  'resnet18',
  'resnet34',
  'resnet18-cifar',
  'resnet20',
  'resnet32',
  'resnet44',
  'resnet56',
  'resnet110',
].map((id) => {
  const { architecture, title } = findPreset(id)!;
  const { totalParams: params, macs } = summarize(buildNetwork(architecture));
  return { architecture, title, params, macs };
});
/** How they ended, in turn; those that did not complete have a quarter of their epochs before them. */
const ENDS: readonly [state: RunState, reason: string | null][] = [
  ...Array.from({ length: 6 }, (): [RunState, null] => ['completed', null]),
  ['stopped', null],
  ['paused', null],
  ['failed', 'The loss is not a finite number.'],
  ['interrupted', null],
];
const HOUR_MS = 3_600_000;
const FIRST_AT = Date.UTC(2026, 0, 1);
const STEP_SECONDS = 0.114;
const SHA256 = '0'.repeat(64);

/** Of the 2,000 images of a validation. */
const ANSWERS: SentPredictions = {
  images: 2000,
  classes: Buffer.alloc(2000, 1).toString('base64'),
  correct: Buffer.alloc(250, 0x55).toString('base64'),
};

/** Through the stores that a real run goes through, with losses that fall and waver as real ones do. */
function make(home: string, runCount: number, stepCount: number): unknown {
  const from = performance.now();
  value(claimFolder(home));
  const db = value(openDatabase(databasePath(home)));
  const stores = {
    runs: new RunStore(db),
    metrics: new MetricStore(db),
    predictions: new PredictionStore(db),
    checkpoints: new CheckpointStore(db),
    gaps: new GapStore(db),
  };
  for (let number = 1; number <= runCount; number++) {
    db.write('durable', () => makeRun(stores, number, stepCount));
  }
  db.close();
  return { milliseconds: performance.now() - from };
}

interface Stores {
  runs: RunStore;
  metrics: MetricStore;
  predictions: PredictionStore;
  checkpoints: CheckpointStore;
  gaps: GapStore;
}

function makeRun(
  { runs, metrics, predictions, checkpoints, gaps }: Stores,
  number: number,
  stepCount: number,
): void {
  const { architecture, title, params, macs } = MODELS[number % MODELS.length]!;
  const [end, reason] = ENDS[number % ENDS.length]!;
  const epochCount = Math.ceil(stepCount / STEPS_AN_EPOCH);
  const optimizer = number % 3 === 0 ? 'sgd' : 'adam';
  const share = end === 'completed' ? 1 : 4 / 3;
  const createdAt = FIRST_AT + number * HOUR_MS;
  const endedAt = createdAt + stepCount * STEP_SECONDS * 1000;
  const { id } = runs.create({
    name: `${title} with ${optimizer}, seed ${number}`,
    architecture,
    model: null,
    recipe: { ...DEFAULT_RECIPE, optimizer, epochs: Math.ceil(epochCount * share), seed: number },
    dataset: { id: 'shapes', title: 'Shapes', sha256: SHA256, trainCount: 32000, evalCount: 2000 },
    versions: { resbench: '0.0.0', tensorflow: '2.21.0', electron: null, node: process.versions.node },
    machine: { platform: 'p', cpu: 'c', threads: 2, memoryBytes: 4e9, gpu: null },
    createdAt,
    params,
    macs,
    totalSteps: Math.ceil(stepCount * share),
    epochs: Math.ceil(epochCount * share),
    queue: 'last',
    device: 'auto',
    plan: null,
    parent: null,
    step: 0,
    epoch: 0,
    ownerId: 'bench',
    owner: ownIdentity(),
  });
  const become = (state: Exclude<RunState, 'queued'>, at: number, details?: RunDetails): void => {
    const done = runs.transition(id, state, state === end ? reason : null, at, details);
    if (!done) throw new Error(`run ${number} did not become ${state}`);
  };
  become('preparing', createdAt);
  become('running', createdAt, { startedAt: createdAt });
  for (let epoch = 1; epoch <= epochCount; epoch++) {
    const before = (epoch - 1) * STEPS_AN_EPOCH;
    const steps = Array.from({ length: Math.min(STEPS_AN_EPOCH, stepCount - before) }, (_, index) => {
      const step = before + index + 1;
      const crossEntropy = 2.3 / Math.sqrt(step) + Math.abs(Math.sin(step * number)) / 10;
      return {
        step,
        epoch,
        loss: crossEntropy + 0.1,
        crossEntropy,
        accuracy: (step % 65) / 64,
        seconds: step * STEP_SECONDS,
        learningRate: 1e-3,
      };
    });
    metrics.addSteps(id, steps);
    const { step } = steps[steps.length - 1]!;
    const valAccuracy = 1 - 1 / (epoch + 1) - (number % 97) / 1000;
    metrics.addEpoch(id, {
      epoch,
      step,
      loss: 1 / epoch,
      crossEntropy: 1 / epoch,
      accuracy: 1 - 1 / (epoch + 1),
      valLoss: 1.2 / epoch,
      valCrossEntropy: 1.2 / epoch,
      valAccuracy,
      seconds: steps.length * STEP_SECONDS,
      imagesPerSecond: 560,
      memoryBytes: 1e9,
    });
    predictions.keep(id, epoch, ANSWERS);
    // As many as are kept of a run.
    if (epoch > epochCount - 2) {
      checkpoints.add({
        runId: id,
        step,
        epoch,
        kind: 'epoch',
        file: `step-${String(step).padStart(8, '0')}-epoch-${String(epoch).padStart(4, '0')}-0123456789ab`,
        bytes: params * 12,
        valAccuracy,
        best: true,
        createdAt: createdAt + step * STEP_SECONDS * 1000,
        weightsSha256: SHA256,
        stateSha256: SHA256,
      });
    }
  }
  if (number % 5 === 0) {
    const step = Math.floor(stepCount / 2);
    const at = createdAt + step * STEP_SECONDS * 1000;
    gaps.add(id, { step, at, lostSeconds: 60, lostSteps: 0, reason: 'It was paused by its user.' });
  }
  become(end as Exclude<RunState, 'queued'>, endedAt);
}

async function services(home: string): Promise<Services> {
  const opened = value(
    await createServices({
      home,
      host: childProcessHost(__dirname),
      version: '0.0.0',
      electron: process.versions.electron ?? null,
      queue: 'none',
    }),
  );
  opened.boot();
  return opened;
}

async function start(home: string): Promise<unknown> {
  const opened = await services(home);
  const readyAt = performance.timeOrigin + performance.now();
  await opened.shutdown();
  return { readyAt };
}

function times(count: number, work: (turn: number) => void): number[] {
  return Array.from({ length: count }, (_, turn) => {
    const from = performance.now();
    work(turn);
    return performance.now() - from;
  });
}

async function read(home: string): Promise<unknown> {
  const opened = await services(home);
  const { runs } = opened;
  const list = times(9, () => runs.list());
  const ids = runs.list().map(({ id }) => id);
  // Another run each time, so that none has just been read, nor have its sums been looked at.
  const at = (turn: number): number => ids[Math.floor(((turn + 0.5) / 18) * ids.length)]!;
  const one = (turn: number): unknown => {
    const id = at(turn);
    return [value(runs.get(id)), value(runs.steps(id)), value(runs.epochs(id))];
  };
  const open = times(9, (turn) => one(2 * turn));
  // The window gets a copy, made as for any message between processes.
  const { port1, port2 } = new MessageChannel();
  const sent = times(9, (turn) => {
    port1.postMessage(one(2 * turn + 1));
    receiveMessageOnPort(port2);
  });
  port1.close();
  await opened.shutdown();

  const path = databasePath(home);
  const sqlite = new Database(path, { readonly: true });
  const count = (table: string): unknown => sqlite.prepare(`SELECT COUNT(*) FROM ${table}`).pluck().get();
  const counts = { runs: count('runs'), steps: count('steps'), epochs: count('epochs') };
  const quickCheck = times(1, () => {
    const found = sqlite.pragma('quick_check(1)', { simple: true });
    if (found !== 'ok') throw new Error(`the database is not sound: ${String(found)}`);
  })[0];
  sqlite.close();
  const check = times(1, () => {
    const { problems, logDamage, changed } = value(checkDatabase(path));
    const problem = problems[0] ?? logDamage ?? changed;
    if (problem !== null) throw new Error(problem);
  })[0];
  const copy = join(home, 'bench-backup.sqlite3');
  const backup = times(1, () => value(backUpDatabase(path, copy, true)))[0];
  rmSync(copy);
  const db = value(openDatabase(path));
  const plans = plansOf(db);
  const metrics = new MetricStore(db);
  const sums = times(9, (turn) => void metrics.changedEpochs(at(2 * turn)));
  db.close();
  return { ...counts, bytes: bytesOf(path), list, open, sent, sums, quickCheck, check, backup, plans };
}

function plansOf(db: Db): Record<string, string[]> {
  const all = {
    runs: QUERIES,
    metrics: METRIC_QUERIES,
    predictions: PREDICTION_QUERIES,
    checkpoints: CHECKPOINT_QUERIES,
    sums: SUM_QUERIES,
  };
  const queries = Object.entries(all).flatMap(([store, some]) =>
    Object.entries(some).map(([name, sql]): [string, string] => [`${store}.${name}`, sql]),
  );
  return Object.fromEntries(
    queries.map(([name, sql]) => {
      const values = Array.from({ length: sql.split('?').length - 1 }, () => 1);
      const rows = db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, ...values);
      return [name, rows.map(({ detail }) => detail)];
    }),
  );
}

async function main(): Promise<void> {
  const [what, home, ...numbers] = process.argv.slice(2) as [string, string, ...string[]];
  const report =
    what === 'make'
      ? make(home, Number(numbers[0]), Number(numbers[1]))
      : await (what === 'start' ? start(home) : read(home));
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

void main();
