/** A set that somebody made of images of their own, prepared in one file (`../own-content.ts`). */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { inert } from '../../../architecture/inert-text';
import { statisticsOf, type ChannelStatistics } from '../../../shared/augmentation/normalisation';
import { DATASET_PARTS, type DatasetInfo, type DatasetPart } from '../../../shared/dataset';
import { formatBytes, thousands } from '../../../shared/format';
import { manifestSchema, type Manifest, type OwnDatasetId } from '../../../shared/own-dataset';
import { expected, ExpectedError } from '../../../shared/result';
import { storageFailure } from '../../files/file-errors';
import { datasetsFolder } from '../../files/home';
import { READ_NO_FOLLOW, readOwn, statOwnFile } from '../../files/own-files';
import { strictJson } from '../../files/strict-json';
import { CONTENT_FILE, headerOf, MANIFEST_FILE, placesOf, type ContentShape } from '../own-content';
import type { DatasetPresence, DatasetSource, ImageStore } from '../source';
import type { Split } from '../split';

/** Where a data folder has such sets. */
export const ownSetsFolder = (home: string): string => join(datasetsFolder(home), 'own');
export const ownSetFolder = (home: string, id: OwnDatasetId): string => join(ownSetsFolder(home), id);

/** The data folder that has the folder of a set: a link anywhere between them leads nowhere. */
const homeOf = (folder: string): string => resolve(folder, '..', '..', '..');

/** Bytes of a manifest, whose lists have lengths of their own. */
const MAX_MANIFEST = 2 ** 21;
const MAX_DEPTH = 8;
/** Bytes of an array, of any Node that is used. */
const MAX_BYTES = 2 ** 32 - 1;
/** Bytes that are read at once. */
const BLOCK = 2 ** 22;

const cureOf = ({ source, title }: Pick<Manifest, 'source' | 'title'>): string =>
  `add ${inert(source.path)} again, as “${inert(title)}”`;

/**
 * What stands beside the images; null where the folder has nothing.
 * @throws ExpectedError `data-corrupt` where it is not what Resbench writes
 */
export function readManifest(folder: string): Manifest | null {
  const path = join(folder, MANIFEST_FILE);
  const bytes = readOwn(homeOf(folder), path, MAX_MANIFEST);
  if (bytes === null) return null;
  try {
    return manifestSchema.parse(strictJson(bytes, MAX_DEPTH));
  } catch {
    throw expected(
      'data-corrupt',
      `${path} is not what Resbench wrote there: remove the data set, and add its images again.`,
    );
  }
}

const imageShapeOf = ({ preparation }: Manifest): [number, number, number] => [
  preparation.height,
  preparation.width,
  preparation.channels,
];

const shapeOf = (manifest: Manifest): ContentShape => ({
  imageShape: imageShapeOf(manifest),
  classes: manifest.classNames.length,
  trainCount: manifest.trainCount,
  evalCount: manifest.evalCount,
});

export const infoOf = (id: OwnDatasetId, manifest: Manifest): DatasetInfo => ({
  id,
  title: manifest.title,
  imageShape: imageShapeOf(manifest),
  classNames: manifest.classNames,
  trainCount: manifest.trainCount,
  evalCount: manifest.evalCount,
});

export const ownSource = (id: OwnDatasetId): DatasetSource => ({
  id,
  info: (folder) => infoOf(id, manifestOf(id, folder)),
  sha256: (folder) => manifestOf(id, folder).sha256,
  folder: (home) => ownSetFolder(home, id),
  presence: (home) => presenceOf(id, ownSetFolder(home, id)),
  stamp(home) {
    try {
      const { size, mtimeMs, ino } = statSync(join(ownSetFolder(home, id), CONTENT_FILE));
      return `${size}:${mtimeMs}:${ino}`;
    } catch {
      return 'none';
    }
  },
  load: (folder, counts) => load(id, folder, counts),
  open(folder) {
    const manifest = manifestOf(id, folder);
    const path = join(folder!, CONTENT_FILE);
    statOwnFile(homeOf(folder!), path);
    return new OwnImages(manifest, path);
  },
});

const missingSentence = (id: OwnDatasetId): string =>
  `The data set ${id} is not in this data folder: add its images in the Data view, or by \`npm start -- data add PATH\``;

function manifestOf(id: OwnDatasetId, folder: string | null): Manifest {
  const manifest = folder === null ? null : readManifest(folder);
  if (!manifest) throw expected('data-missing', `${missingSentence(id)}.`);
  return manifest;
}

function presenceOf(id: OwnDatasetId, folder: string): DatasetPresence {
  try {
    const manifest = readManifest(folder);
    if (!manifest) return { state: 'missing', detail: `${missingSentence(id)}.`, bytes: 0 };
    const path = join(folder, CONTENT_FILE);
    const bytes = statOwnFile(homeOf(folder), path)?.size ?? 0;
    const { length } = placesOf(shapeOf(manifest));
    if (bytes !== length) return { state: 'corrupt', detail: lengthProblem(manifest, path, bytes), bytes };
    return { state: 'ready', detail: `Made of ${inert(manifest.source.path)}.`, bytes };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { state: 'corrupt', detail: error.failure.message, bytes: 0 };
  }
}

function lengthProblem(manifest: Manifest, path: string, bytes: number): string {
  const { length } = placesOf(shapeOf(manifest));
  return `${path} has ${thousands(bytes)} bytes in the place of ${thousands(length)}: ${cureOf(manifest)}.`;
}

