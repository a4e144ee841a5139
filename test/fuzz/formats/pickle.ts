/** Batches of CIFAR-10's Python form. Nothing that a pickle can ask Python for may come to pass. */
import { CIFAR10_FILE_RECORDS, CIFAR10_RECORD_BYTES } from '../../../src/node/datasets/cifar10-files';
import {
  isKind,
  PickleRefusal,
  readPickle,
  shortText,
  bytesOf,
  type PickleValue,
} from '../../../src/node/datasets/pickle';
import { recordsFromPython } from '../../../src/main/datasets/python-batch';
import {
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
} from '../../unit/main/datasets/pickle-writer';
import { mustBe, mustRead, mustRefuse, refusing, same, type Format } from '../fuzz';
import { mutateBytes, type Random } from '../random';

const WRITERS: readonly Writer[] = ['python2', 'python3', 'python3-bytes'];
const PIXELS = CIFAR10_RECORD_BYTES - 1;

/** Of some images of a few bytes. */
function small(random: Random): Batch {
  const [count, pixels] = [random.whole(1, 20), random.whole(1, 40)];
  return {
    label: random.pick(['training batch 1 of 5', 'testing batch 1 of 1', '☃']),
    labels: Array.from({ length: count }, () => random.whole(0, 9)),
    shape: [count, pixels],
    data: random.bytes(count * pixels),
    fortran: random.chance(0.3),
  };
}

const LABELS = Array.from({ length: CIFAR10_FILE_RECORDS }, (_, at) => (at * 7) % 10);
/** As many labels as there must be, and no image for them. */
const LABELLED: Batch = {
  label: 'batch',
  labels: LABELS,
  shape: [CIFAR10_FILE_RECORDS, PIXELS],
  data: Buffer.from([0xff, 1]),
};
/** What keeps it from being a batch. */
const PARTIAL: readonly [string, Partial<Batch>][] = [
  ['few bytes', {}],
  ['columns for rows', { shape: [PIXELS, CIFAR10_FILE_RECORDS] }],
  ['one dimension', { shape: [30_720_000] }],
  ['three dimensions', { shape: [CIFAR10_FILE_RECORDS, PIXELS, 1] }],
  ['another type', { type: 'f8' }],
  ['fine labels', { names: { labels: 'fine_labels' } }],
  ['no labels', { names: { labels: '__proto__' } }],
  ['no data', { names: { data: 'constructor' } }],
  ['an eleventh class', { labels: [...LABELS.slice(1), 10] }],
  ['a label too many', { labels: [...LABELS, 1] }],
];

const pickle = (...parts: Buffer[]): Buffer => Buffer.concat([PROTO, ...parts, op('.')]);
const stringOf = (length: number): Buffer =>
  op('T', u32(length), Buffer.alloc(Math.max(0, Math.min(length, 64))));

/** What no pickle of ours has in it. */
const HARMFUL: ((random: Random) => Buffer)[] = [
  (random) => Buffer.concat([u8(random.whole(0, 0x7f)), random.bytes(9)]),
  (random) => Buffer.concat([u8(0x80, random.pick([0, 1, 3, 4, 5])), op('N'), op('.')]),
  (random) =>
    pickle(
      global(
        random.pick(['os', 'posix', 'builtins', 'numpy.core.multiarray']),
        random.pick(['system', 'eval', '_reconstruct2']),
      ),
    ),
  (random) =>
    pickle(
      global('os', 'system'),
      shortString(random.pick(['touch ../canary/new', 'id'])),
      op(0x85),
      op('R'),
    ),
  (random) => pickle(op('c', 'n'.repeat(random.whole(201, 5000)))),
  () => pickle(global('numpy', 'ndarray'), op(')'), op('R')),
  () => pickle(global('numpy', 'dtype'), op('N'), op('R')),
  () => pickle(global('numpy', 'dtype'), shortString('u1'), op(0x85), op('R'), op('N'), op('b')),
  () => pickle(op(']'), op(')'), op('b')),
  // Every instruction that is not known.
  (random) =>
    pickle(
      u8(
        random.pick([
          0x80 + 0x0f,
          0x69,
          0x6f,
          0x51,
          0x50,
          0x46,
          0x47,
          0x49,
          0x4c,
          0x53,
          0x56,
          0x81,
          0x82,
          0x83,
          0x84,
          0x8a,
          0x8b,
          0x95,
          0x93,
          0x94,
          0x30,
          0x31,
          0x32,
        ]),
      ),
    ),
  (random) => pickle(stringOf(-random.whole(1, 2 ** 31))),
  (random) => Buffer.concat([PROTO, stringOf(random.whole(100, 2 ** 31 - 1))]),
  (random) => Buffer.concat([PROTO, op('X', u32(random.whole(100, 2 ** 32 - 1)), Buffer.from('x'))]),
  () => pickle(op('}'), op('('), op('N'), op('u')),
  () => pickle(op('N'), op('N'), op('a')),
  () => pickle(op('a')),
  () => pickle(op('e')),
  () => pickle(op('('), op(0x85)),
  (random) => pickle(op('h', u8(random.whole(0, 255)))),
  (random) => pickle(op('j', u32(random.whole(0, 2 ** 32 - 1)))),
  () => PROTO,
  () => Buffer.concat([PROTO, op('N')]),
  (random) => Buffer.concat([pickle(op('N')), random.bytes(random.whole(1, 9))]),
];

/** The value of a key of a dict. */
const field = (value: PickleValue, key: string): PickleValue | undefined =>
  isKind(value, 'dict') ? value.entries.find(([name]) => nameOf(name) === key)?.[1] : undefined;
