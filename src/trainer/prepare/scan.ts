/**
 * What a folder of images has, in either layout:
 *
 * - a folder for each class, or
 * - `train`, with those, beside `test`, `val` (`valid`, `validation`), or both, in which the classes have the same
 *   names. Where both are there, the images for validation are training images.
 *
 * Classes, and within a class the paths of its files, are in the order of UTF-16 code units, so that a set does not
 * depend on the language of the machine. Nothing that is no plain file is opened and no link followed below the
 * folder itself, which may be one. Names that begin with a dot, and `__MACOSX`, are passed over.
 *
 * Names and times tell whether a folder has changed; the files are opened only when they are prepared (`recognise`).
 */
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { notAPlainFile, userPathStats } from '../../node/files/user-files';
import type { DatasetPart } from '../../shared/dataset';
import { listed, thousands } from '../../shared/format';
import { MAX_CLASSES, MAX_IMAGES } from '../../shared/own-dataset';
import { expected, type ExpectedError } from '../../shared/result';
import { MAX_FILE_BYTES, NO_IMAGE, tooLong } from './decode';
import { HEAD_BYTES, kindOf } from './headers';
import { LeftOuts, visible } from './names';
import type { Pulse } from './pulse';
import { ahead, LINK, readHead, unreadable } from './read';

export interface FoundFile {
  /** Below the folder, with `/` between names. */
  path: string;
  /** Bytes. */
  size: number;
}

interface ScannedFile extends FoundFile {
  mtimeMs: number;
}

/** The folder of a class in one of the folders of a set. */
interface ClassFolder {
  /** Below the folder. */
  path: string;
  name: string;
  files: ScannedFile[];
  /** Of the folder for validation, whose images join those for training. */
  joins?: true;
}

export interface Scan {
  root: string;
  split: 'folders' | 'seed';
  /** Folders of classes by the part to which their images come; two of the same name and part are joined. */
  parts: Record<DatasetPart, ClassFolder[]>;
  /** Of the layout in folders, as they are called there. */
  partNames: Record<DatasetPart, string>;
  leftOut: LeftOuts;
  /** SHA-256 over path, length and time of each file of the classes, images or not, in the order of their paths. */
  stamp: string;
}

export interface FoundClass {
  name: string;
  /** Of the training images. */
  folder: string;
  images: Record<DatasetPart, FoundFile[]>;
}

const SCANNING = 'Looking through the folder';
const RECOGNISING = 'Telling images from other files';

/** Folders within each other, that of the class among them. */
const MAX_DEPTH = 16;
/** What is asked of the system at once. */
const LOOKS = 64;

const TEST = /^test$/i;
const VALIDATION = /^val(?:id(?:ation)?)?$/i;
const TRAINING = /^train$/i;
const IMAGE_NAME = /\.(?:png|jpe?g|jpe|jfif|gif|bmp|webp)$/i;

const WANTED = 'name a folder that has one folder of images for each class';

/**
 * Walks through the folder; 100,000 files take about a second.
 * @throws ExpectedError `not-found` or `invalid-input`, whose sentence says what a folder has to look like
 */
export async function scanFolder(root: string, pulse: Pulse): Promise<Scan> {
  const stats = userPathStats(root);
  if (!stats) throw expected('not-found', `There is no folder ${root}: ${WANTED}.`);
  if (!stats.isDirectory())
    throw expected('invalid-input', `${root} is ${notAPlainFile(stats) ?? 'a file'}: ${WANTED}.`);
  const walk = new Walk(root, pulse);
  const found = await walk.layout();
  const all = [...found.parts.train, ...found.parts.eval].flatMap(({ files }) => files);
  return { root, ...found, leftOut: walk.leftOut, stamp: stampOf(all) };
}

function stampOf(files: ScannedFile[]): string {
  const hash = createHash('sha256');
  files.sort(byPath);
  for (const { path, size, mtimeMs } of files) hash.update(`${path}\0${size}\0${mtimeMs}\0`);
  return hash.digest('hex');
}

const byPath = (a: FoundFile, b: FoundFile): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/** Names in a folder, by what they are. */
interface Entries {
  folders: string[];
  files: { name: string; stats: Stats }[];
}

class Walk {
  readonly leftOut = new LeftOuts();
  private count = 0;

  constructor(
    private readonly root: string,
    private readonly pulse: Pulse,
  ) {}

