import { beforeAll, describe, expect, it } from 'vitest';
import { PickleRefusal, readPickle } from '../../../../src/node/datasets/pickle';
import { recordsFromPython } from '../../../../src/main/datasets/python-batch';
import { CIFAR10_FILE_BYTES, CIFAR10_RECORD_BYTES } from '../../../../src/node/datasets/cifar10-files';
import { random } from '../../architecture/random';
import {
  batchOf,
  global,
  op,
  PROTO,
  shortString,
  u32,
  u8,
  unicode,
  writeBatch,
  type Batch,
  type Writer,
} from './pickle-writer';

const WRITERS: Writer[] = ['python2', 'python3', 'python3-bytes'];
const CALL = op('R');
const TUPLE1 = op(0x85);
const TUPLE2 = op(0x86);
const STOP = op('.');

let records: Buffer;
let batch: Batch;
beforeAll(() => {
  const next = random(3);
  records = Buffer.alloc(CIFAR10_FILE_BYTES);
  for (let i = 0; i < records.length; i++) {
    records[i] = i % CIFAR10_RECORD_BYTES === 0 ? Math.floor(next() * 10) : Math.floor(next() * 256);
  }
  batch = batchOf(records);
});

/** What a file is refused with, as a sentence about `it`. */
function refusal(file: Buffer): string {
  try {
    recordsFromPython(file);
  } catch (error) {
    if (error instanceof PickleRefusal) return `it ${error.message}`;
    throw error;
  }
  return 'it is read';
}

const pickled = (...parts: Buffer[]): Buffer => Buffer.concat([PROTO, ...parts]);

describe('a batch', () => {
  it.each(WRITERS)('as %s writes it becomes the official layout', (writer) => {
    expect(recordsFromPython(writeBatch(batch, writer)).equals(records)).toBe(true);
  });

  it('may have its images columns first', () => {
    const columns = Buffer.alloc(batch.data.length);
    for (let row = 0; row < 10_000; row++) {
      for (let column = 0; column < 3072; column++)
        columns[column * 10_000 + row] = batch.data[row * 3072 + column]!;
    }
    const file = writeBatch({ ...batch, data: columns, fortran: true }, 'python2');
    expect(recordsFromPython(file).equals(records)).toBe(true);
  });

  it('may be of old numpy, whose flags are numbers', () => {
    const file = writeBatch(batch, 'python2');
    // The flag before the images: NEWFALSE, then BINSTRING and its length.
    const at = file.indexOf(Buffer.concat([op(0x89), op('T', u32(batch.data.length))]));
    const old = Buffer.concat([file.subarray(0, at), op('K', u8(0)), file.subarray(at + 1)]);
    expect(recordsFromPython(old).equals(records)).toBe(true);
  });

  it('is named when it is CIFAR-100', () => {
    const file = writeBatch({ ...batch, names: { labels: 'fine_labels' } }, 'python2');
    expect(refusal(file)).toBe('it is CIFAR-100, and Resbench trains on CIFAR-10');
  });

  it.each<[string, Partial<Batch>, RegExp]>([
    [
      'a label above 9',
      { labels: Array.from({ length: 10_000 }, () => 10) },
      /no list of 10,000 labels from 0 to 9/,
    ],
    ['too few labels', { labels: [1, 2] }, /no list of 10,000 labels/],
    ['no labels', { names: { labels: 'other' } }, /no list of 10,000 labels/],
    ['no images', { names: { data: 'other' } }, /no array of 10,000 x 3,072 bytes/],
    ['another shape', { shape: [3072, 10_000] }, /no array of 10,000 x 3,072 bytes/],
    ['another number of axes', { shape: [10_000, 3072, 1] }, /no array of 10,000 x 3,072 bytes/],
    ['another type', { type: 'f4' }, /no array of 10,000 x 3,072 bytes/],
    ['too few bytes', { data: Buffer.alloc(300) }, /has 300 bytes of images, expected 30,720,000/],
  ])('with %s is refused', (_what, changes, sentence) => {
    expect(refusal(writeBatch({ ...batch, ...changes }, 'python2'))).toMatch(sentence);
  });

  it('is refused where it was cut short, wherever', () => {
    const file = writeBatch(batch, 'python2');
    const next = random(5);
    // Somewhere in the labels, the images, the names; and just before the end.
    const lengths = [
      1,
      2,
      3,
      40,
      20_000,
      file.length - 1,
      ...Array.from({ length: 40 }, () => next() * file.length),
    ];
    for (const length of lengths) {
      expect(refusal(file.subarray(0, length))).toMatch(
        /^it (ends after [\d,]+ bytes, before what it holds does|holds a name without an end at byte [\d,]+)$/,
      );
    }
    expect(refusal(Buffer.alloc(0))).toMatch(/is no pickle/);
  });

  it('is refused where something follows it', () => {
    expect(refusal(Buffer.concat([writeBatch(batch, 'python2'), STOP]))).toMatch(/resumes after its end/);
  });
});

