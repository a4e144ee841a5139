import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  makeFolder,
  realFiles,
  sweep,
  writeDurably,
  type FileLayer,
} from '../../../../src/node/files/durable-files';
import { temporaryFolder } from '../../main/fixtures';
import { faultyFiles, type Operation } from './faulty-files';

const text = (value: string): Uint8Array[] => [Buffer.from(value)];
const failing = (kind: Operation['kind'], code: string): FileLayer =>
  faultyFiles(realFiles, (operation) => (operation.kind === kind ? { code } : null));

describe('a file written durably', () => {
  it('holds all chunks, and its length and SHA-256 come back', async () => {
    const folder = temporaryFolder();
    const written = await writeDurably(folder, 'file', [
      Buffer.from('one '),
      Buffer.alloc(0),
      Buffer.from('two'),
    ]);
    expect(written).toEqual({
      ok: true,
      value: {
        path: join(folder, 'file'),
        bytes: 7,
        sha256: createHash('sha256').update('one two').digest('hex'),
      },
    });
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('one two');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('can be named by its content', async () => {
    const folder = temporaryFolder();
    await writeDurably(folder, (sha256) => `file-${sha256.slice(0, 4)}`, text('abc'));
    expect(readdirSync(folder)).toEqual(['file-ba78']);
  });

  it('is whole where the system takes fewer bytes at a time than it is given', async () => {
    const folder = temporaryFolder();
    const reluctant: FileLayer = {
      ...realFiles,
      async open(...args) {
        const file = await realFiles.open(...args);
        return { ...file, write: (bytes) => file.write(bytes.subarray(0, 3)) };
      },
    };
    await writeDurably(folder, 'file', text('more than three'), reluctant);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('more than three');
  });

  it('is flushed before it gets its name, and its folder after that', async () => {
    const files = faultyFiles(realFiles, () => null);
    await writeDurably(temporaryFolder(), 'file', text('abc'), files);
    expect(files.operations.map(({ kind }) => kind)).toEqual([
      'open',
      'write',
      'fsync',
      'close',
      'rename',
      'fsyncFolder',
    ]);
  });
});

describe('a file that cannot be written', () => {
  it.each([
    ['open', 'EROFS', 'lies on a read-only disk'],
    ['open', 'EACCES', 'Resbench may not use'],
    ['open', 'ENOENT', 'is gone: bring its folder or disk back'],
    ['write', 'ENOSPC', 'is full: free some space'],
    ['write', 'EDQUOT', 'quota'],
    ['write', 'EIO', 'The disk reported an error at'],
    ['write', 'EFBIG', 'ulimit -f'],
    ['fsync', 'EIO', 'The disk reported an error at'],
    ['fsync', 'ENOSPC', 'is full: free some space'],
    ['close', 'EIO', 'The disk reported an error at'],
    ['rename', 'EIO', 'The disk reported an error at'],
    ['rename', 'EBUSY', 'in use by another program'],
  ] as const)('at %s with %s leaves what was there, and a sentence', async (kind, code, sentence) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), 'before');
    const written = await writeDurably(folder, 'file', text('after'), failing(kind, code));
    expect(written).toEqual({
      ok: false,
      error: { code: 'storage', message: expect.stringContaining(sentence) as string },
    });
    expect(!written.ok && written.error.message).toContain(join(folder, 'file'));
    expect(readdirSync(folder)).toEqual(['file']);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('before');
  });

  it('because its folder is gone is told so by the real file system', async () => {
    const folder = temporaryFolder();
    rmSync(folder, { recursive: true });
    const written = await writeDurably(folder, 'file', text('abc'));
    expect(!written.ok && written.error.message).toBe(
      `${join(folder, 'file')} is gone: bring its folder or disk back and try again.`,
    );
  });

  it.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'because its folder is read-only is told so by the real file system',
    async () => {
      const folder = temporaryFolder();
      chmodSync(folder, 0o500);
      const written = await writeDurably(folder, 'file', text('abc'));
      expect(!written.ok && written.error.message).toContain('Resbench may not use');
    },
  );

  it.runIf(process.platform === 'linux')(
    'because the device is full is told so by the real one',
    async () => {
      const folder = temporaryFolder();
      const full: FileLayer = {
        ...realFiles,
        async open(path, mode) {
          const file = await realFiles.open(path, mode);
          // Every write to this device is answered with ENOSPC by the kernel.
          const device = await open('/dev/full', 'w');
          return {
            ...file,
            write: async (bytes) => (await device.write(bytes)).bytesWritten,
            close: async () => {
              await device.close();
              await file.close();
            },
          };
        },
      };
      const written = await writeDurably(folder, 'file', text('abc'), full);
      expect(!written.ok && written.error.message).toBe(
        `The disk that holds ${join(folder, 'file')} is full: free some space and try again.`,
      );
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('by a bug throws that', async () => {
    const folder = temporaryFolder();
    function* chunks(): Generator<Uint8Array> {
      yield Buffer.from('abc');
      throw new TypeError('a bug');
    }
    await expect(writeDurably(folder, 'file', chunks())).rejects.toThrow('a bug');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is there and whole where only the flush of its folder failed', async () => {
    const folder = temporaryFolder();
    const written = await writeDurably(folder, 'file', text('abc'), failing('fsyncFolder', 'EIO'));
    expect(written.ok).toBe(false);
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('abc');
  });
});