  async layout(): Promise<Pick<Scan, 'split' | 'parts' | 'partNames'>> {
    const { folders, files } = await this.entries('');
    const [training, test, validation] = [TRAINING, TEST, VALIDATION].map((name) => this.only(folders, name));
    if (training === undefined || (test ?? validation) === undefined) {
      if (folders.length === 0) throw this.classless(this.root, files);
      this.leaveOut('', files, 'lies beside the folders of the classes, so it has no class');
      const train = await this.classes('', folders);
      if (training !== undefined && train.length < 2) {
        throw this.wrong(
          `${this.root} has a folder ${quoted(training)} but none called test, val, valid or validation beside it: ` +
            `add one, or name ${join(this.root, training)}`,
        );
      }
      return { split: 'seed', parts: { train, eval: [] }, partNames: { train: this.root, eval: this.root } };
    }
    const parts = [training, test, validation].filter((name) => name !== undefined);
    const beside = `lies beside ${listed(parts.map(quoted), 'and')}, so it is in none of them`;
    this.leaveOut('', files, beside);
    for (const name of folders) if (!parts.includes(name)) this.leftOut.add(name, beside);
    const evaluation = (test ?? validation)!;
    const train = await this.partClasses(training);
    if (test !== undefined && validation !== undefined) {
      for (const folder of await this.partClasses(validation)) train.push({ ...folder, joins: true });
    }
    return {
      split: 'folders',
      parts: { train, eval: await this.partClasses(evaluation) },
      partNames: { train: join(this.root, training), eval: join(this.root, evaluation) },
    };
  }

  /** The folder that has such a name. */
  private only(folders: string[], name: RegExp): string | undefined {
    const [first, second] = folders.filter((folder) => name.test(folder));
    if (second === undefined) return first;
    throw this.wrong(
      `${this.root} has both ${quoted(first!)} and ${quoted(second)}, which mean the same: rename one of them, or move it away`,
    );
  }

  private async partClasses(part: string): Promise<ClassFolder[]> {
    const { folders, files } = await this.entries(part);
    if (folders.length === 0) throw this.classless(join(this.root, part), files);
    this.leaveOut(part, files, 'lies beside the folders of the classes, so it has no class');
    return this.classes(part, folders);
  }

  private classless(folder: string, files: Entries['files']): ExpectedError {
    return files.some(({ name }) => IMAGE_NAME.test(name))
      ? this.wrong(
          `${folder} has images directly in it but no folders for classes: put the images of each class in a ` +
            'folder of their own, whose name becomes that of the class',
        )
      : this.wrong(`${folder} has no folders in it: ${WANTED}`);
  }

  private async classes(part: string, names: string[]): Promise<ClassFolder[]> {
    const found: ClassFolder[] = [];
    for (const name of names) {
      const files: ScannedFile[] = [];
      const path = below(part, name);
      await this.collect(path, 1, files);
      found.push({ path, name, files: files.sort(byPath) });
    }
    return found;
  }

  private async collect(folder: string, depth: number, into: ScannedFile[]): Promise<void> {
    if (depth > MAX_DEPTH) {
      this.leftOut.add(folder, `lies more than ${MAX_DEPTH} folders deep`);
      return;
    }
    const { folders, files } = await this.entries(folder);
    for (const { name, stats } of files) {
      into.push({ path: below(folder, name), size: stats.size, mtimeMs: stats.mtimeMs });
    }
    for (const name of folders) await this.collect(below(folder, name), depth + 1, into);
  }

  /** In the order of their names. What is neither file nor folder is left out. */
  private async entries(folder: string): Promise<Entries> {
    const found: Entries = { folders: [], files: [] };
    const at = join(this.root, folder);
    let names: string[];
    try {
      names = await readdir(at);
    } catch (error) {
      const why = unreadable(error, at);
      if (folder === '') throw this.wrong(`${at} ${why}: change its permissions, or name another folder`);
      this.leftOut.add(folder, why);
      return found;
    }
    names = names.filter((name) => !name.startsWith('.') && name !== '__MACOSX').sort();
    for (let first = 0; first < names.length; first += LOOKS) {
      const some = names.slice(first, first + LOOKS);
      const looks = await Promise.all(some.map((name) => look(join(at, name))));
      for (const [index, stats] of looks.entries()) {
        const name = some[index]!;
        if (typeof stats === 'string') this.leftOut.add(below(folder, name), stats);
        else if (stats.isDirectory()) found.folders.push(name);
        else if (stats.isFile()) found.files.push({ name, stats });
        else
          this.leftOut.add(below(folder, name), stats.isSymbolicLink() ? LINK : `is ${notAPlainFile(stats)}`);
      }
      this.count += some.length;
      if (this.count > MAX_IMAGES) {
        throw this.wrong(
          `${this.root} has more than ${thousands(MAX_IMAGES)} files, and a data set has at most as many images: name a smaller folder`,
        );
      }
      await this.pulse.beat(SCANNING, this.count, null);
    }
    return found;
  }

