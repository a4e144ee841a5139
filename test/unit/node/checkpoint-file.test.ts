import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  checkpointBytes,
  checkpointFiles,
  listCheckpoints,
  loadNewest,
  readCheckpoint,
  removeCheckpoint,
  sweepCheckpoints,
  writeCheckpoint,
  type LoadedCheckpoint,
  type WrittenCheckpoint,
} from '../../../src/node/checkpoint-file';
import { realFiles, type FileLayer } from '../../../src/node/durable-files';
import type { Failure, Result } from '../../../src/shared/result';
import { temporaryFolder } from '../main/fixtures';
import { content, shapesOf, SMALL_CHUNK } from './checkpoints';
import { faultyFiles, type Operation } from './faulty-files';
import { bundleWriter, WRITER_ENV } from './writer-program';

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
function failure<T>(result: Result<T>): Failure {
  if (result.ok) throw new Error('it went well');
  return result.error;
}
const write = async (folder: string, step: number, change = {}): Promise<WrittenCheckpoint> =>
  must(await writeCheckpoint(folder, content(step, change)));
const json = (folder: string, { name }: { name: string }): string => join(folder, `${name}.json`);
const weights = (folder: string, { name }: { name: string }): string => join(folder, `${name}.safetensors`);
const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

function flip(path: string, byte: number, bit = 0): void {
  const bytes = readFileSync(path);
  bytes[byte]! ^= 1 << bit;
  writeFileSync(path, bytes);
}

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
  it('weights that are not finite, since nothing can go on from them', async () => {
    const folder = temporaryFolder();
    const odd = content(7);
    odd.tensors[1]!.values[3] = NaN;
    expect(failure(await writeCheckpoint(folder, odd))).toEqual({
      code: 'trainer',
      message:
        'After step 7 stem/norm/gamma holds values that are not finite numbers, so no checkpoint was written: go on from ' +
        'the one before, with a smaller learning rate.',
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('a disk without room, before it writes a byte', async () => {
    const folder = temporaryFolder();
    const files = faultyFiles({ ...realFiles, freeSpace: async () => 1_000_000 }, () => null);
    expect(failure(await writeCheckpoint(folder, content(7), files))).toMatchObject({
      code: 'storage',
      message: expect.stringContaining(`the disk that holds ${folder} has 1 MB left`) as string,
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
          message: `The disk reported an error at ${path}: check the disk. The checkpoint of step 1 is used in its place.`,
        },
      ]);
    },
  );
});

describe('damage', () => {
  /** Of both files: where, by its distance from the beginning, or from the end where negative. */
  interface Place {
    what: string;
    path: (folder: string, name: { name: string }) => string;
    at: (bytes: Buffer) => number;
  }
  const header = (bytes: Buffer): number => Number(bytes.readBigUInt64LE(0));
  const PLACES: Place[] = [
    { what: 'the header length', path: weights, at: () => 0 },
    { what: 'the high end of the header length', path: weights, at: () => 7 },
    { what: 'the first byte of the header', path: weights, at: () => 8 },
    { what: 'a tensor name in the header', path: weights, at: (bytes) => bytes.indexOf('gamma') },
    { what: 'a digit in the header', path: weights, at: (bytes) => bytes.indexOf('data_offsets') + 15 },
    { what: 'the metadata', path: weights, at: (bytes) => bytes.indexOf('resbench-checkpoint') },
    { what: 'the first tensor', path: weights, at: (bytes) => 8 + header(bytes) },
    { what: 'the last byte of the last tensor', path: weights, at: (bytes) => bytes.length - 1 },
    { what: 'the first byte of the JSON', path: json, at: () => 0 },
    { what: 'the format in the JSON', path: json, at: (bytes) => bytes.indexOf('resbench-checkpoint') },
    { what: 'the version in the JSON', path: json, at: (bytes) => bytes.indexOf('formatVersion') + 16 },
    { what: 'the SHA-256 in the JSON', path: json, at: (bytes) => bytes.indexOf('sha256') + 12 },
    { what: 'a number in the JSON', path: json, at: (bytes) => bytes.indexOf('"epochSeconds"') + 16 },
    { what: 'a key in the JSON', path: json, at: (bytes) => bytes.indexOf('position') },
    { what: 'the end of the JSON', path: json, at: (bytes) => bytes.length - 2 },
  ];

  it.each(PLACES)(
    'by a flipped bit at $what is noticed and named, and the one before is used',
    async (place) => {
      const folder = temporaryFolder();
      await write(folder, 1);
      const newest = await write(folder, 2);
      const path = place.path(folder, newest);
      const at = place.at(readFileSync(path));
      expect(at).toBeGreaterThanOrEqual(0);
      for (let bit = 0; bit < 8; bit++) {
        flip(path, at, bit);
        const { checkpoint, problems } = must(await loadNewest(folder));
        expect(checkpoint?.tensors, `bit ${bit}`).toEqual(content(1).tensors);
        expect(problems).toHaveLength(1);
        expect(problems[0]!.code).toBe('data-corrupt');
        expect(problems[0]!.message).toContain(`${path} is damaged (`);
        expect(problems[0]!.message).toMatch(/\): the checkpoint of step 1 is used in its place\.$/);
        flip(path, at, bit);
      }
      expect(must(await loadNewest(folder)).checkpoint?.step).toBe(2);
    },
  );

  it.each([0, 1, 7, 8, 9, 100, 2000, -1])(
    'by truncation of the weights at %d is told with both lengths',
    async (at) => {
      const folder = temporaryFolder();
      await write(folder, 1);
      const path = weights(folder, await write(folder, 2));
      const bytes = readFileSync(path).length;
      const length = at < 0 ? bytes + at : at;
      truncateSync(path, length);
      const { checkpoint, problems } = must(await loadNewest(folder));
      expect(checkpoint?.step).toBe(1);
      expect(problems).toEqual([
        {
          code: 'data-corrupt',
          message: `${path} is truncated at ${length} of ${bytes} bytes: the checkpoint of step 1 is used in its place.`,
        },
      ]);
    },
  );

  it.each([0, 1, 40, 300, -1, -2])('by truncation of the JSON at %d is noticed', async (at) => {
    const folder = temporaryFolder();
    await write(folder, 1);
    const path = json(folder, await write(folder, 2));
    truncateSync(path, at < 0 ? readFileSync(path).length + at : at);
    const { checkpoint, problems } = must(await loadNewest(folder));
    expect(checkpoint?.step).toBe(1);
    expect(problems[0]!.message).toContain(`${path} is damaged (`);
  });

  it('by bytes too many is noticed', async () => {
    const folder = temporaryFolder();
    const written = await write(folder, 2);
    writeFileSync(weights(folder, written), 'more', { flag: 'a' });
    expect(failure(await readCheckpoint(json(folder, written))).message).toMatch(
      / is damaged \(it has \d+ bytes, not \d+\): /,
    );
  });

  it('by weights that are missing is named', async () => {
    const folder = temporaryFolder();
    const written = await write(folder, 2);
    rmSync(weights(folder, written));
    expect(failure(await readCheckpoint(json(folder, written)))).toEqual({
      code: 'not-found',
      message: `${weights(folder, written)} is missing: choose another checkpoint.`,
    });
  });

  it('of all of them leaves none, and a sentence for each', async () => {
    const folder = temporaryFolder();
    for (const step of [1, 2]) flip(weights(folder, await write(folder, step)), 2000);
    const { checkpoint, problems } = must(await loadNewest(folder));
    expect(checkpoint).toBeNull();
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /step-00000002.* is damaged .*: there is no other checkpoint to use in its place\.$/,
      ),
      expect.stringMatching(
        /step-00000001.* is damaged .*: there is no other checkpoint to use in its place\.$/,
      ),
    ]);
  });
});

