/** The checkpoints of runs on this side of the trainer: which there are, which are kept, from which a run resumes. */
import { copyFile, link, lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkpointFiles } from '../../node/checkpoints/names';
import { removeCheckpoint } from '../../node/checkpoints/write';
import { checkpointsToDelete, spaceProblem } from '../../node/checkpoints/retention';
import { makeFolder, realFiles, storageFail } from '../../node/files/durable-files';
import { freeSpace } from '../../node/files/free-space';
import { statOwn } from '../../node/files/own-files';
import { checkpointNameProblem } from '../../shared/checkpoint-content';
import type { Checkpoint, CheckpointSpace } from '../../shared/checkpoint';
import type { Settings } from '../../shared/settings';
import { ExpectedError, fail, ok, type Result } from '../../shared/result';
import type { FromTrainer, TrainingJob } from '../../shared/training-messages';
import type { CheckpointStore, StoredCheckpoint } from '../db/stores/checkpoints';
import type { StoredRun } from '../db/stores/runs';

type Written = Extract<FromTrainer, { type: 'checkpoint' }>;
type Policy = Pick<Settings, 'keepCheckpoints' | 'keepEveryEpochs' | 'checkpointMinutes'>;

export class CheckpointKeeper {
  private readonly root: string;
  /** The last of the removals, each of which waits for the one before. */
  private removing: Promise<unknown> = Promise.resolve();
  private removals = 0;

  constructor(
    private readonly home: string,
    private readonly store: CheckpointStore,
    private readonly policy: () => Policy,
  ) {
    this.root = join(home, 'checkpoints');
  }

  /** @throws ExpectedError (`storage`) where it, or the folder of all checkpoints, is a link */
  folder(runId: number): string {
    const folder = this.place(runId);
    statOwn(this.home, folder);
    return folder;
  }

  private place(runId: number): string {
    // A number in every database of ours; what else a table may hold makes no path.
    if (!Number.isSafeInteger(runId)) throw new Error('The number of a run is no number.');
    return join(this.root, `run-${runId}`);
  }

  /** Newest first. */
  list(runId: number): StoredCheckpoint[] {
    return this.store.list(runId).reverse();
  }

  /** Those from which a run can resume as far as is known, newest first. */
  good(runId: number): StoredCheckpoint[] {
    return this.list(runId).filter(({ damaged }) => damaged === null);
  }

  byId(id: number): StoredCheckpoint | undefined {
    return this.store.byId(id);
  }

  /** Room on their disk, and for the run's next one, which is as large as its newest. */
  async space(runId: number | null): Promise<CheckpointSpace> {
    // The folder comes with the first of them, and may be a disk of its own.
    const freeBytes = (await freeSpace(this.root)) ?? (await freeSpace(this.home));
    const newest = runId === null ? undefined : this.list(runId)[0];
    return {
      bytes: this.store.totalBytes(),
      freeBytes,
      problem: newest ? spaceProblem(newest.bytes, freeBytes, this.place(newest.runId)) : null,
    };
  }

  /** What a trainer needs of them. */
  jobOf(run: Pick<StoredRun, 'id' | 'parent' | 'startedAt'>): Pick<TrainingJob, 'checkpoints' | 'from'> {
    const { checkpointMinutes } = this.policy();
    const good = this.good(run.id);
    const fork = run.parent !== null;
    // One that has trained before and has no checkpoint makes its first steps again, and says so.
    const isFirstStart = good.length === 0 && !fork && run.startedAt === null;
    return {
      checkpoints: {
        folder: this.folder(run.id),
        everyMinutes: checkpointMinutes > 0 ? checkpointMinutes : null,
        known: this.store
          .list(run.id)
          .map(({ file }) => file)
          .filter((file) => checkpointNameProblem(file) === null),
      },
      from: isFirstStart
        ? null
        : {
            checkpoints: good.map(({ file, stateSha256 }) => ({ file, sha256: stateSha256 })),
            fork,
          },
    };
  }

  /** Stores what the trainer has written; then goes what the policy no longer keeps. */
  add(runId: number, written: Written): void {
    const { type: _, ...checkpoint } = written;
    const { file, valAccuracy } = checkpoint;
    const others = this.good(runId).filter((other) => other.file !== file);
    const best = Math.max(...others.map((other) => ownAccuracy(other) ?? -Infinity));
    this.store.add({
      ...checkpoint,
      runId,
      best: written.best ?? (valAccuracy !== null && valAccuracy > best),
      createdAt: Date.now(),
    });
    this.tidy(runId);
  }

