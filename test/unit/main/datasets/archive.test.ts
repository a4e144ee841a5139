import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLabels, readArchive, recordsFromPixels } from '../../../../src/main/datasets/archive';
import { CIFAR10_FILE_BYTES, decodeRecords } from '../../../../src/node/datasets/cifar10-files';
import { crc32 } from './crc32';
import { batchOf, global, op, PROTO, writeBatch } from './pickle-writer';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function archive(...entries: [string | { link: string }, Buffer | string][]): Promise<string> {
  const tar = pack();
  for (const [name, content] of entries) {
    if (typeof name === 'string') tar.entry({ name }, content);
    else tar.entry({ name: name.link, type: 'symlink', linkname: String(content) });
  }
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return write('cifar.tar.gz', gzipSync(Buffer.concat(chunks)));
}

/** A tar of whatever headers, which a library that writes tars would not make. */
function rawTar(...entries: { name: string; type?: string; size?: string; content?: Buffer }[]): Buffer {
  const blocks = entries.flatMap(({ name, type = '0', size, content = Buffer.alloc(0) }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100, 'utf8');
    header.write('0000644\0', 100);
    header.write(size ?? `${content.length.toString(8).padStart(11, '0')}\0`, 124, 12, 'latin1');
    header.write('        ', 148);
    header.write(type, 156);
    header.write('ustar\x0000', 257, 'latin1');
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

const FRESH = 'it was left as it is; use a complete, fresh copy, or type `npm start -- data get cifar10`.';
const WANTED =
  'name cifar-10-python.tar.gz, cifar-10-binary.tar.gz, or the folder that one of them unpacks to; ' +
  'or type `npm start -- data get cifar10` to download the set.';

function write(name: string, content: Buffer | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function read(
  path: string,
): Promise<{ taken: string[]; failure: { code: string; message: string } | null }> {
  const taken: string[] = [];
  try {
    await readArchive(path, new AbortController().signal, (file, bytes) => {
      taken.push(`${file.name} ${bytes.length}`);
      return Promise.resolve();
    });
    return { taken, failure: null };
  } catch (error) {
    return { taken, failure: (error as { failure: { code: string; message: string } }).failure };
  }
}

const BINS = [
  'data_batch_1',
  'data_batch_2',
  'data_batch_3',
  'data_batch_4',
  'data_batch_5',
  'test_batch',
].map((name) => `${name}.bin`);

describe('readArchive', () => {
  it('hands on the six files of an official archive, whatever their folder is called', async () => {
    const path = await archive(
      ['./any/readme.html', 'hello'],
      ...BINS.map((name): [string, string] => [`./any/${name}`, name]),
    );
    expect(await read(path)).toEqual({ taken: BINS.map((name) => `${name} ${name.length}`), failure: null });
  });

  it('names a file that is missing', async () => {
    const path = await archive(...BINS.slice(1).map((name): [string, string] => [name, name]));
    expect((await read(path)).failure).toEqual({
      code: 'data-corrupt',
      message: `${path} is incomplete: data_batch_1.bin is missing in it: ${FRESH}`,
    });
  });

  it('hands on the six files of the Python version in the official layout', async () => {
    const records = Buffer.alloc(CIFAR10_FILE_BYTES, 7);
    const batch = writeBatch(batchOf(records), 'python2');
    const path = await archive(
      ['cifar-10-batches-py/', ''],
      ['cifar-10-batches-py/batches.meta', 'pickle'],
      ...BINS.map((name): [string, Buffer] => [`cifar-10-batches-py/${name.slice(0, -4)}`, batch]),
    );
    expect(await read(path)).toEqual({
      taken: BINS.map((name) => `${name} ${CIFAR10_FILE_BYTES}`),
      failure: null,
    });
  });

  it('runs nothing that a batch of the Python version asks for, and names what that was', async () => {
    const batch = Buffer.concat([PROTO, global('os', 'system'), op('.')]);
    const path = await archive(['cifar-10-batches-py/data_batch_1', batch]);
    expect(await read(path)).toEqual({
      taken: [],
      failure: {
        code: 'data-corrupt',
        message: `data_batch_1 (in ${path}) asks Python for os.system, which CIFAR-10 does not need (nothing in it was run): ${FRESH}`,
      },
    });
  });

  it('names a batch that is missing in the Python version', async () => {
    const batch = writeBatch(batchOf(Buffer.alloc(CIFAR10_FILE_BYTES)), 'python2');
    const path = await archive(['cifar-10-batches-py/data_batch_1', batch]);
    expect((await read(path)).failure?.message).toBe(
      `${path} is incomplete: data_batch_2 is missing in it: ${FRESH}`,
    );
  });

  it.each<[string, string[], string]>([
    [
      'CIFAR-100',
      ['cifar-100-python/train', 'cifar-100-python/meta'],
      'holds CIFAR-100, and Resbench trains on CIFAR-10',
    ],
    [
      'CIFAR-100 in binary form',
      ['cifar-100-binary/train.bin', 'x/fine_label_names.txt'],
      'holds CIFAR-100, and',
    ],
    [
      'the MATLAB version',
      ['cifar-10-batches-mat/data_batch_1.mat'],
      'holds the MATLAB version of CIFAR-10, which',
    ],
    [
      'single images',
      ['cifar10/train/frog/1_frog.png'],
      'holds single images, while CIFAR-10 comes as six files',
    ],
    ['something else', ['letter.txt'], 'holds no CIFAR-10'],
    [
      'very much else',
      Array.from({ length: 1500 }, (_, i) => `letter-${i}.txt`),
      'holds more than 1000 files',
    ],
    ['nothing', [], 'holds no CIFAR-10'],
  ])('names %s and says what to type', async (_what, names, sentence) => {
    const path = await archive(...names.map((name): [string, string] => [name, 'x']));
    const { taken, failure } = await read(path);
    expect([taken, failure?.code]).toEqual([[], 'unsupported']);
    expect(failure?.message.startsWith(`${path} ${sentence}`)).toBe(true);
    expect(failure?.message.endsWith(`: ${WANTED}`)).toBe(true);
  });

  it.each<[string, string, Buffer | string]>([
    ['is a zip file', 'a.zip', 'PK\x03\x04 and so on'],
    ['is a web page, as a site sends', 'b.tar.gz', '\n<!DOCTYPE html><html>Sign in</html>'],
    ['is of the MATLAB version of CIFAR-10', 'data_batch_1.mat', 'MATLAB 5.0 MAT-file, Platform: GLNXA64'],
    ['is an HDF5 file', 'c.h5', Buffer.from('\x89HDF\r\n\x1a\n', 'latin1')],
    ['is a Parquet file', 'd.parquet', 'PAR1'],
    ['is packed with bzip2 (unpack it first)', 'e.tar.bz2', 'BZh91AY'],
    ['is packed with xz (unpack it first)', 'f.tar.xz', Buffer.from('\xfd7zXZ\x00', 'latin1')],
    ['is empty', 'g.tar.gz', ''],
    ['is no archive', 'notes.txt', 'these are notes, '.repeat(100)],
    ['is packed, but no archive', 'notes.gz', gzipSync('these are notes, '.repeat(100))],
    ['is a single pickle', 'train', Buffer.from([0x80, 2, 0x7d, 0x2e])],
    ['is a pointer of Git LFS', 'h.tar.gz', 'version https://git-lfs.github.com/spec/v1\n'],
  ])('a file that %s is named', async (sentence, name, content) => {
    const path = write(name, content);
    const { failure } = await read(path);
    expect(failure?.message.startsWith(`${path} ${sentence}`)).toBe(true);
    expect(failure).toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining(WANTED) as string,
    });
  });

  it.runIf(process.platform !== 'win32')('reads no pipe and no device', async () => {
    const pipe = join(folder, 'cifar-10-python.tar.gz');
    execFileSync('mkfifo', [pipe]);
    expect((await read(pipe)).failure?.message).toContain(`${pipe} is a pipe; name cifar-10-python.tar.gz`);
    expect((await read('/dev/zero')).failure?.message).toContain('/dev/zero is a device; name');
  });

  it('names an archive that was cut short, packed or not', async () => {
    const tar = rawTar({ name: 'data_batch_1.bin', content: randomBytes(100_000) });
    const whole = gzipSync(tar);
    for (const cut of [
      whole.subarray(0, whole.length - 20),
      whole.subarray(0, 50_000),
      tar.subarray(0, 5000),
    ]) {
      const path = write('short.tar.gz', cut);
      expect((await read(path)).failure).toEqual({
        code: 'data-corrupt',
        message: `${path} ends early, as a download does that broke off: ${FRESH}`,
      });
    }
  });

  it('refuses a file in it that is far too long, before reading it', async () => {
    const path = await archive(['data_batch_1.bin', Buffer.alloc(CIFAR10_FILE_BYTES + 2 * 1024 * 1024)]);
    expect(await read(path)).toMatchObject({
      taken: [],
      failure: { code: 'data-corrupt', message: expect.stringContaining('data_batch_1.bin') as string },
    });
  });

  it('refuses a name that comes twice', async () => {
    const path = await archive(['a/data_batch_1.bin', '1'], ['b/data_batch_1.bin', '2']);
    expect((await read(path)).failure?.message).toBe(`${path} holds data_batch_1.bin twice: ${FRESH}`);
  });

  it('takes no links and writes nothing, whatever the names in it', async () => {
    const path = await archive(
      ['../../outside.txt', 'x'],
      ['/absolute.txt', 'x'],
      [{ link: 'data_batch_1.bin' }, '/etc/passwd'],
    );
    expect((await read(path)).failure).toEqual({
      code: 'data-corrupt',
      message: `${path} is not CIFAR-10: data_batch_1.bin in it is no plain file: ${FRESH}`,
    });
    expect(readdirSync(folder)).toEqual(['cifar.tar.gz']);
  });

  it('stops when cancelled', async () => {
    const path = await archive(...BINS.map((name): [string, string] => [name, name]));
    const abort = new AbortController();
    const reading = readArchive(path, abort.signal, () => {
      abort.abort();
      return Promise.resolve();
    });
    await expect(reading).rejects.toMatchObject({ failure: { code: 'cancelled' } });
  });

  it('refuses the npm package without its labels, or with images of another size', async () => {
    const png = PNG.sync.write(new PNG({ width: 8, height: 8 }));
    const noLabels = await archive(['package/data_batch_1.png', png]);
    expect((await read(noLabels)).failure?.message).toBe(
      `${noLabels} is incomplete: train_lables.json is missing in it: ${FRESH}`,
    );
    const path = await archive(
      ['package/data_batch_1.png', png],
      ['package/train_lables.json', JSON.stringify(new Array(50000).fill(1))],
      ['package/test_lables.json', JSON.stringify(new Array(10000).fill(1))],
    );
    expect((await read(path)).failure?.message).toBe(
      `${path} is broken: data_batch_1.png in it has not 10,000 rows of 1,024 pixels: ${FRESH}`,
    );
  });
});

describe('an archive that is made to harm', () => {
  const LABELS: [string, string][] = [
    ['package/train_lables.json', JSON.stringify(new Array(50000).fill(1))],
    ['package/test_lables.json', JSON.stringify(new Array(10000).fill(1))],
  ];

  /** The head of the set's images but for the interlace, and pixels for as many bytes as are asked for. */
  function image(interlace: number, bytes: number): Buffer {
    const head = Buffer.from([0, 0, 4, 0, 0, 0, 0x27, 0x10, 8, 2, 0, 0, interlace]);
    const chunk = (type: string, content: Buffer): Buffer => {
      const around = Buffer.alloc(8);
      around.writeUInt32BE(content.length, 0);
      around.writeUInt32BE(crc32(Buffer.concat([Buffer.from(type), content])), 4);
      return Buffer.concat([around.subarray(0, 4), Buffer.from(type), content, around.subarray(4)]);
    };
    return Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      chunk('IHDR', head),
      chunk('IDAT', deflateSync(Buffer.alloc(bytes), { level: 1 })),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }

  it('by an interlaced image is refused before that is unpacked', async () => {
    const path = await archive(['package/data_batch_1.png', image(1, 50_000_000)], ...LABELS);
    expect((await read(path)).failure?.message).toBe(
      `${path} is broken: data_batch_1.png in it is not RGB with 8 bits per channel, not interlaced: ${FRESH}`,
    );
  });

  it('by an image that unpacks to more than its size is unpacked no further', async () => {
    const path = await archive(['package/data_batch_1.png', image(0, 200_000_000)], ...LABELS);
    expect((await read(path)).failure?.message).toMatch(
      /data_batch_1\.png in it unpacks to more than its size/,
    );
  });

  it('by endless zeros is refused', async () => {
    // Members of gzip follow each other: 20 times 32 MB of zeros, which are empty blocks of a tar.
    const zeros = gzipSync(Buffer.alloc(32 * 1024 * 1024), { level: 1 });
    const path = write('zeros.tar.gz', Buffer.concat(Array.from({ length: 20 }, () => zeros)));
    expect((await read(path)).failure?.message).toBe(
      `${path} unpacks to far more than CIFAR-10 and is refused: ${FRESH}`,
    );
  });

  it('by a file that is far longer than the set is refused', async () => {
    const zeros = gzipSync(Buffer.alloc(32 * 1024 * 1024), { level: 1 });
    const header = gzipSync(rawTar({ name: 'letter.txt', size: '77777777777\0' }).subarray(0, 512));
    const path = write('letter.tar.gz', Buffer.concat([header, ...Array.from({ length: 20 }, () => zeros)]));
    expect((await read(path)).failure?.message).toBe(
      `${path} unpacks to far more than CIFAR-10 and is refused: ${FRESH}`,
    );
  });

  it('by more headers than files is refused before they are read', async () => {
    const records = '8 a=bcd\n'.repeat(400_000);
    const header = { name: 'x', type: 'x', content: Buffer.from(records) };
    const path = write('pax.tar', rawTar(header, header, header, { name: 'data_batch_1.bin' }));
    expect((await read(path)).failure?.message).toBe(
      `${path} unpacks to far more than CIFAR-10 and is refused: ${FRESH}`,
    );
  });

  it.each<[string, string]>([
    ['in octal', '77777777777\0'],
    ['in base 256', '\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff'],
    ['as no number', 'zzzzzzzzzzz\0'],
    ['below zero', '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe'],
  ])('by the size of an entry %s is refused', async (_what, size) => {
    for (const name of ['data_batch_1.bin', 'data_batch_1', 'train_lables.json', 'letter.txt']) {
      const path = write('size.tar', rawTar({ name, size }));
      expect((await read(path)).failure?.code).toBe('data-corrupt');
    }
  });

  it('by long names and pax headers is refused', async () => {
    const pax = (text: string): Buffer => Buffer.from(`${text.length + 4} ${text}\n`);
    const long = Buffer.alloc(5 * 1024 * 1024, 'x');
    for (const [type, content] of [
      ['L', long],
      ['K', long],
      ['x', long],
      ['g', long],
      ['x', pax('size=9999999999999999')],
      ['x', pax('size=-1')],
      ['x', Buffer.from('-9999 path=x\n')],
    ] as const) {
      const path = write('long.tar', rawTar({ name: 'long', type, content }, { name: 'data_batch_1.bin' }));
      expect((await read(path)).failure?.code).toBe('data-corrupt');
    }
  });

  it('by links, devices and sparse files in place of its files is refused', async () => {
    for (const type of ['1', '2', '3', '4', '6', 'S']) {
      for (const name of ['x/data_batch_1.bin', 'x/data_batch_1', 'x/test_lables.json']) {
        const path = write('link.tar', rawTar({ name, type }));
        expect((await read(path)).failure?.message).toContain('in it is no plain file');
      }
    }
  });

  it('by labels that are too long or too deep is refused', async () => {
    const deep = '['.repeat(100_000);
    for (const content of [deep, `[${'1,'.repeat(200_000)}1]`, '{"a":1}', '"x"']) {
      const path = await archive(['package/data_batch_1.png', 'x'], ['package/train_lables.json', content]);
      expect((await read(path)).failure?.message).toMatch(
        /train_lables\.json in it is (not a list|400,003 bytes long)/,
      );
    }
  });
});

describe('layouts', () => {
  it('pixels → official records → pixels', () => {
    const rgb = Uint8Array.from({ length: 2 * 1024 * 3 }, (_, i) => (i * 7 + (i >> 8)) & 255);
    const records = recordsFromPixels(rgb, Uint8Array.of(3, 9));
    expect(records).toHaveLength(2 * 3073);
    // Label, then the planes: first pixel's red, green, blue.
    expect([records[0], records[1], records[1025], records[2049]]).toEqual([3, rgb[0], rgb[1], rgb[2]]);

    const images = new Uint8Array(3 * 3072);
    const labels = new Uint8Array(3);
    decodeRecords(records, 2, images, labels, 1);
    expect([...labels]).toEqual([0, 3, 9]);
    expect(Buffer.compare(images.subarray(3072), rgb)).toBe(0);
    expect(images.subarray(0, 3072).every((value) => value === 0)).toBe(true);
  });

  it('labels: digits from 0 to 9 only', () => {
    expect([...parseLabels('a.tgz', 'l.json', Buffer.from('[0,9,3]'))]).toEqual([0, 9, 3]);
    for (const wrong of ['[10]', '[1.5]', '["1"]', '{}', 'no json', '[null]']) {
      expect(() => parseLabels('a.tgz', 'l.json', Buffer.from(wrong))).toThrow(
        'l.json in it is not a list of labels',
      );
    }
  });
});
