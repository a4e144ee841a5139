/** Runs as the services tell of them, made up; and services that do what a test says. */
import { parseArchitecture } from '../../../src/architecture/text/architecture';
import { Emitter } from '../../../src/node/processes/events';
import type { RunEvents } from '../../../src/main/runs/run-events';
import type { ShownRuns } from '../../../src/cli/training/training';
import type { Checkpoint } from '../../../src/shared/checkpoint';
import type { EpochMetric, StepMetric } from '../../../src/shared/metrics';
import { BLOG_RECIPE } from '../../../src/shared/blog/experiment';
import { hasEnded, isTrained, type Run, type RunLive, type TrainedRun } from '../../../src/shared/run';
import { fail, ok, type Result } from '../../../src/shared/result';
import { toColumns, type StepColumns } from '../../../src/shared/step-columns';

const architecture = parseArchitecture({
  name: 'tiny',
  inputShape: [32, 32, 3],
  classes: 10,
  table: [[1, [[4, 3]]]],
});
if (!architecture.ok) throw new Error('the made-up architecture is wrong');

/** A run of 20 steps in two epochs that has not begun. */
export function aRun(change: Partial<Run> = {}): TrainedRun {
  const run: Run = {
    id: 7,
    name: 'small',
    architecture: architecture.ok ? architecture.value : (undefined as never),
    model: null,
    recipe: { ...BLOG_RECIPE, batchSize: 1000, epochs: 2 },
    dataset: { id: 'shapes', title: 'Shapes', sha256: null, trainCount: 10000, evalCount: 2000 },
    state: 'preparing',
    reason: null,
    versions: { resbench: '0.1.0', tensorflow: null, electron: null, node: '16.17.1' },
    machine: { platform: 'p', cpu: 'c', threads: 2, memoryBytes: 4e9, gpu: null },
    createdAt: 1000,
    startedAt: null,
    endedAt: null,
    params: 1234,
    macs: 5678,
    step: 0,
    totalSteps: 20,
    epoch: 0,
    epochs: 2,
    best: null,
    last: null,
    seconds: 0,
    queue: null,
    asks: null,
    parent: null,
    gaps: [],
    tests: [],
    checkpointStep: null,
    device: 'auto',
    threads: null,
    own: true,
    revision: 1,
    imported: null,
    ...change,
  };
  if (!isTrained(run)) throw new Error('It is a run that trains here.');
  return run;
}

export const queued = (id: number, place: number, change: Partial<Run> = {}): TrainedRun =>
  aRun({ id, state: 'queued', queue: { place, held: false }, ...change });

export const aCheckpoint = (change: Partial<Checkpoint> = {}): Checkpoint => ({
  id: 3,
  runId: 7,
  step: 10,
  epoch: 1,
  kind: 'epoch',
  file: 'step-00000010-epoch-0001-0123456789ab',
  bytes: 1_500_000,
  valAccuracy: 0.5,
  best: false,
  pinned: false,
  createdAt: 1000,
  damaged: null,
  ...change,
});

export const aStep = (step: number, change: Partial<StepMetric> = {}): StepMetric => ({
  step,
  epoch: Math.ceil(step / 10),
  loss: 2,
  crossEntropy: 1.5,
  accuracy: 0.25,
  seconds: step,
  learningRate: 0.001,
  ...change,
});

export const anEpoch = (epoch: number, change: Partial<EpochMetric> = {}): EpochMetric => ({
  epoch,
  step: epoch * 10,
  loss: 2,
  crossEntropy: 1.5,
  accuracy: 0.25,
  valLoss: 2.5,
  valCrossEntropy: 2,
  valAccuracy: 0.5,
  seconds: 10,
  imagesPerSecond: 64,
  memoryBytes: 1e8,
  ...change,
});

export const aLive = (change: Partial<RunLive> = {}): RunLive => ({
  runId: 7,
  phase: 'training',
  imagesPerSecond: 64,
  secondsLeft: 10,
  memoryBytes: 1e8,
  cores: 1.5,
  gpuMemory: null,
  fraction: null,
  stalled: null,
  ...change,
});

/** Holds runs, tells of their changes as the service does, and notes what it was asked to do. */
export class FakeRuns implements ShownRuns {
  readonly events = new Emitter<RunEvents>();
  /** It is each of the services. */
  readonly runs = this;
  readonly control = this;
  readonly asked: string[] = [];
  readonly stored = new Map<number, StepMetric[]>();
  private readonly held = new Map<number, Run>();

  constructor(...runs: Run[]) {
    for (const run of runs) this.held.set(run.id, run);
  }

  /** Changes a run and tells it. */
  change(id: number, change: Partial<Run>): Run {
    const run: Run = { ...aRun({ id }), ...this.held.get(id), ...change };
    this.held.set(id, run);
    this.events.emit('changed', run);
    return run;
  }

  list(): Run[] {
    return [...this.held.values()].sort((a, b) => b.id - a.id);
  }

  get(id: number): Result<Run> {
    const run = this.held.get(id);
    return run ? ok(run) : fail('not-found', `There is no run ${id}.`);
  }

  steps(id: number, after = 0): Result<StepColumns> {
    return ok(toColumns((this.stored.get(id) ?? []).filter(({ step }) => step > after)));
  }

  epochs(): Result<EpochMetric[]> {
    return ok([]);
  }

  stop(id: number): Result<Run> {
    this.asked.push(`stop ${id}`);
    return this.get(id);
  }

  finished(id: number): Promise<Result<Run>> {
    const over = ({ state }: Run): boolean => hasEnded(state) || state === 'paused';
    const now = this.get(id);
    if (!now.ok || over(now.value)) return Promise.resolve(now);
    return new Promise((done) => {
      this.events.on('changed', (run) => {
        if (run.id === id && over(run)) done(ok(run));
      });
    });
  }
}
