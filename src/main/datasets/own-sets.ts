/** The sets that people made of images of their own, as they lie in a data folder: which there are, making one, removing one. */
import { randomBytes } from 'node:crypto';
import { readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ownSetFolder, ownSetsFolder, ownSource, readManifest } from '../../node/datasets/sources/own';
import { errorCode, fileFailure } from '../../node/files/file-errors';
import { makeOwnFolder, statOwn } from '../../node/files/own-files';
import { isAlive } from '../../node/processes/process-identity';
import type { HostedProcess, ProcessHost } from '../../node/processes/process-host';
import { isDatasetId, isBuiltIn, type DatasetProgress } from '../../shared/dataset';
import { ownIdOf, type Manifest, type AskedPreparation, type OwnDatasetId } from '../../shared/own-dataset';
import { expected, ExpectedError, fail, ok, type Failure, type Result } from '../../shared/result';
import type { FromPreparer, ToPreparer } from '../../shared/training-messages';

/** Folders that are being made or removed, with the number of the process that does it; nobody looks at them. */
const DRAFT = /^\.draft-(\d+)-[0-9a-f]+$/;
const draftName = (): string => `.draft-${process.pid}-${randomBytes(6).toString('hex')}`;

/** What a person asks for. */
export interface AddRequest {
  /** The folder of images. */
  path: string;
  title: string;
  preparation: AskedPreparation;
}

export interface Preparing {
  id: OwnDatasetId;
  worker: HostedProcess<ToPreparer, FromPreparer>;
  /** Resolves when the worker has ended and its files lie in their place; true where nothing had changed. */
  result: Promise<Result<{ unchanged: boolean }>>;
}

export class OwnSets {
  constructor(
    private readonly home: string,
    private readonly host: ProcessHost,
  ) {}

  ids(): OwnDatasetId[] {
    return this.names()
      .filter((name): name is OwnDatasetId => isDatasetId(name) && !isBuiltIn(name))
      .sort();
  }

  /** Null where it is not there, or not as Resbench writes it. */
  manifest(id: OwnDatasetId): Manifest | null {
    try {
      return readManifest(ownSetFolder(this.home, id));
    } catch (error) {
      if (error instanceof ExpectedError) return null;
      throw error;
    }
  }

  /** The same where its images are there too. */
  private intact(id: OwnDatasetId): Manifest | null {
    return ownSource(id).presence(this.home).state === 'ready' ? this.manifest(id) : null;
  }

  /** The set that was made of a folder under a title; it is made anew in its place. */
  private known(path: string, title: string): OwnDatasetId | null {
    return (
      this.ids().find((id) => {
        const manifest = this.manifest(id);
        return manifest?.source.path === path && manifest.title === title;
      }) ?? null
    );
  }

  /** @throws ExpectedError `storage` */
  prepare(
    { path, title, preparation }: AddRequest,
    onProgress: (progress: DatasetProgress) => void,
  ): Preparing {
    const folder = ownSetsFolder(this.home);
    this.removeOldDrafts();
    makeOwnFolder(this.home, folder);
    const taken = new Set(this.names());
    const id = this.known(path, title) ?? ownIdOf(title, (one) => taken.has(one));
    const target = join(folder, draftName());
    const worker = this.host.fork<ToPreparer, FromPreparer>('trainer');
    worker.send({
      type: 'prepare',
      job: { path, home: this.home, target, title, preparation, before: this.intact(id) },
    });
    worker.onMessage((message) => {
      if (message.type === 'progress') onProgress(message.progress);
    });
    return { id, worker, result: this.follow(worker, title).then((end) => this.put(end, target, id)) };
  }

  private put(
    end: Result<{ unchanged: boolean }>,
    target: string,
    id: OwnDatasetId,
  ): Result<{ unchanged: boolean }> {
    const folder = ownSetFolder(this.home, id);
    try {
      if (!end.ok || end.value.unchanged) {
        rmSync(target, { recursive: true, force: true });
        return end;
      }
      const old = this.setAside(folder);
      renameSync(target, folder);
      if (old !== null) rmSync(old, { recursive: true, force: true });
      return end;
    } catch (error) {
      const failure = fileFailure(error, folder);
      if (!failure) throw error;
      return { ok: false, error: failure.failure };
    }
  }

  /** @throws ExpectedError `storage` */
  remove(id: OwnDatasetId): void {
    const folder = ownSetFolder(this.home, id);
    if (statOwn(this.home, folder) === null)
      throw expected(
        'not-found',
        `There is no data set ${id} in this data folder: it may have been removed already.`,
      );
    try {
      // In one step: a set is there or it is not.
      const old = this.setAside(folder);
      if (old !== null) rmSync(old, { recursive: true, force: true });
    } catch (error) {
      throw fileFailure(error, folder) ?? error;
    }
  }

  /** @returns where it lies now; null where there is none */
  private setAside(folder: string): string | null {
    if (statOwn(this.home, folder) === null) return null;
    const aside = join(ownSetsFolder(this.home), draftName());
    renameSync(folder, aside);
    return aside;
  }

  /** What is left of processes that died. */
  private removeOldDrafts(): void {
    for (const name of this.names()) {
      const pid = Number(DRAFT.exec(name)?.[1]);
      if (pid > 0 && !isAlive({ pid, start: null }))
        rmSync(join(ownSetsFolder(this.home), name), { recursive: true, force: true });
    }
  }

  private names(): string[] {
    const folder = ownSetsFolder(this.home);
    try {
      return statOwn(this.home, folder) === null ? [] : readdirSync(folder);
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
      throw error;
    }
  }

  private follow(
    worker: HostedProcess<ToPreparer, FromPreparer>,
    title: string,
  ): Promise<Result<{ unchanged: boolean }>> {
    return new Promise((resolve) => {
      let last: Exclude<FromPreparer, { type: 'progress' }> | null = null;
      let stderr = '';
      worker.onStderr((text) => (stderr = (stderr + text).slice(-4000)));
      worker.onMessage((message) => {
        if (message.type !== 'progress') last = message;
      });
      worker.onExit(({ code, signal }) => {
        if (last?.type === 'prepared') resolve(ok({ unchanged: last.result.unchanged }));
        else if (last) resolve(fail(last.code, last.message));
        else resolve({ ok: false, error: crash(title, signal ?? `exit code ${code}`, stderr) });
      });
    });
  }
}

function crash(title: string, how: string, stderr: string): Failure {
  const cause = /^\s*(?:\w*Error: .*)$/m.exec(stderr)?.[0].trim();
  return {
    code: 'trainer',
    message: `The process that prepared the images of ${title} ended unexpectedly (${cause ?? how}): try again; nothing was changed.`,
  };
}
