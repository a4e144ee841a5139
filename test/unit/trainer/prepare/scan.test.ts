import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FailureCode } from '../../../../src/shared/result';
import { classNamesOf, visible } from '../../../../src/trainer/prepare/names';
import { Pulse } from '../../../../src/trainer/prepare/pulse';
import { recognise, scanFolder } from '../../../../src/trainer/prepare/scan';
import { folderWith, imagesAt, plainImage, referenceImage } from './fixtures';

const image = plainImage(9);

/** Paths of the images by part and class, and what is left out. */
async function found(folder: string) {
  const pulse = new Pulse(() => {});
  const scan = await scanFolder(folder, pulse);
  const classes = await recognise(scan, pulse);
  const paths = (part: 'train' | 'eval') =>
    Object.fromEntries(classes.map(({ name, images }) => [name, images[part].map(({ path }) => path)]));
  return {
    split: scan.split,
    train: paths('train'),
    eval: paths('eval'),
    leftOut: Object.fromEntries(scan.leftOut.files.map(({ path, why }) => [path, why])),
    names: Object.keys(paths('train')),
    stamp: scan.stamp,
  };
}

describe('a folder for each class', () => {
  test('classes by name, files at any depth by path, in code units', async () => {
    const folder = folderWith({
      'b/z.bmp': image,
      'b/a/2.bmp': image,
      'b/a-1.bmp': image,
      'b/a/10.bmp': image,
      'Z/1.png': referenceImage('tiny.png'),
      'ä/1.jpg': referenceImage('grey.jpg'),
      'a/without an ending': referenceImage('grey.gif'),
      'a/wrong ending.txt': referenceImage('lossy.webp'),
    });
    expect(await found(folder)).toMatchObject({
      split: 'seed',
      names: ['Z', 'a', 'b', 'ä'],
      train: {
        Z: ['Z/1.png'],
        a: ['a/without an ending', 'a/wrong ending.txt'],
        b: ['b/a-1.bmp', 'b/a/10.bmp', 'b/a/2.bmp', 'b/z.bmp'],
        ä: ['ä/1.jpg'],
      },
      eval: { Z: [], a: [], b: [], ä: [] },
      leftOut: {},
    });
  });

  test('hidden names and those of macOS are passed over, other files too, broken images named', async () => {
    const folder = folderWith({
      ...imagesAt('a/', 1),
      ...imagesAt('b/', 1),
      '.git/x.bmp': image,
      '__MACOSX/a/x.bmp': image,
      'a/.hidden.bmp': image,
      'a/.folder/x.bmp': image,
      'a/Thumbs.db': 'things',
      'a/__MACOSX/x.bmp': image,
      'a/empty.JPG': '',
      'a/labels.csv': '',
      'a/text.png': 'no image at all, but text',
      'readme.txt': 'hello',
      'stray.png': image,
      empty: null,
      'texts/readme.txt': 'hello',
    });
    expect(await found(folder)).toMatchObject({
      names: ['a', 'b'],
      train: { a: ['a/0.bmp'], b: ['b/0.bmp'] },
      leftOut: {
        'a/empty.JPG': 'is empty',
        'a/text.png': 'is no PNG, JPEG, GIF, BMP or WebP image',
        'stray.png': 'lies beside the folders of the classes, so it has no class',
        empty: 'has no images',
        texts: 'has no images',
      },
    });
  });

  test.skipIf(process.platform === 'win32')('no link is followed, and no pipe opened', async () => {
    const folder = folderWith({ ...imagesAt('a/', 1), ...imagesAt('b/', 1), '../secret/x.bmp': image });
    const secret = join(folder, '..', 'secret');
    symlinkSync(secret, join(folder, 'class'));
    symlinkSync(secret, join(folder, 'a', 'folder'));
    symlinkSync(join(secret, 'x.bmp'), join(folder, 'a', 'x.bmp'));
    symlinkSync(join(folder, 'a'), join(folder, 'a', 'circle'));
    symlinkSync('/nowhere', join(folder, 'a', 'nowhere'));
    // A second name of a file is a file.
    linkSync(join(secret, 'x.bmp'), join(folder, 'b', 'x.bmp'));
    execFileSync('mkfifo', [join(folder, 'b', 'pipe.png')]);
    const link = 'is a link, and links are not followed';
    expect(await found(folder)).toMatchObject({
      train: { a: ['a/0.bmp'], b: ['b/0.bmp', 'b/x.bmp'] },
      leftOut: {
        class: link,
        'a/folder': link,
        'a/x.bmp': link,
        'a/circle': link,
        'a/nowhere': link,
        'b/pipe.png': 'is a pipe',
      },
    });
    // The folder itself may be one.
    const other = join(folder, '..', 'other');
    symlinkSync(folder, other);
    expect((await found(other)).names).toEqual(['a', 'b']);
  });

  test.skipIf(process.platform !== 'linux')('a name that is no Unicode is left out', async () => {
    const folder = folderWith({ ...imagesAt('a/', 1), ...imagesAt('b/', 1) });
    writeFileSync(
      Buffer.concat([Buffer.from(join(folder, 'a', 'x')), Buffer.of(0xff), Buffer.from('.png')]),
      image,
    );
    expect((await found(folder)).leftOut).toEqual({
      'a/x\ufffd.png': 'has a name that is no Unicode; rename it',
    });
  });

  test('sixteen folders deep', async () => {
    const deep = Array.from({ length: 15 }, () => 'f').join('/');
    const folder = folderWith({ [`a/${deep}/x.bmp`]: image, [`b/${deep}/f/x.bmp`]: image, 'b/x.bmp': image });
    expect(await found(folder)).toMatchObject({
      train: { a: [`a/${deep}/x.bmp`], b: ['b/x.bmp'] },
      leftOut: { [`b/${deep}/f`]: 'lies more than 16 folders deep' },
    });
  });

  test('a file that is too long', async () => {
    const folder = folderWith({ ...imagesAt('a/', 2), ...imagesAt('b/', 1) });
    truncateSync(join(folder, 'a', '1.bmp'), 300e6);
    expect((await found(folder)).leftOut['a/1.bmp']).toContain('has 300,000,000 bytes, more than the 200 MB');
  });
});