describe('what a pickle may ask for', () => {
  /** Everything that tells a call: it would have been made by now. */
  it.each<[string, Buffer, string]>([
    [
      'a command',
      pickled(global('os', 'system'), unicode(Buffer.from('touch x')), TUPLE1, CALL, STOP),
      'it asks Python for os.system, which CIFAR-10 does not need (nothing in it was run)',
    ],
    [
      'a name of numpy beyond the three',
      pickled(global('numpy', 'load'), STOP),
      'it asks Python for numpy.load, which CIFAR-10 does not need (nothing in it was run)',
    ],
    [
      'a name of JavaScript',
      pickled(global('constructor', ''), STOP),
      'it asks Python for constructor., which CIFAR-10 does not need (nothing in it was run)',
    ],
    [
      'a name that would write to the terminal',
      pickled(global('\x1b]0;x\x07', 'y'.repeat(100)), STOP),
      `it asks Python for ??0?x?.${'y'.repeat(53)}, which CIFAR-10 does not need (nothing in it was run)`,
    ],
    [
      'a name without an end',
      pickled(op('c', 'x'.repeat(100_000))),
      'it holds a name without an end at byte 3',
    ],
  ])('not %s', (_what, file, sentence) => {
    expect(refusal(file)).toBe(sentence);
  });

  it.each<[string, Buffer]>([
    [
      'another codec',
      pickled(global('_codecs', 'encode'), unicode(u8(97)), unicode(Buffer.from('utf-16')), TUPLE2, CALL),
    ],
    [
      'an encoding of bytes',
      pickled(global('_codecs', 'encode'), shortString('a'), shortString('latin1'), TUPLE2, CALL),
    ],
    [
      'an array of another class',
      pickled(global('numpy.core.multiarray', '_reconstruct'), global('numpy', 'dtype'), TUPLE1, CALL),
    ],
    ['ndarray itself', pickled(global('numpy', 'ndarray'), op('K', u8(1)), TUPLE1, CALL)],
    ['a call of what is no name', pickled(op('K', u8(1)), op(')'), CALL)],
    ['a dtype from a list', pickled(global('numpy', 'dtype'), op(']'), TUPLE1, CALL)],
  ])('not for %s', (_what, file) => {
    expect(refusal(Buffer.concat([file, STOP]))).toMatch(
      /makes a call before byte \d+ that CIFAR-10 does not need/,
    );
  });

  it('builds nothing but arrays and their types', () => {
    for (const target of [op('}'), op(']'), shortString('x'), global('numpy', 'ndarray')]) {
      expect(refusal(pickled(target, op(')'), op('b'), STOP))).toMatch(/builds an object before byte \d+/);
    }
    const array = [global('numpy.core.multiarray', '_reconstruct'), global('numpy', 'ndarray'), TUPLE1, CALL];
    // An array whose data is itself, and one of a state that is too short.
    expect(refusal(pickled(...array, op(')'), op('b'), STOP))).toMatch(/builds an object/);
  });

  it('has no instruction but those of the set', () => {
    // STOP, and those that the reader knows; all 256, so that one more would be noticed.
    const known = new Set([...'(.)JKMNRTUX]abcehjqrstu}'].map((one) => one.charCodeAt(0)));
    for (const code of [0x80, 0x85, 0x86, 0x87, 0x88, 0x89]) known.add(code);
    for (let code = 0; code < 256; code++) {
      const sentence = refusal(Buffer.concat([PROTO, u8(code), Buffer.alloc(300)]));
      const unknown = `it holds the pickle instruction 0x${code.toString(16).padStart(2, '0')} at byte 2, which CIFAR-10 does not need (nothing in it was run)`;
      if (known.has(code)) expect(sentence).not.toBe(unknown);
      else expect(sentence).toBe(unknown);
    }
  });

  it('no later protocol', () => {
    for (const protocol of [3, 4, 5]) {
      expect(refusal(u8(0x80, protocol, 0x2e))).toBe(
        `it is a pickle of protocol ${protocol}, while CIFAR-10 comes in protocol 2`,
      );
    }
  });
});

