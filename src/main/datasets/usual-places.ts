/** Copies of CIFAR-10 that other programs have left in their usual places on this machine. */
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { CIFAR10_FILES, CIFAR10_FILE_BYTES } from '../../node/datasets/cifar10-files';
import { nameIn } from './locate';

/** Below every root, what Keras 2 and 3 and torchvision download and unpack; folders first, which need no unpacking. */
const NAMES = [
  'cifar-10-batches-bin',
  // Keras 2, torchvision.
  'cifar-10-batches-py',
  // Keras 3 unpacks into a folder that it names itself, and unpacking twice makes the other.
  'cifar-10-batches-py-target/cifar-10-batches-py',
  'cifar-10-batches-py/cifar-10-batches-py',
  'cifar-10-binary.tar.gz',
  'cifar-10-python.tar.gz',
  'cifar-10-batches-py.tar.gz',
  'cifar-10-batches-py-target_archive',
];

/** A batch in the Python form has 31 million bytes, an archive 139 million or more: what is shorter was cut short. */
const MIN_ARCHIVE = 100_000_000;

/** Folders that Keras uses, and those that torchvision's examples and people name. */
export function usualRoots(
  env: NodeJS.ProcessEnv = process.env,
  home = homedir(),
  current = process.cwd(),
): string[] {
  // Keras expands it as a shell does.
  const keras = env.KERAS_HOME?.replace(/^~(?=$|[/\\])/, home) || join(home, '.keras');
  const named = ['data', 'datasets', 'data/cifar10', 'data/cifar-10'];
  return [
    join(keras, 'datasets'),
    ...named.map((name) => join(current, name)),
    ...['', ...named, 'Downloads'].map((name) => join(home, name)),
  ];
}

/**
 * What looks like a complete copy, by names and lengths alone, so quickly that a screen can ask; its content is checked
 * when it is taken.
 * @returns paths of folders and archives, the quickest to take first, each once.
 */
export function findCopies(roots: readonly string[]): string[] {
  const paths = roots.flatMap((root) => NAMES.map((name) => join(root, name)));
  const folders = paths.filter((path) => !isArchive(path) && isWholeFolder(path));
  const archives = paths.filter((path) => isArchive(path) && sizeOf(path) >= MIN_ARCHIVE);
  return [...new Set([...folders, ...archives])];
}

const isArchive = (path: string): boolean => /(?:\.tar\.gz|_archive)$/.test(path);

function isWholeFolder(folder: string): boolean {
  // Most are not there at all.
  if (sizeOf(dirname(folder), true) < 0) return false;
  return (['binary', 'python'] as const).some((form) =>
    CIFAR10_FILES.every((file) => {
      const size = sizeOf(join(folder, nameIn(form, file)));
      return form === 'binary' ? size === CIFAR10_FILE_BYTES : size >= CIFAR10_FILE_BYTES;
    }),
  );
}

/** Bytes of a plain file (or of a folder, whatever that is); below zero where there is none. */
function sizeOf(path: string, folder = false): number {
  try {
    const stats = statSync(path);
    return (folder ? stats.isDirectory() : stats.isFile()) ? stats.size : -1;
  } catch {
    return -1;
  }
}