describe('a folder', () => {
  it('is made with those above it, and may be there already', async () => {
    const folder = join(temporaryFolder(), 'a', 'b', 'c');
    expect(await makeFolder(folder)).toEqual({ ok: true, value: undefined });
    expect(await makeFolder(folder)).toEqual({ ok: true, value: undefined });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('and each above it that was made is durable', async () => {
    const home = temporaryFolder();
    const files = faultyFiles(realFiles, () => null);
    await makeFolder(join(home, 'a', 'b'), files);
    expect(files.operations.filter(({ kind }) => kind === 'fsyncFolder').map(({ path }) => path)).toEqual([
      home,
      join(home, 'a'),
    ]);
  });

  it('below a file is told as such', async () => {
    const home = temporaryFolder();
    writeFileSync(join(home, 'file'), '');
    const made = await makeFolder(join(home, 'file', 'a'));
    expect(!made.ok && made.error.message).toContain('a part of that path is a file and not a folder');
  });
});

describe('sweeping', () => {
  it('removes what a dead process left and nothing else', async () => {
    const child = spawn(process.execPath, ['-e', ''], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } });
    await once(child, 'exit');
    const folder = temporaryFolder();
    const keep = ['file', 'notes.tmp', `${process.pid}.1.tmp`, 'x.1..tmp'].sort();
    for (const name of keep) writeFileSync(join(folder, name), '');
    mkdirSync(join(folder, 'folder'));
    // Ended, and one that has our number but began at another time.
    const dead = [`${child.pid}.1..tmp`];
    if (process.platform !== 'win32') dead.push(`${process.pid}.1.${encodeURIComponent('other:1')}.tmp`);
    for (const name of dead) writeFileSync(join(folder, name), '');

    const swept = await sweep(folder);
    expect(swept.ok && [...swept.value].sort()).toEqual(dead.sort());
    expect(readdirSync(folder).sort()).toEqual([...keep, 'folder'].sort());
  });

  it('leaves alone what this process is writing', async () => {
    const folder = temporaryFolder();
    let during: unknown;
    async function look(): Promise<void> {
      during = await sweep(folder);
    }
    const files: FileLayer = {
      ...realFiles,
      rename: async (...args) => {
        await look();
        await realFiles.rename(...args);
      },
    };
    expect((await writeDurably(folder, 'file', text('abc'), files)).ok).toBe(true);
    expect(during).toEqual({ ok: true, value: [] });
  });

  it('finds nothing in a folder that is not there', async () => {
    expect(await sweep(join(temporaryFolder(), 'missing'))).toEqual({ ok: true, value: [] });
  });
});