describe('a pickle that is broken', () => {
  it.each<[string, Buffer]>([
    ['an empty stack', pickled(STOP)],
    ['a mark in place of a value', pickled(op('('), STOP)],
    ['a mark in a tuple', pickled(op('('), op('N'), TUPLE2, STOP)],
    ['no mark', pickled(op(']'), op('e'), STOP)],
    ['an append to no list', pickled(op('}'), op('N'), op('a'), STOP)],
    ['a key without a value', pickled(op('}'), op('('), op('N'), op('u'), STOP)],
    ['items of no dict', pickled(op(']'), op('N'), op('N'), op('s'), STOP)],
    ['a memo that was never made', pickled(op('h', u8(7)), STOP)],
    ['a memo of nothing', pickled(op('q', u8(7)), STOP)],
    ['a length below zero', pickled(op('T', u32(-5)), STOP)],
  ])('by %s is refused', (_what, file) => {
    expect(refusal(file)).toMatch(/^it is broken at byte \d+$/);
  });

  it('may hold itself, which costs nothing', () => {
    const itself = pickled(op(']'), op('q', u8(0)), op('h', u8(0)), op('a'), STOP);
    expect(readPickle(itself)).toMatchObject({ kind: 'list' });
    expect(refusal(itself)).toBe('it holds no batch of CIFAR-10');
  });

  it('is refused for endless instructions, and reads a text no oftener than it is needed', () => {
    expect(refusal(pickled(Buffer.alloc(400_001, 'N'), STOP))).toMatch(/has more than 400,000 instructions/);
    // A megabyte, encoded a hundred thousand times: a hundred gigabytes for who does it at once.
    const text = Buffer.alloc(1024 * 1024, 'x');
    const again = Buffer.concat([op('h', u8(0)), op('h', u8(1)), op('h', u8(2)), TUPLE2, CALL, op('a')]);
    const file = pickled(
      global('_codecs', 'encode'),
      op('q', u8(0)),
      unicode(text),
      op('q', u8(1)),
      unicode(Buffer.from('latin1')),
      op('q', u8(2)),
      op(']'),
      ...Array.from({ length: 60_000 }, () => again),
      STOP,
    );
    expect(refusal(file)).toBe('it holds no batch of CIFAR-10');
  });

  it('by random bytes gives a refusal and nothing else', () => {
    const whole = writeBatch(
      { ...batch, labels: batch.labels.slice(0, 20), data: Buffer.alloc(64) },
      'python3',
    );
    const next = random(7);
    const hit = new Map<string, number>();
    for (let round = 0; round < 3000; round++) {
      const file = Buffer.from(whole);
      for (let k = 0; k <= round % 4; k++) file[Math.floor(next() * file.length)] = Math.floor(next() * 256);
      const why = refusal(file).replace(/[\d,]+|0x\w+|for .*, which/g, '#');
      hit.set(why, (hit.get(why) ?? 0) + 1);
    }
    expect(hit.has('it is read')).toBe(false);
    expect(hit.size).toBeGreaterThan(8);
  });
});