describe('folders for training and test', () => {
  test.each(['test', 'Test', 'val', 'valid', 'VALIDATION'])('train beside %s', async (other) => {
    const folder = folderWith({
      ...imagesAt('Train/b/', 2),
      ...imagesAt('Train/a/', 1),
      ...imagesAt(`${other}/a/`, 1),
      ...imagesAt(`${other}/b/`, 1),
      ...imagesAt(`${other}/c/`, 1),
      'Train/empty': null,
      'Train/x.png': image,
      'more/x.png': image,
      'x.png': image,
      'readme.md': 'hello',
    });
    expect(await found(folder)).toMatchObject({
      split: 'folders',
      names: ['a', 'b'],
      train: { a: ['Train/a/0.bmp'], b: ['Train/b/0.bmp', 'Train/b/1.bmp'] },
      eval: { a: [`${other}/a/0.bmp`], b: [`${other}/b/0.bmp`] },
      leftOut: {
        'Train/empty': 'has no images',
        'Train/x.png': 'lies beside the folders of the classes, so it has no class',
        'x.png': `lies beside “Train” and “${other}”, so it is in none of them`,
        more: `lies beside “Train” and “${other}”, so it is in none of them`,
        [`${other}/c/0.bmp`]: 'is of the class “c”, which has no training images',
      },
    });
  });

  test('images for validation are for training where there are others for the test', async () => {
    const folder = folderWith({
      ...imagesAt('train/a/', 1),
      ...imagesAt('train/b/', 1),
      ...imagesAt('test/a/', 1),
      'test/b': null,
      'train/late': null,
      ...imagesAt('val/a/', 2),
      ...imagesAt('val/late/', 1),
      ...imagesAt('val/other/', 1),
    });
    expect(await found(folder)).toMatchObject({
      train: {
        a: ['train/a/0.bmp', 'val/a/0.bmp', 'val/a/1.bmp'],
        b: ['train/b/0.bmp'],
        late: ['val/late/0.bmp'],
      },
      eval: { a: ['test/a/0.bmp'], b: [], late: [] },
      leftOut: {
        'test/b': 'has no images',
        'train/late': 'has no images',
        'val/other/0.bmp': 'is of the class “other”, which has no training images',
      },
    });
  });
});

