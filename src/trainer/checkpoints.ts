/** The trainer's end of checkpoints: the engine's state and the loop's progress to a file, and back. */
import { checkpointFiles, listCheckpoints, type WrittenCheckpoint } from '../node/checkpoints/names';
import { readCheckpoint } from '../node/checkpoints/read';
import {
  checkpointBytes,
  removeCheckpoint,
  sweepCheckpoints,
  writeCheckpoint,
  type CheckpointOutline,
} from '../node/checkpoints/write';
import { spaceProblem } from '../node/checkpoints/retention';
import { makeFolder, realFiles, type FileLayer } from '../node/files/durable-files';
import {
  fittedAverages,
  isOptimizerSlot,
  shapesOf,
  valuesOf,
  type Tensor,
  type TrainingState,
} from '../shared/checkpoint-content';
import { expected, type Failure, type Result } from '../shared/result';
import type { FromTrainer, TrainingJob } from '../shared/training-messages';
import { now } from './clock';
import type { Dataset } from './data/dataset';
import type { Engine, HeldState } from './engine/engine';
import { beginning, type Checkpoints, type TrainingProgress } from './loop';
import { releaseMemory } from './release-memory';

/** Bytes of tensors that were written and are garbage, at most; V8 alone would leave much more of them behind. */
const GARBAGE = 2 ** 24;

export class CheckpointWriter implements Checkpoints {
  private last = now();
  /** Where the newest one stands. */
  private saved: string | null;

  /** @param from where the run was resumed: it needs no other checkpoint of the same place. */
  constructor(
    private readonly job: TrainingJob,
    private readonly dataset: Dataset,
    private readonly engine: Engine,
    private readonly send: (message: FromTrainer) => void,
    private readonly from: TrainingProgress | null,
  ) {
    this.saved = from && placeOf(from);
  }

  /**
   * Makes the folder, and clears away what an attempt left that was cut short.
   * @throws {ExpectedError} (`storage`) where the run has no checkpoint yet and none could be kept: it is not begun then.
   */
  async prepare(files: FileLayer = realFiles): Promise<void> {
    const { folder, known } = this.job.checkpoints;
    const made = await makeFolder(folder, files);
    const swept = made.ok ? await this.sweep(folder, new Set(known)) : made;
    const isFirst = (this.from?.step ?? 0) === 0;
    if (isFirst && !made.ok) throw expected(made.error.code, notBegun(made.error.message));
    if (isFirst) {
      const held = this.engine.holdState();
      const bytes = checkpointBytes(this.outlineAt(this.from ?? beginning(), held));
      held.release();
      const problem = spaceProblem(bytes, await files.freeSpace(folder), folder);
      if (problem !== null) throw expected('storage', notBegun(problem));
    }
    if (!swept.ok) {
      this.send({ type: 'checkpointFailed', step: this.from?.step ?? 0, message: swept.error.message });
    }
  }

  private async sweep(folder: string, known: ReadonlySet<string>): Promise<Result<unknown>> {
    const listed = await listCheckpoints(folder);
    if (!listed.ok) return listed;
    for (const { name } of listed.value.filter(({ name }) => !known.has(name))) {
      const removed = await removeCheckpoint(folder, name);
      if (!removed.ok) return removed;
    }
    return sweepCheckpoints(folder);
  }

  due(): boolean {
    const { everyMinutes } = this.job.checkpoints;
    return everyMinutes !== null && now() - this.last >= everyMinutes * 60;
  }

  async save(...[kind, progress, valAccuracy, best]: Parameters<Checkpoints['save']>): Promise<void> {
    this.last = now();
    const place = placeOf(progress);
    if (place === this.saved) return;
    const written = await this.write(progress);
    if (!written.ok) {
      this.send({ type: 'checkpointFailed', step: progress.step, message: written.error.message });
      return;
    }
    this.saved = place;
    const { name, step, epoch, bytes, weightsSha256, sha256 } = written.value;
    this.send({
      type: 'checkpoint',
      kind,
      file: name,
      step,
      epoch,
      bytes,
      weightsSha256,
      stateSha256: sha256,
      valAccuracy,
      ...(best !== undefined && { best }),
    });
  }

  /** Copies a tensor when it is its turn, so that a checkpoint takes the memory of the largest, not of all. */
  private async write(progress: TrainingProgress): Promise<Result<WrittenCheckpoint>> {
    const held = this.engine.holdState();
    /** Bytes since garbage was collected. */
    let copied = 0;
    try {
      const { tensors, ...outline } = this.outlineAt(progress, held);
      const content = tensors.map(({ name, shape }): Tensor => {
        const read = held.values.get(name)!;
        return {
          name,
          shape,
          get values() {
            if (copied > GARBAGE) {
              copied = 0;
              releaseMemory();
            }
            const values = read();
            copied += values.byteLength;
            return values;
          },
        };
      });
      return await writeCheckpoint(this.job.checkpoints.folder, { ...outline, tensors: content });
    } finally {
      held.release();
      releaseMemory();
    }
  }