  /** Removes what the policy does not keep: first from the database, then from the disk. */
  private tidy(runId: number): void {
    const { keepCheckpoints, keepEveryEpochs } = this.policy();
    const all = this.store.list(runId);
    const names = checkpointsToDelete(
      all.map((checkpoint) => ({
        ...checkpoint,
        name: checkpoint.file,
        damaged: checkpoint.damaged !== null,
        endsEpoch: checkpoint.kind === 'epoch' || ownAccuracy(checkpoint) !== null,
        valAccuracy: ownAccuracy(checkpoint),
      })),
      { last: keepCheckpoints, best: true, everyEpochs: keepEveryEpochs || null },
    );
    for (const { id, file } of all) if (names.includes(file)) this.forget(runId, id, file);
  }

  private forget(runId: number, id: number, file: string): void {
    this.store.remove(id);
    // Files that could not be removed are of no row: the next trainer of the run clears them away.
    void this.afterOthers(() => removeFiles(() => this.folder(runId), file));
  }

  private async afterOthers(removal: () => Promise<unknown>): Promise<void> {
    this.removals += 1;
    const done = this.removing.then(removal, removal).finally(() => (this.removals -= 1));
    this.removing = done;
    await done;
  }

  markDamaged(runId: number, files: readonly { file: string; message: string }[]): void {
    const rows = this.store.list(runId);
    for (const { file, message } of files) {
      const row = rows.find((row) => row.file === file);
      if (row) this.store.markDamaged(row.id, message);
    }
  }

  pin(id: number, pinned: boolean): Result<Checkpoint> {
    const found = this.store.byId(id);
    if (!found) return fail('not-found', `There is no checkpoint ${id}.`);
    this.store.pin(id, pinned);
    // One that only its pin kept goes when the next is written.
    return ok(this.store.byId(id)!);
  }

  async delete(id: number): Promise<Result<void>> {
    const found = this.store.byId(id);
    if (!found) return fail('not-found', `There is no checkpoint ${id}.`);
    this.forget(found.runId, id, found.file);
    await this.removing;
    return ok();
  }

  /** Gives a fork its own hold of the files: the parent may go. */
  async take(from: StoredCheckpoint, runId: number): Promise<Result<void>> {
    let source: string;
    let target: string;
    try {
      [source, target] = [this.folder(from.runId), this.folder(runId)];
    } catch (error) {
      if (error instanceof ExpectedError) return { ok: false, error: error.failure };
      throw error;
    }
    const problem = checkpointNameProblem(from.file);
    if (problem !== null) return fail('data-corrupt', problem);
    const made = await makeFolder(target);
    if (!made.ok) return made;
    const copies = checkpointFiles(target, from.file);
    const files = checkpointFiles(source, from.file);
    for (const which of ['weights', 'description'] as const) {
      const [path, copy] = [files[which], copies[which]];
      try {
        await link(path, copy).catch((error: NodeJS.ErrnoException) => {
          if (error.code === 'ENOENT') throw error;
          // A file system without links to files.
          return copyFile(path, copy);
        });
        await realFiles.fsyncFolder(target);
      } catch (error) {
        return storageFail(error, path);
      }
    }
    this.store.add({ ...from, runId, kind: 'parent', best: false, createdAt: Date.now() });
    return ok();
  }

  /** Removes the folders of runs that are gone for good. */
  async purge(exists: (runId: number) => boolean): Promise<void> {
    await this.afterOthers(() => this.removeFolders(exists));
  }

  private async removeFolders(exists: (runId: number) => boolean): Promise<void> {
    // Behind a link lie others' folders.
    const isOurs = await lstat(this.root).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (!isOurs) return;
    const names = await readdir(this.root).catch(() => []);
    for (const name of names) {
      const id = Number(/^run-(\d+)$/.exec(name)?.[1]);
      if (id > 0 && !exists(id))
        await rm(join(this.root, name), { recursive: true, force: true }).catch(() => {});
    }
  }

  /** Whether files are being removed. */
  get isRemoving(): boolean {
    return this.removals > 0;
  }

  /** Resolves when nothing is being removed any more. */
  async settled(): Promise<void> {
    await this.removing;
  }
}

/** In a folder that is led elsewhere meanwhile nothing is removed. */
async function removeFiles(folder: () => string, file: string): Promise<void> {
  try {
    await removeCheckpoint(folder(), file);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
  }
}

/** What the run itself has measured: its parent's value is not its best. */
const ownAccuracy = ({ kind, valAccuracy }: Checkpoint): number | null =>
  kind === 'parent' ? null : valAccuracy;