  /** Files that should have been images, as far as their names tell. */
  private leaveOut(folder: string, files: Entries['files'], why: string): void {
    for (const { name } of files) if (IMAGE_NAME.test(name)) this.leftOut.add(below(folder, name), why);
  }

  private wrong(sentence: string): ExpectedError {
    return expected('invalid-input', `${sentence}.`);
  }
}

/** What has the path, links not followed; or why that cannot be told. */
async function look(path: string): Promise<Stats | string> {
  try {
    return await lstat(path);
  } catch (error) {
    return unreadable(error, path);
  }
}

const below = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);
const quoted = (name: string): string => `“${visible(name)}”`;

/**
 * The images among the files, by their first bytes, and the classes that have any to train on, in the order of their
 * names. Files that only look like images are left out by name, others are passed over.
 * @throws ExpectedError `invalid-input` where that makes no data set
 */
export async function recognise(scan: Scan, pulse: Pulse): Promise<FoundClass[]> {
  const { root, split, parts, partNames, leftOut } = scan;
  const folders = [...parts.train, ...parts.eval];
  const total = folders.reduce((sum, { files }) => sum + files.length, 0);
  const classes = new Map<string, FoundClass>();
  const trained = new Set(parts.train.filter(({ joins }) => !joins).map(({ name }) => name));
  const strangers: { name: string; images: FoundFile[] }[] = [];
  let done = 0;
  for (const part of ['train', 'eval'] as const) {
    for (const folder of parts[part]) {
      const images: FoundFile[] = [];
      const heads = ahead(
        folder.files,
        ({ path }) => readHead(join(root, path), HEAD_BYTES),
        () => HEAD_BYTES,
      );
      for await (const [{ path, size }, head] of heads) {
        await pulse.beat(RECOGNISING, done++, total);
        const why = whyNot(path, size, head);
        if (why === null) images.push({ path, size });
        else if (why !== undefined) leftOut.add(path, why);
      }
      if (images.length === 0) {
        leftOut.add(folder.path, 'has no images');
        continue;
      }
      const found = classes.get(folder.name);
      if (found) found.images[part].push(...images);
      else if (part === 'train' && trained.has(folder.name)) {
        classes.set(folder.name, {
          name: folder.name,
          folder: folder.path,
          images: { train: images, eval: [] },
        });
      } else {
        strangers.push({ name: folder.name, images });
      }
    }
  }
  for (const { name, images } of strangers) {
    for (const { path } of images) leftOut.add(path, notTrained(name));
  }
  const found = [...classes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const where = split === 'folders' ? partNames.train : root;
  if (found.length === 0) {
    throw expected(
      'invalid-input',
      `${where} has no PNG, JPEG, GIF, BMP or WebP images in its folders: ${WANTED}.`,
    );
  }
  checkClasses(
    found.map(({ name }) => name),
    where,
  );
  if (split === 'folders' && found.every(({ images }) => images.eval.length === 0)) {
    throw expected(
      'invalid-input',
      `${partNames.eval} has no images of the classes of ${partNames.train}: put some there, in folders of the same names.`,
    );
  }
  return found;
}

export const notTrained = (name: string): string =>
  `is of the class ${quoted(name)}, which has no training images`;

/** @throws ExpectedError `invalid-input` where there are too few or too many */
export function checkClasses(names: readonly string[], where: string, what = 'images'): void {
  if (names.length < 2) {
    throw expected(
      'invalid-input',
      `${where} has ${what} of one class only, ${quoted(names[0]!)}, and a network has to tell classes apart: add a folder ` +
        'of images for each of the others.',
    );
  }
  if (names.length > MAX_CLASSES) {
    throw expected(
      'invalid-input',
      `${where} has ${thousands(names.length)} classes, and a data set has at most ${MAX_CLASSES}: move some of its folders away.`,
    );
  }
}

/** Null for an image, undefined for a file of another kind, which nobody misses. */
function whyNot(path: string, size: number, head: Buffer | string): string | null | undefined {
  if (typeof head !== 'string' && kindOf(head) !== null) return size > MAX_FILE_BYTES ? tooLong(size) : null;
  if (!IMAGE_NAME.test(path)) return undefined;
  if (typeof head === 'string') return head;
  return head.length === 0 ? 'is empty' : NO_IMAGE;
}
