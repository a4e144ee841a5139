/** What tests of the main process share: a data folder of their own, runs to store, and waiting for what must come. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Architecture } from '../../../src/architecture/architecture';
import { formatProblem } from '../../../src/architecture/problem';
import { parseArchitecture } from '../../../src/architecture/text/architecture';
import type { NewCheckpoint } from '../../../src/main/db/stores/checkpoints';
import type { Db } from '../../../src/main/db/database';
import type { NewImport } from '../../../src/main/db/stores/imports';
import { QueueStore } from '../../../src/main/db/stores/queue';
import { RunStore, type NewRun, type StoredRun } from '../../../src/main/db/stores/runs';
import { childProcessHost, type ProcessHost } from '../../../src/node/processes/process-host';
import { ownIdentity } from '../../../src/node/processes/process-identity';
import type { ImportedHistory } from '../../../src/shared/histories/history';
import type { EpochMetric, StepMetric } from '../../../src/shared/metrics';
import { correctBits, type SentPredictions } from '../../../src/shared/predictions';
import { BLOG_RECIPE } from '../../../src/shared/blog/experiment';

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'resbench-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Two stages of one small block each: trains a step in a few milliseconds. */
export function tinyArchitecture(change: Partial<Architecture> = {}): Architecture {
  const parsed = parseArchitecture({
    name: 'tiny',
    inputShape: [32, 32, 3],
    classes: 10,
    stem: { filters: 4, kernel: 3, stride: 2, pool: true },
    table: [[1, [[4, 3]]]],
    ...change,
  });
  if (!parsed.ok) throw new Error(parsed.problems.map((problem) => formatProblem(problem)).join('\n'));
  return parsed.value;
}

export function newRun(change: Partial<NewRun> = {}): NewRun {
  return {
    name: 'a run',
    architecture: tinyArchitecture(),
    model: null,
    recipe: BLOG_RECIPE,
    dataset: { id: 'shapes', title: 'Shapes', sha256: null, trainCount: 10000, evalCount: 2000 },
    versions: { resbench: '0.1.0', tensorflow: null, electron: '22.0.0', node: '16.0.0' },
    machine: { platform: 'p', cpu: 'c', threads: 2, memoryBytes: 4e9, gpu: null },
    createdAt: 1000,
    params: 1234,
    macs: 5678,
    totalSteps: 20,
    epochs: 10,
    ownerId: 'owner',
    owner: ownIdentity(),
    queue: 'last',
    device: 'auto',
    plan: null,
    parent: null,
    step: 0,
    epoch: 0,
    ...change,
  };
}

/** A run that has been taken out of the queue by who queued it. */
export function begun(db: Db, change: Partial<NewRun> = {}): StoredRun {
  const runs = new RunStore(db);
  const { id, ownerId, owner, createdAt } = runs.create(newRun(change));
  new QueueStore(db).claim(id, { ownerId: ownerId!, owner: owner! }, createdAt);
  return runs.get(id)!;
}

/** A run that waits, in a database of version 3 or 4, which knew fewer columns. */
export function addRunOfVersion3(
  db: Db,
  { revision = 1, ...change }: Partial<NewRun> & { revision?: number } = {},
): void {
  const run = newRun(change);
  const columns: Record<string, unknown> = {
    revision,
    name: run.name,
    architecture: JSON.stringify(run.architecture),
    recipe: JSON.stringify(run.recipe),
    seed: run.recipe.seed,
    dataset_id: run.dataset.id,
    dataset_title: run.dataset.title,
    dataset_train_count: run.dataset.trainCount,
    dataset_eval_count: run.dataset.evalCount,
    resbench_version: run.versions.resbench,
    node_version: run.versions.node,
    machine: JSON.stringify(run.machine),
    state: 'queued',
    queue_position: revision,
    created_at: run.createdAt,
    params: run.params,
    macs: run.macs,
    step: run.step,
    total_steps: run.totalSteps,
    epoch: run.epoch,
    epochs: run.epochs,
    parent_id: run.parent?.id ?? null,
    parent_step: run.parent?.step ?? null,
  };
  const names = Object.keys(columns);
  db.run(
    `INSERT INTO runs (${names.join()}) VALUES (${names.map(() => '?').join()})`,
    ...Object.values(columns),
  );
  db.run('UPDATE revision SET value = ?', revision);
}

/** As one of that step may be called. */
export const checkpointName = (step: number): string =>
  `step-${String(step).padStart(8, '0')}-epoch-0001-0123456789ab`;

