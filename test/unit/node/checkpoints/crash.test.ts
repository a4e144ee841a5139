/** A checkpoint replaces an older one, and whatever ends that at whatever instant, one of the two loads whole. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoadedCheckpoint } from '../../../../src/node/checkpoints/read';
import { loadNewest } from './newest';
import { removeCheckpoint, sweepCheckpoints, writeCheckpoint } from '../../../../src/node/checkpoints/write';
import { realFiles, type FileLayer } from '../../../../src/node/files/durable-files';
import type { CheckpointContent } from '../../../../src/shared/checkpoint-content';
import { temporaryFolder } from '../../main/fixtures';
import { content, shapesOf, SMALL_CHUNK } from './content';
import { Crash, faultyFiles, type Fault, type Operation } from '../files/faulty-files';
import { PowerLossFiles } from '../files/power-loss-files';
import { bundleWriter, WRITER_ENV } from './writer-program';

const OLD = content(1);
const NEW = content(2);

/** Writes the new checkpoint and removes the old one; answers whether the new one was reported as written. */
async function replace(folder: string, old: string, files: FileLayer): Promise<{ written: boolean }> {
  const progress = { written: false };
  try {
    const written = await writeCheckpoint(folder, NEW, files, SMALL_CHUNK);
    expect(written).toMatchObject({ ok: true });
    progress.written = true;
    expect(await removeCheckpoint(folder, old, files)).toMatchObject({ ok: true });
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
  }
  return progress;
}

async function writeOld(folder: string, files: FileLayer): Promise<string> {
  const written = await writeCheckpoint(folder, OLD, files, SMALL_CHUNK);
  if (!written.ok) throw new Error(written.error.message);
  return written.value.name;
}

async function newest(folder: string, files?: FileLayer): Promise<LoadedCheckpoint | null> {
  const loaded = await loadNewest(folder, { tensors: shapesOf(OLD) }, files);
  if (!loaded.ok) throw new Error(loaded.error.message);
  return loaded.value.checkpoint;
}

/** Which of the two it is, with every bit of it. */
function which(checkpoint: LoadedCheckpoint | null): 'old' | 'new' | 'neither' {
  const is = ({ state, tensors }: CheckpointContent): boolean => {
    expect(checkpoint!.description.state).toEqual(state);
    expect(checkpoint!.tensors).toEqual(tensors);
    return true;
  };
  if (checkpoint?.step === 1) return is(OLD) ? 'old' : 'neither';
  if (checkpoint?.step === 2) return is(NEW) ? 'new' : 'neither';
  return 'neither';
}

interface CrashPoint {
  title: string;
  index: number;
  kind: Operation['kind'];
  half: boolean;
}

