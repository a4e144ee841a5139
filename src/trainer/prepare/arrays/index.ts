/** Recognises files of arrays by their names and first bytes. */
import { readdirSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { userPathStats } from '../../../node/files/user-files';
import { firstBytes, wrong } from './bytes';
import { foundCifar, foundCifarArchive, isCifarName } from './cifar';
import { foundIdx, idxRole } from './idx';
import { foundMat, MAT_FILES } from './mat';
import { foundNpz } from './npz';
import type { ArrayFile, FoundArrays } from './set';

export type { ArrayPart, ArraySet, FoundArrays } from './set';

const WANTED =
  'name a folder that has one folder of images for each class, a .npz file of NumPy, or the files of MNIST, of CIFAR (folder or ' +
  '.tar.gz) or of SVHN (train_32x32.mat)';

const isMatName = (name: string): boolean => Object.values(MAT_FILES).includes(name);
const isKnown = (name: string): boolean => idxRole(name) !== null || isMatName(name) || isCifarName(name);

/**
 * @returns null for a folder that has no such files, or where there is nothing
 * @throws ExpectedError `invalid-input` for a file that is none of these, or where some of a set are missing
 */
export function findArrays(path: string): FoundArrays | null {
  const stats = userPathStats(path);
  if (!stats) return null;
  if (stats.isDirectory()) return inFolder(path);
  // A set's other files lie beside it.
  const name = basename(path);
  const beside = isKnown(name) ? inFolder(dirname(path)) : null;
  if (beside?.files.some((file) => file.path === join(dirname(path), name))) return beside;
  return byContent(path, stats);
}

function inFolder(folder: string): FoundArrays | null {
  const files = new Map<string, ArrayFile>();
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    // Said where the folder is looked through.
    return null;
  }
  for (const name of names.filter(isKnown)) {
    const path = join(folder, name);
    const stats = userPathStats(path);
    if (stats?.isFile()) files.set(name, fileOf(path, stats));
  }
  if ([...files.keys()].some((name) => idxRole(name) !== null)) return foundIdx(folder, files);
  if ([...files.keys()].some(isMatName)) return foundMat(folder, files);
  return foundCifar(folder, files);
}

function byContent(path: string, stats: Stats): FoundArrays {
  const head = firstBytes(path, 512);
  const text = head.toString('latin1');
  const file = fileOf(path, stats);
  // The second is the end of one that holds nothing.
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) return foundNpz(file);
  if (text.startsWith('\x1f\x8b') || text.startsWith('ustar', 257)) return foundCifarArchive(file);
  if (text.startsWith('\x93NUMPY')) {
    throw wrong(
      `${path} is a single array of NumPy: save images and labels into one file, with numpy.savez_compressed(…, images=…, labels=…)`,
    );
  }
  const what = head.length === 0 ? 'is empty' : OTHERS.find(([start]) => text.startsWith(start))?.[1];
  throw wrong(`${path} ${what ?? 'is no file that images can be taken from'}: ${WANTED}`);
}

const OTHERS: [start: string, what: string][] = [
  ['MATLAB ', 'is a MATLAB file, of which only those of SVHN are read'],
  ['\x89HDF\r\n\x1a\n', 'is an HDF5 file, which is not read'],
];

const fileOf = (path: string, { size, mtimeMs }: Stats): ArrayFile => ({ path, size, mtimeMs });
