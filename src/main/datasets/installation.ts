/**
 * Puts the six files into the data folder all at once: they are written to a folder beside it, each one checked before
 * it is written and flushed to the disk after, and the folder gets its name only when it is complete. Whatever happens
 * on the way, the data folder holds the old state or the new one.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, rmdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  CIFAR10_FILES,
  cifar10Folder,
  cifar10Problem,
  isCifar10,
  type Cifar10File,
} from '../../node/datasets/cifar10-files';
import { makeOwnFolder, OWN_FILE_MODE, OWN_FOLDER_MODE } from '../../node/files/own-files';
import { expected } from '../../shared/result';
import { CIFAR10_FRESH } from './kinds';

const PREFIX = '.cifar10-new-';

export class Installation {
  private readonly target: string;
  private readonly temporary: string;
  private readonly done = new Set<string>();

  /** Only under the data set's lock: it removes what an earlier, killed attempt left behind. */
  constructor(home: string) {
    this.target = cifar10Folder(home);
    const parent = dirname(this.target);
    makeOwnFolder(home, parent);
    for (const name of readdirSync(parent)) {
      if (name.startsWith(PREFIX)) rmSync(join(parent, name), { recursive: true, force: true });
    }
    this.temporary = join(parent, `${PREFIX}${process.pid}`);
    mkdirSync(this.temporary, OWN_FOLDER_MODE);
  }

  /**
   * @param origin where the bytes come from, for the sentence that refuses them.
   * @param name of the file there, which may have held them in another form.
   * @throws ExpectedError `data-corrupt`, naming file and origin.
   */
  async add(file: Cifar10File, bytes: Buffer, origin: string, name?: string): Promise<void> {
    const problem = cifar10Problem(file, bytes, name);
    if (problem) throw expected('data-corrupt', `${problem} (in ${origin}): ${CIFAR10_FRESH}.`);
    const handle = await open(join(this.temporary, file.name), 'wx', OWN_FILE_MODE);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    this.done.add(file.name);
  }

  get count(): number {
    return this.done.size;
  }

  /** Gives the complete folder its name. Returns a sentence where files had to be moved out of the way for it. */
  async finish(): Promise<string | null> {
    const missing = CIFAR10_FILES.find((file) => !this.done.has(file.name));
    if (missing) throw new Error(`${missing.name} was never written`);
    let note: string | null = null;
    if (existsSync(this.target)) {
      if (isCifar10(this.target)) {
        this.abandon();
        return null;
      }
      note = this.setAside();
    }
    renameSync(this.temporary, this.target);
    await syncFolder(dirname(this.target));
    return note;
  }

  abandon(): void {
    rmSync(this.temporary, { recursive: true, force: true });
  }

  /** Files that are not the right ones are the user's all the same: they are moved, never removed. */
  private setAside(): string | null {
    try {
      rmdirSync(this.target);
      return null;
    } catch {
      // Not empty.
    }
    let number = 1;
    while (existsSync(`${this.target}-set-aside-${number}`)) number++;
    const aside = `${this.target}-set-aside-${number}`;
    renameSync(this.target, aside);
    return `The files that were there before were not the right ones and now lie in ${basename(aside)} beside it.`;
  }
}

/** Makes a rename last through a power cut, where the platform lets a folder be flushed. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows cannot, and needs not.
  }
}