const nameOf = (value: PickleValue): string | null => shortText(value);

export const pickles: Format = {
  name: 'pickle',
  refusals: [
    'is no pickle of the kind that CIFAR-10 comes in',
    'resumes after its end at byte …',
    'has more than … instructions',
    'is a pickle of protocol …, while CIFAR-10 comes in protocol 2',
    'holds the pickle instruction … at byte …, which CIFAR-10 does not need (nothing in it was run)',
    'asks Python for …, which CIFAR-10 does not need (nothing in it was run)',
    'holds a name without an end at byte …',
    'makes a call before byte … that CIFAR-10 does not need (nothing in it was run)',
    'builds an object before byte … that CIFAR-10 does not hold (nothing in it was run)',
    'ends after … bytes, before what it holds does',
    'is broken at byte …',
    'holds no batch of CIFAR-10',
    'is CIFAR-100, and Resbench trains on CIFAR-10',
    'is no batch of CIFAR-10: it has no list of 10,000 labels from 0 to 9',
    'is no batch of CIFAR-10: it has no array of 10,000 x 3,072 bytes',
    'has … bytes of images, expected 30,720,000',
    'holds a byte string that is none',
  ],
  prepare() {
    /** As large as a real one, by writer: made once. */
    const whole = new Map<string, { file: Buffer; records: Buffer }>();
    const wholeOf = (writer: Writer) => {
      let made = whole.get(writer);
      if (!made) {
        const records = Buffer.alloc(CIFAR10_FILE_RECORDS * CIFAR10_RECORD_BYTES);
        for (let at = 0; at < records.length; at += CIFAR10_RECORD_BYTES) {
          records[at] = (at / CIFAR10_RECORD_BYTES) % 10;
          records[at + 1] = at % 251;
          records[at + 3000] = at % 127;
        }
        const rows = Buffer.alloc(CIFAR10_FILE_RECORDS * PIXELS);
        for (let row = 0; row < CIFAR10_FILE_RECORDS; row++)
          records.copy(rows, row * PIXELS, row * CIFAR10_RECORD_BYTES + 1, (row + 1) * CIFAR10_RECORD_BYTES);
        const labels = Array.from({ length: CIFAR10_FILE_RECORDS }, (_, row) => row % 10);
        const batch = { label: 'b', labels, shape: [CIFAR10_FILE_RECORDS, PIXELS], data: rows };
        whole.set(writer, (made = { file: writeBatch(batch, writer), records }));
      }
      return made;
    };
    /** Each takes a moment to write. */
    const partial = new Map<string, Buffer>();
    const read = (file: Buffer) => refusing(PickleRefusal, () => recordsFromPython(file));

    return async (random) => {
      const writer = random.pick(WRITERS);
      // A file of 31 million bytes takes its time.
      if (random.chance(0.002)) {
        const { file, records } = wholeOf(random.pick(['python2', 'python3']));
        mustBe(recordsFromPython(file).equals(records), 'its records are others');
        return [];
      }
      // Nor does one of as many labels come for nothing.
      if (random.chance(0.05)) {
        const at = random.whole(0, PARTIAL.length - 1);
        const [name, change] = PARTIAL[at]!;
        const by = WRITERS[at % WRITERS.length]!;
        const made = `${by} ${name}`;
        const file = partial.get(made) ?? writeBatch({ ...LABELLED, ...change }, by);
        partial.set(made, file);
        return mustRefuse(await read(file), 'it is no whole batch');
      }
      switch (random.whole(0, 5)) {
        case 0: {
          const batch = small(random);
          const value = readPickle(writeBatch(batch, writer));
          const [labels, data] = [field(value, 'labels'), field(value, 'data')];
          mustBe(isKind(labels, 'list') && same(labels.items, batch.labels), 'its labels are others');
          mustBe(
            isKind(data, 'array') && data.data !== null && bytesOf(data.data).equals(batch.data) &&
              same(data.shape, batch.shape) && data.fortran === batch.fortran && data.type === 'u1',
            'its array is another',
          ); // prettier-ignore
          return mustRead([]);
        }
        case 1:
          return mustRefuse(await read(random.pick(HARMFUL)(random)), 'it is no batch');
        case 2: {
          const batch = small(random);
          return mustRefuse(await read(writeBatch(batch, writer)), 'it has some images only');
        }
        case 3: {
          const wrong = random.pick<() => Buffer>([
            () =>
              pickle(random.pick([op('N'), op(']'), op('K', u8(3)), shortString('x'), op(')'), op(0x88)])),
            // Bytes as Latin-1 in UTF-8, and one that has no place there.
            () => {
              const whole = partial.get('python3 few bytes') ?? writeBatch(LABELLED, 'python3');
              partial.set('python3 few bytes', whole);
              const file = Buffer.from(whole);
              const at = file.indexOf(Buffer.from([0xc3, 0xbf]));
              file[at] = random.pick([0xc1, 0xc4, 0xe2, 0xf0, 0x80]);
              return file;
            },
            () => Buffer.concat([PROTO, Buffer.alloc(random.chance(0.3) ? 400_000 : 300, 0x4e), op('.')]),
            () => {
              const fine = pickle(op('}'), unicode(Buffer.from('fine_labels')), op(']'), op('s'));
              return fine;
            },
            // A list that holds itself.
            () => pickle(op(']'), op('q', u8(0)), op('h', u8(0)), op('a')),
          ])();
          return mustRefuse(await read(wrong), 'it is no batch');
        }
        default:
          return read(mutateBytes(random, writeBatch(small(random), writer)));
      }
    };
  },
};
