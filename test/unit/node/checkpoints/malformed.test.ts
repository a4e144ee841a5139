/** Checkpoints made by somebody who means harm: every sum in them is right, so that what is odd reaches whoever reads it. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCheckpoint, verifyCheckpoint } from '../../../../src/node/checkpoints/read';
import { loadNewest } from './newest';
import { writeCheckpoint } from '../../../../src/node/checkpoints/write';
import { realFiles, type FileLayer } from '../../../../src/node/files/durable-files';
import { encodeHeader, MAX_HEADER_BYTES } from '../../../../src/node/checkpoints/safetensors';
import type { Result } from '../../../../src/shared/result';
import { temporaryFolder } from '../../main/fixtures';
import { content, shapesOf } from './content';

const NAME = 'step-00000009-epoch-0003-0123456789ab';
const ZEROS = '0'.repeat(64);
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** A description whose own sum is right, from its text with zeros for it. */
const signed = (text: string): string => text.replace(ZEROS, sha256(text));
const description = (weights: Buffer, change: object = {}): Record<string, unknown> => ({
  format: 'resbench-checkpoint',
  formatVersion: 1,
  sha256: ZEROS,
  createdAt: 1,
  weights: { bytes: weights.length, sha256: sha256(weights) },
  state: { ...content(9).state, ...change },
});

/** A folder with an intact checkpoint of step 2 and, as the newest, these two files. Returns the path of the description. */
async function planted(
  weights: Buffer,
  text = signed(JSON.stringify(description(weights))),
): Promise<string> {
  const folder = temporaryFolder();
  must(await writeCheckpoint(folder, content(2)));
  writeFileSync(join(folder, `${NAME}.safetensors`), weights);
  const path = join(folder, `${NAME}.json`);
  writeFileSync(path, text);
  return path;
}

/** A weights file with that header, whatever it is, and data of so many bytes. */
function weightsWith(header: string | Buffer, dataBytes = 8): Buffer {
  const bytes = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes, Buffer.alloc(dataBytes)]);
}

const entry = (shape: unknown, offsets: unknown, dtype: unknown = 'F32'): string =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });
const one = (shape: unknown, offsets: unknown, dtype?: unknown): string =>
  `{"a":${entry(shape, offsets, dtype)}}`;
const two = (first: string, second: string, name = 'b'): string => `{"a":${first},"${name}":${second}}`;

/** That it is a damaged file for each of those who read one, and that the older checkpoint is taken. */
async function expectDamaged(path: string, how: RegExp): Promise<void> {
  const folder = join(path, '..');
  const answers = [await readCheckpoint(path), await verifyCheckpoint(path)];
  const newest = must(await loadNewest(folder, { tensors: shapesOf(content(2)) }));
  expect(newest.checkpoint?.step).toBe(2);
  const failures = [
    ...answers.map((answer) => (answer.ok ? null : answer.error)),
    newest.problems[0] ?? null,
  ];
  for (const failure of failures) {
    expect(failure?.code).toBe('data-corrupt');
    expect(failure?.message).toMatch(/^[^\p{Cc}]+ (is damaged|is truncated) [^\p{Cc}]+\.$/u);
    expect(failure?.message).toMatch(how);
    expect(failure!.message.length).toBeLessThan(600);
  }
}

