/** What people have in place of CIFAR-10's archive or folder, recognised by the first bytes of a file or by a name. */
import { CIFAR10_GET } from '../../node/datasets/cifar10-files';
import { expected, type ExpectedError } from '../../shared/result';

const FORMS =
  'cifar-10-python.tar.gz, cifar-10-binary.tar.gz, or the folder that one of them unpacks to; ' +
  `or type ${CIFAR10_GET} to download the set`;
/** What can be imported, and what to do without it: the end of every sentence on what is something else. */
export const CIFAR10_WANTED = `name ${FORMS}`;
/** The same for openUserFile and readUserFile. */
export const CIFAR10_WANTED_FILE = `${FORMS}.`;

/** What is wrong with a file that should be right, and what to do. */
export const CIFAR10_FRESH = `it was left as it is; use a complete, fresh copy, or type ${CIFAR10_GET}`;

export const otherKind = (path: string, what: string): ExpectedError =>
  expected('unsupported', `${path} ${what}: ${CIFAR10_WANTED}.`);

export const damaged = (path: string, what: string): ExpectedError =>
  expected('data-corrupt', `${path} ${what}: ${CIFAR10_FRESH}.`);

/** Bytes that `kindOf` inspects. */
export const KIND_BYTES = 512;

export type Kind =
  | { kind: 'gzip' | 'tar' | 'pickle' | 'empty' | 'unknown' }
  /** A verb and what it is: the middle of a sentence. */
  | { kind: 'other'; what: string };

const PACKED = 'unpack it first';
const MAGIC: readonly [start: string, what: string][] = [
  ['PK\x03\x04', 'is a zip file, which CIFAR-10 does not come in'],
  ['PK\x05\x06', 'is an empty zip file'],
  ['MATLAB 5.0 MAT-file', 'is of the MATLAB version of CIFAR-10, which Resbench does not read'],
  ['\x89HDF\r\n\x1a\n', 'is an HDF5 file, which CIFAR-10 does not come in'],
  ['PAR1', 'is a Parquet file, which Resbench does not read'],
  ['\x93NUMPY', 'is an array of NumPy, which CIFAR-10 does not come in'],
  ['BZh', `is packed with bzip2 (${PACKED})`],
  ['\xfd7zXZ\x00', `is packed with xz (${PACKED})`],
  ['(\xb5/\xfd', `is packed with Zstandard (${PACKED})`],
  ['7z\xbc\xaf\x27\x1c', `is a 7-Zip file (${PACKED})`],
  ['Rar!', `is a RAR file (${PACKED})`],
  ['\x89PNG', 'is a single image'],
  ['\xff\xd8\xff', 'is a single image'],
  ['version https://git-lfs', 'is a pointer of Git LFS, not the file itself'],
];

/** @param start the first bytes of a file, up to {@link KIND_BYTES}. */
export function kindOf(start: Buffer): Kind {
  if (start.length === 0) return { kind: 'empty' };
  if (start[0] === 0x1f && start[1] === 0x8b) return { kind: 'gzip' };
  if (start.toString('latin1', 257, 262) === 'ustar') return { kind: 'tar' };
  if (start[0] === 0x80 && start[1]! <= 5) return { kind: 'pickle' };
  const text = start.toString('latin1');
  const magic = MAGIC.find(([beginning]) => text.startsWith(beginning));
  if (magic) return { kind: 'other', what: magic[1] };
  if (/^(?:\xef\xbb\xbf)?\s*<(?:!doctype|!--|html|head|body|script|\?xml)/i.test(text)) {
    return { kind: 'other', what: 'is a web page, as a site sends in place of a file that needs a log-in' };
  }
  return { kind: 'unknown' };
}

/** What a name in an archive or a folder says of a set that is not ours; null where it says nothing. */
export function otherSet(name: string): string | null {
  if (/cifar-?100/i.test(name) || /^fine_label_names\.txt$/.test(name)) {
    return 'holds CIFAR-100, and Resbench trains on CIFAR-10';
  }
  if (/cifar-10-batches-mat|^(?:data_batch_[1-5]|test_batch)\.mat$/.test(name)) {
    return 'holds the MATLAB version of CIFAR-10, which Resbench does not read';
  }
  return null;
}

/** Whether a name is that of an image, as in copies of the set with one file per image. */
export const isImage = (name: string): boolean => /\.(?:png|jpe?g)$/i.test(name);

export const SINGLE_IMAGES = 'holds single images, while CIFAR-10 comes as six files of 10,000';