/** Reads the whole file once, for its sum; what is wanted of it is kept. */
async function load(
  id: OwnDatasetId,
  folder: string | null,
  counts: Record<DatasetPart, number>,
): Promise<Record<DatasetPart, Split>> {
  const manifest = manifestOf(id, folder);
  const path = join(folder!, CONTENT_FILE);
  const places = placesOf(shapeOf(manifest));
  const bytes = statOwnFile(homeOf(folder!), path)?.size ?? 0;
  if (bytes !== places.length) throw expected('data-corrupt', lengthProblem(manifest, path, bytes));
  requireMemory(manifest, (counts.train + counts.eval) * places.image);
  const splits = {
    train: emptySplit(counts.train, places.image),
    eval: emptySplit(counts.eval, places.image),
  };
  const wanted = DATASET_PARTS.flatMap((part) => [
    { at: places.images[part], into: splits[part].images },
    { at: places.labels[part], into: splits[part].labels },
  ]);
  const hash = createHash('sha256');
  const file = await open(path, READ_NO_FOLLOW);
  try {
    const block = Buffer.alloc(BLOCK);
    for (let from = 0; from < places.length;) {
      const { bytesRead } = await file.read(block, 0, BLOCK, from);
      if (bytesRead === 0) throw expected('data-corrupt', `${path} has become shorter: ${cureOf(manifest)}.`);
      const read = block.subarray(0, bytesRead);
      hash.update(read);
      for (const { at, into } of wanted) copyWithin(read, from, into, at);
      from += bytesRead;
    }
  } catch (error) {
    throw storageFailure(error, path) ?? error;
  } finally {
    await file.close();
  }
  if (hash.digest('hex') !== manifest.sha256)
    throw expected('data-corrupt', `${path} is not what it was when it was prepared: ${cureOf(manifest)}.`);
  const classes = manifest.classNames.length;
  for (const part of DATASET_PARTS)
    if (splits[part].labels.some((label) => label >= classes))
      throw expected('data-corrupt', `${path} has classes that the set does not have: ${cureOf(manifest)}.`);
  return splits;
}

/** @param bytes of images that are held at once */
function requireMemory({ title }: Manifest, bytes: number): void {
  const most = Math.min(totalmem(), MAX_BYTES);
  if (bytes <= most) return;
  throw expected(
    'unsupported',
    `The images of ${inert(title)} take ${formatBytes(bytes)} of memory, and ${formatBytes(most)} are the most here: train on fewer of them ` +
      '(a limit), or prepare them smaller.',
  );
}

const emptySplit = (count: number, size: number): Split => ({
  count,
  images: new Uint8Array(count * size),
  labels: new Uint8Array(count),
});

/** Copies what a block, which begins at a place in the file, has of a part that begins at another. */
function copyWithin(block: Uint8Array, from: number, into: Uint8Array, at: number): void {
  const [begin, end] = [Math.max(from, at), Math.min(from + block.length, at + into.length)];
  if (begin < end) into.set(block.subarray(begin - from, end - from), begin - at);
}

/** Images that make a piece. */
const PIECE = 1000;

class OwnImages implements ImageStore {
  private readonly places;
  private handle: number | null;

  constructor(
    private readonly manifest: Manifest,
    private readonly path: string,
  ) {
    const shape = shapeOf(manifest);
    this.places = placesOf(shape);
    try {
      this.handle = openSync(path, READ_NO_FOLLOW);
    } catch (error) {
      throw storageFailure(error, path) ?? error;
    }
    const { size } = fstatSync(this.handle);
    const problem =
      size === this.places.length ? this.headerProblem(shape) : lengthProblem(manifest, path, size);
    if (problem === null) return;
    this.close();
    throw expected('data-corrupt', problem);
  }

  // eslint-disable-next-line require-yield -- they lie together
  *labels(): Generator<void, Record<DatasetPart, Uint8Array>> {
    const of = (part: DatasetPart) => this.bytes(this.places.labels[part], this.count(part));
    return { train: of('train'), eval: of('eval') };
  }

  read(part: DatasetPart, indices: readonly number[]): Uint8Array {
    const { image, images } = this.places;
    const found = new Uint8Array(indices.length * image);
    for (const [at, index] of indices.entries())
      this.fill(found.subarray(at * image, (at + 1) * image), images[part] + index * image);
    return found;
  }

  *statistics(): Generator<void, ChannelStatistics> {
    const { channels } = this.manifest.preparation;
    const { image, images } = this.places;
    const counts = new Float64Array(channels * 256);
    const total = this.count('train');
    for (let first = 0; first < total; first += PIECE) {
      const piece = this.bytes(images.train + first * image, Math.min(PIECE, total - first) * image);
      for (let at = 0; at < piece.length; at++) counts[(at % channels) * 256 + piece[at]!]!++;
      yield;
    }
    return statisticsOf(counts, channels);
  }

  close(): void {
    if (this.handle !== null) closeSync(this.handle);
    this.handle = null;
  }

  private count(part: DatasetPart): number {
    return part === 'train' ? this.manifest.trainCount : this.manifest.evalCount;
  }

  private headerProblem(shape: ContentShape): string | null {
    const header = headerOf(shape);
    return header.equals(this.bytes(0, header.length))
      ? null
      : `${this.path} is not what it was when it was prepared: ${cureOf(this.manifest)}.`;
  }

  private bytes(at: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.fill(bytes, at);
    return bytes;
  }

  private fill(into: Uint8Array, at: number): void {
    let got: number;
    try {
      got = readSync(this.handle!, into, 0, into.length, at);
    } catch (error) {
      throw storageFailure(error, this.path) ?? error;
    }
    if (got < into.length)
      throw expected('data-corrupt', `${this.path} has become shorter: ${cureOf(this.manifest)}.`);
  }
}