describe('a file that is not one of ours', () => {
  /** A description with a change, its SHA-256 put right. */
  function rewrite(path: string, change: (text: string) => string): void {
    const zeros = '0'.repeat(64);
    const text = change(readFileSync(path, 'utf8').replace(/("sha256": ")[0-9a-f]{64}/, `$1${zeros}`));
    writeFileSync(path, text.replace(zeros, createHash('sha256').update(text).digest('hex')));
  }

  it('is told apart from a damaged one', async () => {
    const path = join(temporaryFolder(), 'package.json');
    writeFileSync(path, '{"name": "something else"}');
    expect(failure(await readCheckpoint(path))).toEqual({
      code: 'invalid-input',
      message: `${path} is not a checkpoint: choose another checkpoint.`,
    });
  });

  it.each(['null', '[]', '3', '"text"'])('is told as such where it is %s', async (text) => {
    const path = join(temporaryFolder(), 'some.json');
    writeFileSync(path, text);
    expect(failure(await readCheckpoint(path)).message).toContain('is not a checkpoint');
  });

  it('of a newer version is refused as such', async () => {
    const folder = temporaryFolder();
    await write(folder, 1);
    const path = json(folder, await write(folder, 2));
    rewrite(path, (text) => text.replace('"formatVersion": 1', '"formatVersion": 2'));
    expect(must(await loadNewest(folder)).problems).toEqual([
      {
        code: 'unsupported',
        message:
          `${path} was written by a newer Resbench (format 2, known is 1), which can read it: ` +
          'the checkpoint of step 1 is used in its place.',
      },
    ]);
  });

  it('with a state that makes no sense is refused with the place', async () => {
    const folder = temporaryFolder();
    const path = json(folder, await write(folder, 2));
    rewrite(path, (text) => text.replace('"position": 640', '"position": -1'));
    expect(failure(await readCheckpoint(path)).message).toContain('is damaged (state.position: ');
  });

  it('is not listed', async () => {
    const folder = temporaryFolder();
    const { name } = await write(folder, 2);
    for (const file of ['notes.json', 'step-1.json', 'step-00000003-epoch-0003-0123456789ab.safetensors']) {
      writeFileSync(join(folder, file), '');
    }
    expect(must(await listCheckpoints(folder))).toEqual([{ name, step: 2, epoch: 3 }]);
  });
});

it('is of a name that stays in its folder, or neither read nor removed', async () => {
  const folder = join(temporaryFolder(), 'run-1');
  mkdirSync(folder);
  const outside = ['.json', '.safetensors'].map((ending) => join(folder, '..', `package${ending}`));
  for (const file of outside) writeFileSync(file, 'mine');
  for (const name of ['../package', '..', '', 'step-1-epoch-1-0123456789ab/../../package']) {
    expect(await removeCheckpoint(folder, name)).toMatchObject({
      ok: false,
      error: { code: 'data-corrupt' },
    });
    expect(() => checkpointFiles(folder, name)).toThrow(/a name that Resbench never gives/);
  }
  expect(outside.map((file) => existsSync(file))).toEqual([true, true]);
});

describe('the newest', () => {
  it('is that of the highest step, then of the most epochs, whenever they were written', async () => {
    const folder = temporaryFolder();
    for (const [step, epoch] of [
      [100, 1],
      [20, 0],
      [100, 0],
      [3, 0],
    ] as const) {
      await write(folder, step, { epoch });
    }
    expect(must(await listCheckpoints(folder)).map(({ step, epoch }) => [step, epoch])).toEqual([
      [100, 1],
      [100, 0],
      [20, 0],
      [3, 0],
    ]);
    expect(must(await loadNewest(folder)).checkpoint).toMatchObject({ step: 100, epoch: 1 });
  });

  it('is none where there is no folder yet', async () => {
    expect(must(await loadNewest(join(temporaryFolder(), 'missing')))).toEqual({
      checkpoint: null,
      problems: [],
    });
  });

  it('must be the one that was remembered', async () => {
    const folder = temporaryFolder();
    const first = await write(folder, 1);
    const second = await write(folder, 2);
    // Whole, but with another state than the one that was remembered.
    await write(folder, 2, { position: 0 });
    const known = new Map([first, second].map(({ name, sha256: sum }) => [name, sum]));
    const { checkpoint, problems } = must(await loadNewest(folder, { known }));
    expect(checkpoint?.step).toBe(1);
    expect(problems[0]!.message).toContain(
      `, and ${second.sha256} was remembered): the checkpoint of step 1 is`,
    );
  });

  it('may be one that its writer did not live to remember', async () => {
    const folder = temporaryFolder();
    const first = await write(folder, 1);
    await write(folder, 2);
    const known = new Map([[first.name, first.sha256]]);
    expect(must(await loadNewest(folder, { known })).checkpoint?.step).toBe(2);
  });

  it('is missed where it was remembered and is not there', async () => {
    const folder = temporaryFolder();
    await write(folder, 1);
    const second = await write(folder, 2);
    must(await removeCheckpoint(folder, second.name));
    const { checkpoint, problems } = must(
      await loadNewest(folder, { known: new Map([[second.name, second.sha256]]) }),
    );
    expect(checkpoint?.step).toBe(1);
    expect(problems).toEqual([
      {
        code: 'not-found',
        message: `${json(folder, second)} is missing: the checkpoint of step 1 is used in its place.`,
      },
    ]);
  });

  it('may have been renamed when it is read by its path', async () => {
    const folder = temporaryFolder();
    const written = await write(folder, 1);
    renameSync(json(folder, written), join(folder, 'mine.json'));
    renameSync(weights(folder, written), join(folder, 'mine.safetensors'));
    expect(must(await readCheckpoint(join(folder, 'mine.json'))).name).toBe('mine');
  });
});

describe('what is expected of the tensors', () => {
  const expected = shapesOf(content(1));
  const read = async (tensors: typeof expected): Promise<Result<LoadedCheckpoint>> => {
    const folder = temporaryFolder();
    return readCheckpoint(json(folder, await write(folder, 1)), { tensors });
  };

  it('may come in any order', async () => {
    expect((await read([...expected].reverse())).ok).toBe(true);
  });

  it.each([
    ['more', [...expected, { name: 'more', shape: [1] }], 'it lacks more'],
    ['less', expected.slice(1), 'it has stem/conv/kernel, which is not expected'],
    [
      'of another shape',
      [{ ...expected[0]!, shape: [3, 3, 8, 3] }, ...expected.slice(1)],
      'its stem/conv/kernel has the shape [3, 3, 3, 8], not [3, 3, 8, 3]',
    ],
  ])('and is %s is named', async (_what, tensors, how) => {
    const problem = failure(await read(tensors));
    expect(problem.code).toBe('invalid-input');
    expect(problem.message).toContain(
      `is of another network or optimizer (${how}): choose another checkpoint.`,
    );
  });
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
