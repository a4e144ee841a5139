import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listCheckpoints } from '../../../../src/node/checkpoints/names';
import { readCheckpoint, type LoadedCheckpoint } from '../../../../src/node/checkpoints/read';
import { loadNewest } from './newest';
import { removeCheckpoint } from '../../../../src/node/checkpoints/write';
import type { Result } from '../../../../src/shared/result';
import { temporaryFolder } from '../../main/fixtures';
import { content, shapesOf } from './content';
import { failure, flip, json, must, weights, write } from './on-disk';

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
        expect(problems[0]!.message).toMatch(/\): choose another checkpoint\.$/);
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
          message: `${path} is truncated at ${length} of ${bytes} bytes: choose another checkpoint.`,
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
      expect.stringMatching(/step-00000002.* is damaged .*: choose another checkpoint\.$/),
      expect.stringMatching(/step-00000001.* is damaged .*: choose another checkpoint\.$/),
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
          'choose another checkpoint.',
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
      `, and ${second.sha256} was remembered): choose another checkpoint`,
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
        message: `${json(folder, second)} is missing: choose another checkpoint.`,
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