export const newCheckpoint = (runId: number, change: Partial<NewCheckpoint> = {}): NewCheckpoint => ({
  runId,
  step: 2,
  epoch: 1,
  kind: 'epoch',
  file: checkpointName(change.step ?? 2),
  bytes: 1000,
  weightsSha256: 'a'.repeat(64),
  stateSha256: 'b'.repeat(64),
  valAccuracy: 0.5,
  best: false,
  createdAt: 3000,
  ...change,
});

export const step = (number: number, change: Partial<StepMetric> = {}): StepMetric => ({
  step: number,
  epoch: Math.ceil(number / 2),
  loss: 2 / number,
  crossEntropy: 1 / number,
  accuracy: 0.5,
  seconds: number / 4,
  learningRate: 0.001,
  ...change,
});

export const epoch = (number: number, change: Partial<EpochMetric> = {}): EpochMetric => ({
  epoch: number,
  step: number * 2,
  loss: 2 / number,
  crossEntropy: 1 / number,
  accuracy: 0.5,
  valLoss: 2.5 / number,
  valCrossEntropy: 1.5 / number,
  valAccuracy: number / 10,
  seconds: 0.75,
  imagesPerSecond: 100,
  memoryBytes: 1e8,
  ...change,
});

/** An epoch as a source that counts nothing but epochs tells of it. */
export const saidEpoch = (number: number, change: Partial<EpochMetric> = {}): EpochMetric => ({
  epoch: number,
  step: NaN,
  loss: 2 / number,
  crossEntropy: NaN,
  accuracy: NaN,
  valLoss: NaN,
  valCrossEntropy: NaN,
  valAccuracy: number / 10,
  seconds: NaN,
  imagesPerSecond: NaN,
  memoryBytes: NaN,
  ...change,
});

/** Three epochs, and nothing else that is known of them. */
export const history = (change: Partial<ImportedHistory> = {}): ImportedHistory => ({
  format: 'csv-logger',
  columns: [{ source: 'loss', metric: 'loss' }],
  leftOut: [{ source: 'lr', reason: 'There is no such metric.' }],
  epochs: [saidEpoch(1), saidEpoch(2), saidEpoch(3)],
  steps: null,
  plannedEpochs: null,
  stepsPerEpoch: null,
  ...change,
});

export const newImport = (change: Partial<NewImport> = {}): NewImport => ({
  name: 'history',
  architecture: null,
  model: null,
  dataset: null,
  size: null,
  file: 'history.csv',
  source: 'epoch,loss,lr\n',
  at: 5000,
  ...change,
});

/** What a trainer sends of a validation: images of class 1, an answer each. */
export const predicted = (...classes: number[]): SentPredictions => ({
  images: classes.length,
  classes: Buffer.from(classes).toString('base64'),
  correct: Buffer.from(
    correctBits(
      Uint8Array.from(classes),
      classes.map(() => 1),
    ),
  ).toString('base64'),
});

export type Behaviour =
  | 'complete'
  | 'until-stopped'
  | 'chatty'
  | 'deaf'
  | 'killed'
  | 'throws'
  | 'leaves'
  | 'names-cause'
  | 'diverges'
  | 'killed-on-stop'
  | 'stops-while-preparing'
  | 'without-gpu'
  | Life;

/** Trains two steps per epoch with a checkpoint at its end, pauses, and resumes where its job says. */
export interface Life {
  /** At its first start it waits after this step for a request. */
  waitAt?: number;
  /** At its first start it is killed after this step. */
  dieAt?: number;
  /** At its first start it waits for a request before it is ready. */
  notReady?: boolean;
  /** When it is resumed it is killed before it is ready. */
  diesResumed?: boolean;
  /** So many of the newest checkpoints it cannot read. */
  damaged?: number;
  /** No checkpoint can be written. */
  fails?: boolean;
  /** It has to ask before it resumes, or takes over a plan. */
  asks?: boolean;
}

/** Hosts real child processes that speak the trainer's protocol without TensorFlow: see scripted-trainer.cjs. */
export function scriptedHost(behaviour: Behaviour): ProcessHost {
  const folder = temporaryFolder();
  const script = JSON.stringify(join(__dirname, 'scripted-trainer.cjs'));
  writeFileSync(join(folder, 'trainer.js'), `require(${script})(${JSON.stringify(behaviour)});\n`);
  return childProcessHost(folder);
}
