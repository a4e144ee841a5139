import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../../src/node/checkpoints/read';
import { loadNewest } from './newest';
import {
  checkpointBytes,
  removeCheckpoint,
  sweepCheckpoints,
  writeCheckpoint,
} from '../../../../src/node/checkpoints/write';
import { realFiles, type FileLayer } from '../../../../src/node/files/durable-files';
import { temporaryFolder } from '../../main/fixtures';
import { faultyFiles, type Operation } from '../files/faulty-files';
import { bundleWriter, WRITER_ENV } from './writer-program';
import { content, SMALL_CHUNK } from './content';
import { failure, json, must, sha256, weights, write } from './on-disk';

describe('a checkpoint', () => {
  it('comes back as it was, to the last bit', async () => {
    const folder = temporaryFolder();
    const written = await write(folder, 7);
    const read = must(await readCheckpoint(json(folder, written)));
    expect(read.tensors).toEqual(content(7).tensors);
    expect(read.description.state).toEqual(content(7).state);
    expect(JSON.parse(read.metadata.architecture!)).toEqual(content(7).architecture);
    expect(JSON.parse(read.metadata.recipe!)).toEqual(content(7).recipe);
    expect(read.metadata).toMatchObject({
      format: 'resbench-checkpoint',
      formatVersion: '1',
      step: '7',
      epoch: '3',
    });
  });

  it('holds values that are no ordinary numbers where they may be: in the slots of the optimizer', async () => {
    const folder = temporaryFolder();
    const odd = content(1);
    odd.tensors[odd.tensors.length - 1]!.values.set([Infinity, NaN, -0, 1e-45]);
    const written = must(await writeCheckpoint(folder, odd));
    expect(must(await readCheckpoint(json(folder, written))).tensors).toEqual(odd.tensors);
  });

  it('is two files, whose lengths and SHA-256 come back for the database', async () => {
    const folder = temporaryFolder();
    const written = await write(folder, 7);
    expect(readdirSync(folder).sort()).toEqual([`${written.name}.json`, `${written.name}.safetensors`]);
    expect(written.name).toBe(`step-00000007-epoch-0003-${written.weightsSha256.slice(0, 12)}`);
    const { name, step, epoch, bytes, ...sums } = written;
    expect(sums).toEqual({
      sha256: sha256(json(folder, written)),
      weightsSha256: sha256(weights(folder, written)),
    });
    expect([step, epoch]).toEqual([7, 3]);
    const [a, b] = [json, weights].map((path) => readFileSync(path(folder, { name })).length);
    expect(bytes).toBe(a! + b!);
  });

  it('takes no more than was said before', async () => {
    const { bytes } = await write(temporaryFolder(), 7);
    expect(checkpointBytes(content(7))).toBeGreaterThanOrEqual(bytes);
    expect(checkpointBytes(content(7))).toBeLessThan(bytes + 2048);
  });

  it('is the same file whatever is written at a time', async () => {
    const [one, other] = [temporaryFolder(), temporaryFolder()];
    const small = must(await writeCheckpoint(one, content(7), realFiles, SMALL_CHUNK));
    const large = await write(other, 7);
    expect(small.weightsSha256).toBe(large.weightsSha256);
  });

  it('asks for the values of one tensor after the other, so that they need not be there all at once', async () => {
    const all = content(7);
    const asked: string[] = [];
    const tensors = all.tensors.map(({ name, shape, values }) => ({
      name,
      shape,
      get values() {
        asked.push(name);
        return values;
      },
    }));
    const written = must(await writeCheckpoint(temporaryFolder(), { ...all, tensors }));
    expect(written.weightsSha256).toBe((await write(temporaryFolder(), 7)).weightsSha256);
    // Weights are looked through first, for values that are not finite; then all are written, each asked for once.
    expect(asked.slice(-tensors.length)).toEqual(tensors.map(({ name }) => name));
    expect(asked.length).toBeLessThan(2 * tensors.length);
  });

  it('written again keeps its name and stays whole', async () => {
    const folder = temporaryFolder();
    const first = await write(folder, 7);
    const again = await write(folder, 7, { epochSeconds: 99 });
    expect(again.name).toBe(first.name);
    expect(must(await readCheckpoint(json(folder, again))).description.state.epochSeconds).toBe(99);
  });

  it('with other weights at the same step lies beside the first', async () => {
    const folder = temporaryFolder();
    const first = await write(folder, 7);
    const other = { ...content(7), tensors: content(8).tensors };
    const second = must(await writeCheckpoint(folder, other));
    expect(must(await readCheckpoint(json(folder, first))).tensors).toEqual(content(7).tensors);
    expect(must(await readCheckpoint(json(folder, second))).tensors).toEqual(content(8).tensors);
  });

  it('is gone with both files once it is removed, and removing it again is fine', async () => {
    const folder = temporaryFolder();
    const written = await write(folder, 7);
    must(await removeCheckpoint(folder, written.name));
    must(await removeCheckpoint(folder, written.name));
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('writing refuses', () => {
  it('weights that are not finite, since nothing can resume from them', async () => {
    const folder = temporaryFolder();
    const odd = content(7);
    odd.tensors[1]!.values[3] = NaN;
    expect(failure(await writeCheckpoint(folder, odd))).toEqual({
      code: 'trainer',
      message:
        'After step 7 stem/norm/gamma holds values that are not finite numbers, so no checkpoint was written: continue from ' +
        'the one before, with a smaller learning rate.',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a disk without room, before it writes a byte', async () => {
    const folder = temporaryFolder();
    const files = faultyFiles({ ...realFiles, freeSpace: async () => 1_000_000 }, () => null);
    expect(failure(await writeCheckpoint(folder, content(7), files))).toMatchObject({
      code: 'storage',
      message: expect.stringContaining(`the disk that holds ${folder} has 1.00 MB left`) as string,
    });
    expect(files.operations).toEqual([]);
  });

  it('a state that could not be read back', async () => {
    await expect(writeCheckpoint(temporaryFolder(), content(7, { epochSeconds: NaN }))).rejects.toThrow(
      'epochSeconds',
    );
  });
});

describe('an error of the disk', () => {
  const kinds = ['open', 'write', 'fsync', 'close', 'rename', 'fsyncFolder'] as const;
  const nth = (kind: Operation['kind'], count: number): FileLayer => {
    let seen = 0;
    return faultyFiles(realFiles, (operation) =>
      operation.kind === kind && ++seen === count ? { code: 'EIO' } : null,
    );
  };

  it.each(kinds)('in the weights (%s) is told, and the checkpoint before is as it was', async (kind) => {
    const folder = temporaryFolder();
    const before = await write(folder, 1);
    const problem = failure(await writeCheckpoint(folder, content(2), nth(kind, 1)));
    expect(problem).toEqual({
      code: 'storage',
      message: `The disk reported an error at ${folder}: check the disk.`,
    });
    must(await sweepCheckpoints(folder));
    expect(readdirSync(folder).sort()).toEqual([`${before.name}.json`, `${before.name}.safetensors`]);
    expect(must(await loadNewest(folder)).checkpoint?.step).toBe(1);
    // After the cure.
    await write(folder, 2);
    expect(must(await loadNewest(folder)).checkpoint?.step).toBe(2);
  });

  it.each(kinds.filter((kind) => kind !== 'write' && kind !== 'fsyncFolder'))(
    'in the description (%s) takes the weights away with it',
    async (kind) => {
      const folder = temporaryFolder();
      const problem = failure(await writeCheckpoint(folder, content(2), nth(kind, 2)));
      expect(problem.message).toMatch(
        /^The disk reported an error at .*step-00000002-epoch-0003-\w+\.json: /,
      );
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  it('while a checkpoint of that very name is replaced leaves it whole', async () => {
    const folder = temporaryFolder();
    await write(folder, 2);
    failure(await writeCheckpoint(folder, content(2), nth('open', 2)));
    expect(must(await loadNewest(folder)).checkpoint?.step).toBe(2);
  });

  it.each(['json', 'safetensors'])(
    'while a .%s is read is told, and the one before is used',
    async (ending) => {
      const folder = temporaryFolder();
      await write(folder, 1);
      const { name } = await write(folder, 2);
      const path = join(folder, `${name}.${ending}`);
      const files = faultyFiles(realFiles, (operation) => (operation.path === path ? { code: 'EIO' } : null));
      const { checkpoint, problems } = must(await loadNewest(folder, {}, files));
      expect(checkpoint?.step).toBe(1);
      expect(problems).toEqual([
        {
          code: 'storage',
          message: `The disk reported an error at ${path}: check the disk. Choose another checkpoint.`,
        },
      ]);
    },
  );
});

describe('sweeping', () => {
  it('removes weights without a description, and nothing else', async () => {
    const folder = temporaryFolder();
    const kept = await write(folder, 1);
    const orphan = await write(folder, 2);
    rmSync(json(folder, orphan));
    for (const file of ['model.safetensors', 'notes.txt']) writeFileSync(join(folder, file), '');
    expect(must(await sweepCheckpoints(folder))).toEqual([`${orphan.name}.safetensors`]);
    expect(readdirSync(folder).sort()).toEqual([
      'model.safetensors',
      'notes.txt',
      `${kept.name}.json`,
      `${kept.name}.safetensors`,
    ]);
  });
});

/**
 * A mount in a name space of its own: it needs no clean-up, and where the kernel lets users have name spaces, no root. Else
 * the test is left out, and ENOSPC by the kernel comes from /dev/full alone (durable-files.test.ts).
 */
const NAME_SPACE = [['-m'], ['-Urm']].find((flags) => {
  const folder = mkdtempSync(join(tmpdir(), 'resbench-mount-'));
  try {
    const mount = ['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder];
    execFileSync('unshare', [...flags, ...mount], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe.runIf(NAME_SPACE)('a disk of 1 MiB that is full (tmpfs)', () => {
  it('is told, leaves what was there, and takes a checkpoint again once there is room', async () => {
    const [out, folder] = [temporaryFolder(), temporaryFolder()];
    const program = await bundleWriter(out);
    const script = 'mount -t tmpfs -o size=1m tmpfs "$2" && exec "$0" "$1" fill "$2"';
    const words = [...NAME_SPACE!, 'sh', '-c', script, process.execPath, program, folder];
    const output = await new Promise<string>((done, failed) => {
      execFile('unshare', words, { env: WRITER_ENV }, (error, stdout) =>
        error ? failed(error) : done(stdout),
      );
    });
    const { left, ...answers } = JSON.parse(output) as Record<string, unknown>;
    expect(answers).toEqual({
      first: true,
      full: {
        code: 'storage',
        message: `The disk that holds ${folder} is full: free some space and try again.`,
      },
      during: 1,
      after: true,
      newest: 2,
    });
    expect(left).toEqual([
      'ballast',
      expect.stringMatching(/1.*\.json$/),
      expect.stringMatching(/1.*\.safetensors$/),
    ]);
  });
});
