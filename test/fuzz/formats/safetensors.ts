/** Weights of checkpoints, read as the program reads them: the description beside them is always right for them. */
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { readCheckpoint, verifyCheckpoint } from '../../../src/node/checkpoints/read';
import { loadNewest } from '../../unit/node/checkpoints/newest';
import { writeCheckpoint } from '../../../src/node/checkpoints/write';
import { encode, MAX_HEADER_BYTES } from '../../../src/node/checkpoints/safetensors';
import type { Tensor } from '../../../src/shared/checkpoint-content';
import { content, shapesOf } from '../../unit/node/checkpoints/content';
import { mustBe, mustRead, mustRefuse, same, type Format } from '../fuzz';
import { mutateBytes, mutateJson, type Random } from '../random';
import { damaged, must, NAME, sentencesOf, signedDescription } from './checkpoint-files';

type Entry = [name: string, value: unknown];

/** What a file is made of. The length before the header is put right unless it is given. */
interface Model {
  entries: Entry[];
  data: Buffer;
  /** Behind the header, as the reference implementation pads it. */
  padding: number;
  length?: bigint;
  /** What becomes of the header's text. */
  spoil?: (text: Buffer) => Buffer;
}

function textOf({ entries, padding, spoil }: Model): Buffer {
  // By hand, for a name may come twice.
  const pairs = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const text = Buffer.from(`{${pairs.join(',')}}${' '.repeat(padding)}`);
  return spoil ? spoil(text) : text;
}

function fileOf(model: Model): Buffer {
  const text = textOf(model);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt.asUintN(64, model.length ?? BigInt(text.length)));
  return Buffer.concat([length, text, model.data]);
}

interface Place {
  dtype: unknown;
  shape: unknown;
  data_offsets: unknown;
}

/** Some small tensors, one after the other. */
function genuine(random: Random): { model: Model; tensors: Tensor[] } {
  const tensors: Tensor[] = Array.from({ length: random.whole(1, 6) }, (_, index) => {
    const shape = Array.from({ length: random.whole(0, 4) }, () => random.whole(index === 0 ? 1 : 0, 4));
    const count = shape.reduce((product, side) => product * side, 1);
    // Whatever bits: NaNs and infinities come back as they were.
    const bytes = random.bytes(4 * count);
    const values = new Float32Array(count);
    Buffer.from(values.buffer).set(bytes);
    return { name: random.chance(0.1) ? `__proto__${index}` : `stage${index}/kernel ☃`, shape, values };
  });
  const metadata = { format: 'resbench-checkpoint', note: random.oddText().slice(0, 40) };
  // What it yields is overwritten by the next.
  const file = Buffer.concat(Array.from(encode(tensors, metadata, 512), (chunk) => Buffer.from(chunk)));
  const length = Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, 8 + length)) as Record<string, unknown>;
  return {
    model: { entries: Object.entries(header), data: file.subarray(8 + length), padding: random.whole(0, 20) },
    tensors,
  };
}

const places = ({ entries }: Model): [string, Place][] =>
  entries.filter(([name]) => name !== '__metadata__') as [string, Place][];

/** What must be read as ever. */
const HARMLESS: ((random: Random, model: Model) => void)[] = [
  () => undefined,
  // In the order of the file whatever their order in the header.
  (random, model) => void model.entries.sort(() => random.next() - 0.5),
  (_random, model) => void (model.entries = model.entries.filter(([name]) => name !== '__metadata__')),
  (_random, model) => {
    for (const [, place] of places(model)) Object.assign(place, { more: 'of another version' });
  },
];

type Change = (random: Random, model: Model) => void;
const onOne =
  (change: (random: Random, place: Place, model: Model) => void): Change =>
  (random, model) =>
    change(random, random.pick(places(model))[1], model);
const bigger = (random: Random): number => random.whole(1, 1000);