describe('weights that are malformed are a damaged file', () => {
  it.each([0, 1, 7])('of %d bytes', async (bytes) => {
    await expectDamaged(await planted(Buffer.alloc(bytes)), /the length of its header takes 8/);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['no header', '', /not JSON/],
    ['a number for a header', '3', /not a JSON object/],
    ['a list for a header', '[]', /not a JSON object/],
    ['null for a header', 'null', /not a JSON object/],
    ['a byte order mark', `\ufeff${one([2], [0, 8])}`, /not JSON/],
    ['bytes that are no UTF-8', Buffer.from('7b22ff223a317d', 'hex'), /not JSON/],
    ['half a header', one([2], [0, 8]).slice(0, -5), /not JSON/],
    ['something behind the header', `${one([2], [0, 8])}{}`, /not JSON/],
    ['a name that comes twice', two(entry([2], [0, 8]), entry([2], [0, 8]), 'a'), /a name comes twice/],
    [
      'a name that comes twice, once in disguise',
      two(entry([2], [0, 8]), entry([2], [0, 8]), '\\u0061'),
      /twice/,
    ],
    ['a field that comes twice', one([2], [0, 8]).replace('{"dtype"', '{"dtype":"F64","dtype"'), /twice/],
    ['deep lists', `{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`, /nested deeper than 8/],
    ['deep objects', '{"a":'.repeat(1e5), /nested deeper than 8/],
    ['metadata that are none', `{"__metadata__":{"format":1},"a":${entry([2], [0, 8])}}`, /not strings/],
    ['a negative side', one([-2], [0, 8]), /does not say where a lies/],
    ['half a side', one([0.5, 4], [0, 8]), /does not say where a lies/],
    [
      'sides beyond all numbers',
      '{"a":{"dtype":"F32","shape":[1e999],"data_offsets":[0,8]}}',
      /where a lies/,
    ],
    ['sides that overflow', one([2 ** 52, 2 ** 52, 2 ** 52], [0, 8]), /has 8 bytes, not/],
    [
      'sides that overflow to nothing',
      one(Array<number>(2000).fill(2 ** 53 - 1), [0, 8]),
      /has 8 bytes, not/,
    ],
    ['a shape that is a text', one('2', [0, 8]), /does not say where a lies/],
    ['offsets the wrong way', one([2], [8, 0]), /has -8 bytes, not 8/],
    ['three offsets', one([2], [0, 8, 16]), /does not say where a lies/],
    ['negative offsets', one([2], [-8, 0]), /does not say where a lies/],
    ['offsets that are texts', one([2], ['0', '8']), /does not say where a lies/],
    ['offsets beyond the file', one([2 ** 40], [0, 2 ** 42]), /there are 8/],
    ['an overlap', two(entry([2], [0, 8]), entry([1], [4, 8])), /where 8 is next/],
    ['a hole', one([1], [4, 8]), /where 0 is next/],
    ['bytes that belong to nothing', one([1], [0, 4]), /describes 4 bytes of data, and there are 8/],
    ['another type', one([1], [0, 8], 'F64'), /not of type F32/],
    ['no type', '{"a":{"shape":[2],"data_offsets":[0,8]}}', /not of type F32/],
    ['an entry that is null', '{"a":null}', /not of type F32/],
    ['a name as long as a book', `{"${'n'.repeat(1e6)}":3}`, /n{80}… is not of type/],
    ['a name that moves the cursor', '{"\\u001b[2Ja\\u202e":3}', /not of type/],
    ['a name that is a prototype', '{"__proto__":3}', /__proto__ is not of type/],
    ['a shape of a million sides', one(Array<number>(1e6).fill(1), [0, 8]), /… has 8 bytes, not 4/],
  ])('with %s', async (_what, header, how) => {
    await expectDamaged(await planted(weightsWith(header)), how);
  });

  it('with a header of more than 16 MiB, of which nothing is read', async () => {
    const path = await planted(weightsWith(Buffer.alloc(MAX_HEADER_BYTES + 1, '[')));
    let read = 0;
    const counting: FileLayer = {
      ...realFiles,
      open: async (name, mode) => {
        const file = await realFiles.open(name, mode);
        return {
          ...file,
          read: async (into) => {
            const taken = await file.read(into);
            read += taken;
            return taken;
          },
        };
      },
    };
    for (const answer of [await readCheckpoint(path, {}, counting), await verifyCheckpoint(path, counting)]) {
      expect(answer).toMatchObject({ ok: false, error: { code: 'data-corrupt' } });
    }
    expect(read).toBe(2 * 8);
    await expectDamaged(path, /its header has 16777217 bytes, and at most 16777216 are read/);
  });

  it.skipIf(process.platform === 'win32').each(['safetensors', 'json'])(
    'where the .%s is a folder, a pipe, a link to a device or to itself',
    async (ending) => {
      for (const make of [
        (path: string) => mkdirSync(path),
        (path: string) => void execFileSync('mkfifo', [path]),
        (path: string) => symlinkSync('/dev/zero', path),
        (path: string) => symlinkSync(path, path),
      ]) {
        const path = await planted(weightsWith(one([2], [0, 8])));
        const odd = path.replace(/json$/, ending);
        rmSync(odd);
        make(odd);
        await expectDamaged(path, /it is not a file/);
      }
    },
  );
});