describe('refused', () => {
  const many = Object.fromEntries(Array.from({ length: 257 }, (_, index) => [`class${index}/x.bmp`, image]));

  test.each<[string, Record<string, Buffer | string | null>, string]>([
    ['nothing', {}, 'has no folders in it'],
    ['only texts', { 'a.txt': 'a' }, 'has no folders in it'],
    ['images without folders', { 'a.png': image }, 'has images directly in it but no folders for classes'],
    ['no images', { 'a/a.txt': 'a', b: null }, 'has no PNG, JPEG, GIF, BMP or WebP images in its folders'],
    ['one class', { 'a/x.bmp': image, 'b/x.bmp': '' }, 'has images of one class only, “a”'],
    ['too many classes', many, 'has 257 classes, and a data set has at most 256'],
    ['train alone', { 'train/a/x.bmp': image }, 'has a folder “train” but none called test'],
    [
      'validation twice',
      { 'train/a/x.bmp': image, 'val/a/x.bmp': image, 'valid/a/x.bmp': image },
      'has both “val” and “valid”, which mean the same',
    ],
    [
      'no classes to train',
      { 'train/x.bmp': image, 'test/a/x.bmp': image },
      'train has images directly in it',
    ],
    ['no classes to test', { 'train/a/x.bmp': image, test: null }, 'test has no folders in it'],
    ['nothing to train', { 'train/a/x.txt': 'a', 'test/a/x.bmp': image }, 'train has no PNG'],
    [
      'nothing to test',
      { ...imagesAt('train/a/', 1), ...imagesAt('train/b/', 1), 'test/c/x.bmp': image },
      'test has no images of the classes of',
    ],
  ])('%s', async (_, files, sentence) => {
    const folder = folderWith(files);
    await expect(found(folder)).rejects.toMatchObject({
      failure: { code: 'invalid-input' satisfies FailureCode, message: expect.stringContaining(sentence) },
    });
    await expect(found(folder)).rejects.toThrow(folder);
  });

  test('what is not there, and what is no folder', async () => {
    const folder = folderWith({ 'file.png': image });
    await expect(found(join(folder, 'none'))).rejects.toMatchObject({
      failure: { code: 'not-found', message: expect.stringContaining('There is no folder') },
    });
    await expect(found(join(folder, 'file.png'))).rejects.toMatchObject({
      failure: { code: 'invalid-input', message: expect.stringContaining('is a file: name a folder') },
    });
  });
});

describe('the stamp', () => {
  test('changes with every file of the classes, and with nothing else', async () => {
    const folder = folderWith({ ...imagesAt('a/', 2), ...imagesAt('b/', 1) });
    const time = new Date(1e12);
    const touch = (path: string, when = time) => utimesSync(join(folder, path), when, when);
    for (const path of ['a/0.bmp', 'a/1.bmp', 'b/0.bmp']) touch(path);
    const stamp = async () => (await found(folder)).stamp;
    const first = await stamp();
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    writeFileSync(join(folder, 'readme.txt'), 'beside');
    mkdirSync(join(folder, 'c'));
    expect(await stamp()).toBe(first);

    touch('a/0.bmp', new Date(1e12 + 1));
    const touched = await stamp();
    touch('a/0.bmp');
    expect(await stamp()).toBe(first);
    writeFileSync(join(folder, 'a', '0.bmp'), plainImage(1, 5));
    touch('a/0.bmp');
    const longer = await stamp();
    writeFileSync(join(folder, 'a', '0.bmp'), plainImage(1, 4));
    touch('a/0.bmp');
    renameSync(join(folder, 'a', '1.bmp'), join(folder, 'b', '1.bmp'));
    expect(new Set([first, touched, longer, await stamp()]).size).toBe(4);
  });
});

describe('names of classes', () => {
  test('show what cannot be seen', () => {
    expect(visible('a\n\x7f\x9b\u202e\ud800 ñ 犬 🐈')).toBe('a␊␡��� ñ 犬 🐈');
  });

  test('are at most 255 characters, without halves of pairs, and different', () => {
    const long = `${'x'.repeat(253)}🐈`;
    const names = classNamesOf([long, `${long}b`, `${long}c`, 'a\u0001', 'a\u2401', 'a']);
    expect(names).toEqual([long, `${'x'.repeat(253)}�…`, `${'x'.repeat(250)}… (2)`, 'a␁', 'a␁ (2)', 'a']);
    expect(names.every((name) => name.length <= 255)).toBe(true);
  });
});