  private outlineAt(progress: TrainingProgress, { step, values }: HeldState): CheckpointOutline {
    const { architecture, recipe } = this.job;
    return {
      architecture,
      recipe,
      state: this.stateOf(progress, step),
      tensors: shapesOf(this.engine.variables(), values.keys()),
    };
  }

  private stateOf({ plateau, ...progress }: TrainingProgress, optimizerSteps: number): TrainingState {
    const { dataset } = this;
    const { tensorflow, threads } = this.engine.describe();
    return {
      ...progress,
      optimizerSteps,
      seed: this.job.recipe.seed,
      schedule: plateau ? { plateau } : {},
      plan: this.engine.plan ?? null,
      ...(dataset.statistics && { statistics: dataset.statistics }),
      dataset: {
        id: dataset.info.id,
        sha256: dataset.sha256,
        trainCount: dataset.train.count,
        evalCount: dataset.eval.count,
      },
      versions: {
        resbench: this.job.resbench,
        tensorflow,
        electron: process.versions.electron ?? null,
        node: process.versions.node,
      },
      threads,
    };
  }
}

const notBegun = (problem: string): string =>
  `The run was not begun, since nothing of it could be kept. ${problem}`;

const placeOf = ({ step, epoch, position }: TrainingProgress): string => `${step} ${epoch} ${position}`;

/**
 * Brings the engine to where the newest readable checkpoint of the job stands, and tells which one it was.
 * @throws {ExpectedError} where there is none and the run cannot start again, or where it is of other data or another network.
 */
export async function resume(
  { from, checkpoints: { folder } }: TrainingJob,
  dataset: Dataset,
  engine: Engine,
  send: (message: FromTrainer) => void,
): Promise<TrainingProgress> {
  const { checkpoints, fork } = from!;
  const held = engine.holdState();
  const shapes = shapesOf(engine.variables(), held.values.keys());
  held.release();
  const damaged: { file: string; message: string }[] = [];
  /** Of the first that is whole and cannot be used all the same: where no other can, starting again would not be what was meant. */
  let unusable: Failure | null = null;
  for (const [index, { file, sha256 }] of checkpoints.entries()) {
    const { description: path } = checkpointFiles(folder, file);
    const isLast = index === checkpoints.length - 1;
    const cure = isLast
      ? 'there is no older one to use in its place'
      : 'the one before it is used in its place';
    const read = await readCheckpoint(path, { sha256, tensors: shapes, anySlots: fork }, realFiles, cure);
    if (!read.ok) {
      if (!['data-corrupt', 'not-found', 'storage'].includes(read.error.code)) unusable ??= read.error;
      damaged.push({ file, message: read.error.message });
      continue;
    }
    const { description, tensors, step, epoch } = read.value;
    const { state } = description;
    requireSameData(state, dataset, path);
    const values = fittedAverages(valuesOf(tensors), held.values.keys());
    const fresh = fork && !sameSlots(values.keys(), held.values.keys());
    if (fresh) {
      for (const name of values.keys()) if (isOptimizerSlot(name)) values.delete(name);
      for (const [name, value] of engine.readState().values)
        if (isOptimizerSlot(name)) values.set(name, value);
    }
    engine.writeState({ step: fresh ? 0 : state.optimizerSteps, values });
    send({ type: 'resumed', checkpoint: { file, step, epoch }, damaged });
    const { position, sums, epochSeconds, best, schedule } = state;
    return {
      step,
      epoch,
      position,
      sums,
      epochSeconds,
      best,
      plateau: schedule.plateau ?? null,
      stopping: state.stopping ?? null,
    };
  }
  if (unusable) throw expected(unusable.code, unusable.message);
  if (fork) {
    throw expected(
      'data-corrupt',
      damaged.length > 0
        ? `No checkpoint of this run can be read, and it has no first step of its own to begin at: ${damaged[0]!.message}`
        : 'The run has no checkpoint to begin at: fork its parent again.',
    );
  }
  send({ type: 'resumed', checkpoint: null, damaged });
  return beginning();
}

function sameSlots(a: Iterable<string>, b: Iterable<string>): boolean {
  const slots = (names: Iterable<string>) => [...names].filter(isOptimizerSlot).sort().join();
  return slots(a) === slots(b);
}

/** Positions within an epoch are positions in an order of the images: of the same images. */
function requireSameData(
  { dataset, statistics }: TrainingState,
  { info, sha256, train, statistics: present }: Dataset,
  path: string,
): void {
  if (dataset.sha256 !== sha256) {
    throw expected(
      'data-corrupt',
      `${info.title} is not what it was when ${path} was written (SHA-256 ${sha256.slice(0, 12)}…, then ` +
        `${dataset.sha256.slice(0, 12)}…): bring the data set back as it was, or start a new run.`,
    );
  }
  if (dataset.trainCount !== train.count) {
    throw expected(
      'invalid-input',
      `The run trained on ${dataset.trainCount} images of ${info.title} when ${path} was written and cannot resume ` +
        `with ${train.count}: keep its limit.`,
    );
  }
  if (statistics && present && JSON.stringify(statistics) !== JSON.stringify(present)) {
    throw expected(
      'invalid-input',
      `The images of ${info.title} that the run trains on have another mean and deviation than when ${path} was written: ` +
        'start a new run.',
    );
  }
}
