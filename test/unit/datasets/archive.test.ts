import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseLabels, readArchive, recordsFromPixels } from '../../../src/main/datasets/archive';
import { CIFAR10_FILE_BYTES, decodeRecords } from '../../../src/node/cifar10-files';

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
      message: `${path} is incomplete: data_batch_1.bin is missing in it.`,
    });
  });

  it('says that it needs the binary version when given the Python version', async () => {
    const path = await archive(['cifar-10-batches-py/data_batch_1', 'pickle']);
    expect((await read(path)).failure).toEqual({
      code: 'unsupported',
      message: `${path} holds the Python version of CIFAR-10: Resbench needs the binary version (cifar-10-binary.tar.gz).`,
    });
  });

  it('says what it expects when given another archive', async () => {
    const path = await archive(['photo.jpg', 'jpeg']);
    expect((await read(path)).failure).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining('holds no CIFAR-10: expected cifar-10-binary.tar.gz') as string,
    });
  });

  it('refuses a file that is no archive', async () => {
    const path = write('notes.txt', 'these are notes, '.repeat(100));
    expect((await read(path)).failure).toMatchObject({
      code: 'data-corrupt',
      message: expect.stringContaining(`${path} is broken or no CIFAR-10 archive`) as string,
    });
  });

  it('refuses an archive that ends early', async () => {
    const whole = gzipSync(Buffer.alloc(100000, 'x'));
    const path = write('short.tar.gz', whole.subarray(0, whole.length - 20));
    expect((await read(path)).failure).toMatchObject({ code: 'data-corrupt' });
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
    expect((await read(path)).failure?.message).toBe(`${path} holds data_batch_1.bin twice.`);
  });

  it('takes no links and writes nothing, whatever the names in it', async () => {
    const path = await archive(
      ['../../outside.txt', 'x'],
      ['/absolute.txt', 'x'],
      [{ link: 'data_batch_1.bin' }, '/etc/passwd'],
    );
    expect(await read(path)).toMatchObject({ taken: [], failure: { code: 'data-corrupt' } });
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

  it('refuses the npm package without its labels, or with pictures of another size', async () => {
    const png = PNG.sync.write(new PNG({ width: 8, height: 8 }));
    const noLabels = await archive(['package/data_batch_1.png', png]);
    expect((await read(noLabels)).failure?.message).toBe(
      `${noLabels} is incomplete: train_lables.json is missing in it.`,
    );
    const path = await archive(
      ['package/data_batch_1.png', png],
      ['package/train_lables.json', JSON.stringify(new Array(50000).fill(1))],
      ['package/test_lables.json', JSON.stringify(new Array(10000).fill(1))],
    );
    expect((await read(path)).failure?.message).toBe(
      `${path} is broken: data_batch_1.png in it cannot be decoded (not 10,000 rows of 1,024 pixels).`,
    );
  });
});

describe('layouts', () => {
  it('pixels → official records → pixels', () => {
    const rgba = Uint8Array.from({ length: 2 * 1024 * 4 }, (_, i) => (i * 7 + (i >> 8)) & 255);
    const records = recordsFromPixels(rgba, Uint8Array.of(3, 9));
    expect(records).toHaveLength(2 * 3073);
    // Label, then the planes: first pixel's red, green, blue.
    expect([records[0], records[1], records[1025], records[2049]]).toEqual([3, rgba[0], rgba[1], rgba[2]]);

    const pictures = new Uint8Array(3 * 3072);
    const labels = new Uint8Array(3);
    decodeRecords(records, 2, pictures, labels, 1);
    expect([...labels]).toEqual([0, 3, 9]);
    const rgb = rgba.filter((_, i) => i % 4 !== 3);
    expect(Buffer.compare(pictures.subarray(3072), rgb)).toBe(0);
    expect(pictures.subarray(0, 3072).every((value) => value === 0)).toBe(true);
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