/** What must be refused. */
const HARMFUL: Change[] = [
  (random, model) => void (model.length = BigInt(random.whole(-1000, -1))),
  (random, model) => void (model.length = BigInt(textOf(model).length + model.data.length + bigger(random))),
  (_random, model) => void (model.spoil = () => Buffer.alloc(0)),
  (random, model) => void (model.spoil = () => Buffer.from(random.pick(['3', '[]', 'null', '"text"']))),
  (random, model) => void (model.spoil = (text) => text.subarray(0, random.whole(1, text.length - 30))),
  (random, model) => {
    const deep = random.whole(9, 2000);
    model.entries.push(['deep', JSON.parse(`${'['.repeat(deep)}${']'.repeat(deep)}`)]);
  },
  (random, model) => void model.entries.push(random.pick(model.entries)),
  (_random, model) => {
    model.entries = [
      ['__metadata__', { format: 3 }],
      ...model.entries.filter(([name]) => name !== '__metadata__'),
    ];
  },
  onOne((random, place) => void (place.dtype = random.pick(['F64', 'BF16', 'f32', '', 3, null, ['F32']]))),
  onOne(
    (random, place) => void (place.shape = random.pick([[-1], [0.5], ['2'], 'text', null, 3, [1e300], {}])),
  ),
  onOne(
    (random, place) =>
      void (place.data_offsets = random.pick([[0], [0, 4, 8], [-8, 0], ['0', '8'], null, 'x'])),
  ),
  onOne(
    (random, place) =>
      void (place.shape = [bigger(random) + 1e4, ...(place.shape as number[]).map(() => 2 ** 26)]),
  ),
  onOne((random, place) => {
    const by = bigger(random);
    place.data_offsets = (place.data_offsets as number[]).map((offset) => offset + by);
  }),
  (random, model) => void (model.data = Buffer.concat([model.data, random.bytes(random.whole(1, 9))])),
  (random, model) => void (model.data = model.data.subarray(0, model.data.length - random.whole(1, 4))),
];

export const safetensors: Format = {
  name: 'safetensors',
  refusals: [
    'it has … bytes, and the length of its header takes …',
    'its header claims … bytes of the … there are',
    'its header has … bytes, and at most … are read',
    'its header is not JSON',
    'its header is JSON nested deeper than … levels',
    'its header is JSON in which a name comes twice',
    'its header is not a JSON object',
    'the metadata in its header are not strings',
    'its header puts … at byte … of the data, where … is next',
    'its header describes … bytes of data, and there are …',
    '… is not of type F32 (float32)',
    'its header does not say where … lies',
    '… of shape … has … bytes, not …',
  ].map(damaged),

  async prepare(folder) {
    const older = content(2);
    must(await writeCheckpoint(folder, older));
    const path = join(folder, `${NAME}.json`);
    const weights = join(folder, `${NAME}.safetensors`);

    /** By each of those who read one. */
    const read = async (bytes: number, sha256: string) => {
      writeFileSync(path, signedDescription({ bytes, sha256 }));
      const answer = await readCheckpoint(path);
      const verified = await verifyCheckpoint(path);
      mustBe(answer.ok === verified.ok, 'reading it and verifying it come to different ends');
      return answer;
    };
    const readFile = async (file: Buffer) => {
      writeFileSync(weights, file);
      return read(file.length, createHash('sha256').update(file).digest('hex'));
    };

    return async (random) => {
      const { model, tensors } = genuine(random);
      const kind = random.whole(0, 9);
      if (kind <= 2) {
        random.pick(HARMLESS)(random, model);
        const answer = await readFile(fileOf(model));
        mustRead(sentencesOf(answer));
        const got = must(answer).tensors;
        const order = [...got].sort((a, b) => (a.name < b.name ? -1 : 1));
        const wanted = [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1));
        mustBe(
          order.length === wanted.length &&
            order.every(({ name, shape, values }, at) => {
              const other = wanted[at]!;
              const bits = (from: Float32Array): Buffer =>
                Buffer.from(from.buffer, from.byteOffset, from.byteLength);
              return (
                name === other.name && same(shape, other.shape) && bits(values).equals(bits(other.values))
              );
            }),
          'its tensors come back as others',
        );
        return [];
      }
      if (kind === 3 && random.chance(0.2)) {
        const file = openSync(weights, 'w');
        const length = Buffer.alloc(8);
        const bytes = MAX_HEADER_BYTES + random.whole(1, 8);
        length.writeBigUInt64LE(BigInt(bytes));
        writeSync(file, length);
        // Without a byte on the disk.
        ftruncateSync(file, 8 + bytes);
        closeSync(file);
        return mustRefuse(sentencesOf(await read(8 + bytes, 'a'.repeat(64))), 'its header is too long');
      }
      if (kind === 4 && random.chance(0.3))
        return mustRefuse(sentencesOf(await readFile(random.bytes(random.whole(0, 7)))), 'it has no header');
      if (kind <= 7) {
        random.pick(HARMFUL)(random, model);
        const sentences = mustRefuse(sentencesOf(await readFile(fileOf(model))), 'its header is wrong');
        if (random.chance(0.2)) {
          const newest = must(await loadNewest(folder, { tensors: shapesOf(older) }));
          mustBe(newest.checkpoint?.step === 2, 'the older checkpoint is not taken in its place');
        }
        return sentences;
      }
      if (kind === 8) {
        const header = Object.fromEntries(model.entries);
        model.entries = Object.entries(mutateJson(random, header));
        return sentencesOf(await readFile(fileOf(model)));
      }
      return sentencesOf(await readFile(mutateBytes(random, fileOf(model))));
    };
  },
};
