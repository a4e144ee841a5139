/** One text file a run: what its training process went through and said. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { appendOwn, isOwnFolder, statOwnFile, makeOwnFolder } from '../../node/files/own-files';

/** Enough for days; a process that fills its stderr must not fill the disk. */
const MAX_BYTES = 8 * 2 ** 20;

/** The log is a help, not a record: where it cannot be written the run continues, and the database has what counts. */
export class RunLogs {
  private readonly folder: string;

  constructor(private readonly home: string) {
    this.folder = join(home, 'logs');
  }

  path(id: number): string {
    // A number in every database of ours; what else a table may hold makes no path.
    if (!Number.isSafeInteger(id)) throw new Error('The number of a run is no number.');
    return join(this.folder, `run-${id}.log`);
  }

  /** @param text one or more lines. */
  append(id: number, text: string): void {
    const time = new Date().toISOString();
    const lines = text
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '')
      .map((line) => `${time}  ${line}\n`);
    if (lines.length === 0) return;
    try {
      makeOwnFolder(this.home, this.folder);
      const size = statOwnFile(this.home, this.path(id))?.size ?? 0;
      if (size < MAX_BYTES) appendOwn(this.home, this.path(id), lines.join(''));
    } catch {
      // See above.
    }
  }

  /** Removes the logs of runs that are gone. */
  purge(exists: (id: number) => boolean): void {
    let names: string[];
    try {
      if (!isOwnFolder(this.home, this.folder)) return;
      names = readdirSync(this.folder);
    } catch {
      return;
    }
    for (const name of names) {
      const id = Number(/^run-(\d+)\.log$/.exec(name)?.[1]);
      if (id > 0 && !exists(id)) rmSync(join(this.folder, name), { force: true });
    }
  }
}