/** Every instant at which it can end: before an operation, and in the middle of a write. */
async function crashPoints(): Promise<CrashPoint[]> {
  const folder = mkdtempSync(join(tmpdir(), 'resbench-crashPoints-'));
  try {
    const files = faultyFiles(realFiles, () => null);
    await replace(folder, await writeOld(folder, realFiles), files);
    return files.operations.flatMap(({ index, kind }) => {
      const before = { title: `before operation ${index}, ${kind},`, index, kind, half: false };
      const within = { title: `half-way through operation ${index}, ${kind},`, index, kind, half: true };
      return kind === 'write' ? [before, within] : [before];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
const CRASH_POINTS = await crashPoints();
const at =
  (point: CrashPoint, fault: 'crash' | 'kill') =>
  ({ index }: Operation): Fault | null =>
    index === point.index ? (point.half ? `${fault} half-way` : fault) : null;

it('goes through every kind of operation', () => {
  const kinds = CRASH_POINTS.filter(({ half }) => !half).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'write').length).toBeGreaterThan(5);
  expect(kinds.filter((kind, index) => kind !== 'write' || kinds[index - 1] !== 'write')).toEqual([
    ...['open', 'write', 'fsync', 'close', 'rename', 'fsyncFolder'],
    ...['open', 'write', 'fsync', 'close', 'rename', 'fsyncFolder'],
    ...['unlink', 'fsyncFolder', 'unlink'],
  ]);
});

describe('a process that ends', () => {
  it.each(CRASH_POINTS)('$title leaves the old or the new one', async (point) => {
    const folder = temporaryFolder();
    const old = await writeOld(folder, realFiles);
    const files = faultyFiles(realFiles, at(point, 'crash'));
    const { written } = await replace(folder, old, files);
    expect(files.operations.length).toBe(point.index);
    const found = which(await newest(folder));
    if (written) expect(found).toBe('new');
    else expect(found).toMatch(/^(old|new)$/);
  });
});

describe.skipIf(process.platform === 'win32')('a process that is killed (SIGKILL)', () => {
  const out = mkdtempSync(join(tmpdir(), 'resbench-writer-'));
  let program: string;
  beforeAll(async () => {
    program = await bundleWriter(out);
  });
  afterAll(() => rmSync(out, { recursive: true }));

  /** Ends with the signal that ended the program. */
  const run = (...args: string[]): Promise<NodeJS.Signals | null> =>
    new Promise((done, failed) => {
      const child = execFile(
        process.execPath,
        [program, ...args],
        { env: WRITER_ENV },
        (_error, _stdout, stderr) => {
          if (child.exitCode) failed(new Error(stderr));
          else done(child.signalCode);
        },
      );
    });

  it.each(CRASH_POINTS)(
    '$title leaves the old or the new one, and the next process cleans up',
    async (point) => {
      const folder = temporaryFolder();
      const old = await writeOld(folder, realFiles);
      expect(await run('replace', folder, old, String(point.index), point.half ? 'half' : 'before')).toBe(
        'SIGKILL',
      );
      const found = which(await newest(folder));
      expect(found).toMatch(/^(old|new)$/);

      expect((await sweepCheckpoints(folder)).ok).toBe(true);
      const pairs = readdirSync(folder).map((name) => name.replace(/\.[a-z]+$/, ''));
      expect(new Set(pairs).size * 2, `files of whole checkpoints only: ${readdirSync(folder)}`).toBe(
        pairs.length,
      );
      await replace(folder, old, realFiles);
      expect(which(await newest(folder))).toBe('new');
    },
    20_000,
  );
});

describe('a loss of power', () => {
  /** What is found in every state that the disk may come back in. */
  async function found(disk: PowerLossFiles): Promise<Set<string>> {
    const all = new Set<string>();
    for (const state of disk.afterLoss()) all.add(which(await newest('/disk', state)));
    return all;
  }

  it.each(CRASH_POINTS)('$title leaves the old or the new one', async (point) => {
    const disk = new PowerLossFiles();
    const old = await writeOld('/disk', disk);
    const { written } = await replace('/disk', old, faultyFiles(disk, at(point, 'crash')));
    const all = await found(disk);
    expect(all).not.toContain('neither');
    if (written) expect([...all]).toEqual(['new']);
  });

  it('takes nothing that was reported as written', async () => {
    const disk = new PowerLossFiles();
    await replace('/disk', await writeOld('/disk', disk), disk);
    expect([...(await found(disk))]).toEqual(['new']);
  });

  it.each(['fsync', 'fsyncFolder'] as const)('takes both from a writer that leaves out %s', async (kind) => {
    const disk = new PowerLossFiles();
    const old = await writeOld('/disk', disk);
    const careless: FileLayer =
      kind === 'fsyncFolder'
        ? without(disk, 'fsyncFolder')
        : {
            ...without(disk),
            open: async (...args) => ({ ...(await disk.open(...args)), fsync: async () => {} }),
          };
    await replace('/disk', old, careless);
    expect(await found(disk)).toContain('neither');
  });
});

/** The same disk, with one operation doing nothing. */
function without(disk: PowerLossFiles, left?: 'fsyncFolder'): FileLayer {
  return {
    open: (...args) => disk.open(...args),
    rename: (...args) => disk.rename(...args),
    unlink: (...args) => disk.unlink(...args),
    mkdir: () => disk.mkdir(),
    fsyncFolder: async () => (left === 'fsyncFolder' ? undefined : disk.fsyncFolder()),
    readFile: (...args) => disk.readFile(...args),
    size: (...args) => disk.size(...args),
    readdir: () => disk.readdir(),
    freeSpace: () => disk.freeSpace(),
  };
}