describe('a description that is malformed is a damaged file', () => {
  const weights = weightsWith(one([2], [0, 8]));
  const text = (change: object): string => signed(JSON.stringify(description(weights, change)));

  it.each<[string, string | Buffer, RegExp]>([
    ['empty', '', /it is empty/],
    ['deep', `{"format":"resbench-checkpoint","sha256":${'['.repeat(1e6)}`, /nested deeper than 16/],
    ['of bytes that are no UTF-8', Buffer.from('{"format":"\xff"}', 'latin1'), /not JSON/],
    [
      'one in which a name comes twice',
      signed(JSON.stringify(description(weights)).replace('{"format"', '{"sha256":3,"format"')),
      /a name comes twice/,
    ],
    ['larger than any', Buffer.alloc(2 ** 24 + 1, ' '), /it is 16777217 bytes long/],
    ['one of a step that is no whole number', text({ step: 0.5 }), /state\.step: /],
    ['one of a negative epoch', text({ epoch: -1 }), /state\.epoch: /],
    ['one of a place beyond the last image', text({ position: 10_001 }), /state\.position: it is beyond/],
    [
      'one of more steps of the optimizer than steps',
      text({ optimizerSteps: 10 }),
      /state\.optimizerSteps: /,
    ],
    ['one of no threads', text({ threads: 0 }), /state\.threads: /],
    [
      'one of an accuracy above 1',
      text({ best: { epoch: 1, valAccuracy: 1.5 } }),
      /state\.best\.valAccuracy: /,
    ],
    [
      'one of a place with a name as long as a book',
      text({ plan: { ['p'.repeat(1e6)]: 3 } }),
      /state\.plan\.p+…: /,
    ],
    ['one with a plan that moves the cursor', text({ plan: { '\x1b[2J': 3 } }), /state\.plan\./],
  ])('%s', async (_what, bytes, how) => {
    await expectDamaged(await planted(weights, bytes as string), how);
  });
});

describe('a whole checkpoint whose tensors are not the wanted ones', () => {
  it('is refused by its header: of what follows nothing is read', async () => {
    const tensors = shapesOf(content(2));
    const header = encodeHeader([...tensors, { name: 'more', shape: [4] }], {});
    const data =
      4 * [...tensors, { shape: [4] }].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    const path = await planted(Buffer.concat([header, Buffer.alloc(data)]));
    let read = 0;
    const counting: FileLayer = {
      ...realFiles,
      open: async (name, mode) => {
        const file = await realFiles.open(name, mode);
        return { ...file, read: async (into) => ((read += into.length), file.read(into)) };
      },
    };
    const answer = await readCheckpoint(path, { tensors }, counting);
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
    expect(read).toBe(header.length);
  });

  it('may have other slots where the optimizer is another one, of the shapes of their variables', async () => {
    const [folder, tensors] = [temporaryFolder(), shapesOf(content(2))];
    const { name } = must(await writeCheckpoint(folder, content(2)));
    const path = join(folder, `${name}.json`);
    const variables = tensors.filter((tensor) => !tensor.name.startsWith('optimizer/'));
    expect((await readCheckpoint(path, { tensors: variables, anySlots: true })).ok).toBe(true);
    expect((await readCheckpoint(path, { tensors: variables })).ok).toBe(false);
    const other = { ...content(2), tensors: content(2).tensors.map((tensor) => ({ ...tensor })) };
    const last = other.tensors[other.tensors.length - 1]!;
    Object.assign(last, { shape: [...last.shape].reverse() });
    const second = must(await writeCheckpoint(folder, { ...other, state: { ...other.state, step: 3 } }));
    const answer = await readCheckpoint(join(folder, `${second.name}.json`), {
      tensors: variables,
      anySlots: true,
    });
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid-input' } });
  });
});
