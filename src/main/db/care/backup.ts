/**
 * Copies of the database. `VACUUM INTO` reads one moment of it, whatever others write meanwhile, and leaves unused pages
 * out; SQLite's online backup would begin anew with every commit of another process.
 */
import { chmodSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { makeOwnFolder, OWN_FILE_MODE } from '../../../node/own-files';
import { ExpectedError } from '../../../shared/result';
import { connectTo } from '../connect';
import { bytesOf, fileDate, flush, roomFor, unusedName } from '../disk';
import { versionOf } from '../migrate';

/** As many automatic backups are kept. */
export const BACKUPS_KEPT = 5;
const AUTOMATIC = /^resbench-v\d+-(\d{8}-\d{6})(?:-\d+)?\.sqlite3$/;

export const backupsFolder = (path: string): string => join(dirname(path), 'backups');

/**
 * Before a migration, into the folder `backups` beside the database.
 * @throws ExpectedError where the disk has no room for it
 */
export function backUpAutomatically(sqlite: Database.Database, path: string): string {
  const folder = backupsFolder(path);
  makeOwnFolder(dirname(path), folder);
  const file = freeName(folder, versionOf(sqlite));
  backUp(sqlite, path, file);
  for (const old of automaticBackups(path).slice(BACKUPS_KEPT)) rmSync(join(folder, old), { force: true });
  return file;
}

/** Of this version and moment, a name that nothing has yet. */
export const freeName = (folder: string, version: number): string =>
  unusedName(join(folder, `resbench-v${version}-${fileDate(new Date())}`), '.sqlite3');

/**
 * Under its name the copy is there whole, checked and on the disk, or not at all.
 * @throws ExpectedError where there is no room
 */
export function backUp(sqlite: Database.Database, path: string, file: string): void {
  const tight = roomFor(
    bytesOf(path) + bytesOf(`${path}-wal`),
    dirname(file),
    'for a backup of the database',
  );
  if (tight) throw new ExpectedError(tight);
  const partial = `${file}.${process.pid}.partial`;
  rmSync(partial, { force: true });
  try {
    sqlite.prepare('VACUUM INTO ?').run(partial);
    const copy = connectTo(partial, { readonly: true });
    try {
      const found = copy.pragma('quick_check(1)', { simple: true }) as string;
      if (found !== 'ok') throw new Error(`the backup ${partial} is not sound: ${found}`);
    } finally {
      copy.close();
    }
    // What a user names gets the permissions that this user gives to new files.
    if (dirname(file) === backupsFolder(path)) chmodSync(partial, OWN_FILE_MODE);
    flush(partial);
    renameSync(partial, file);
    flush(file);
  } finally {
    rmSync(partial, { force: true });
  }
}

/** Newest first. */
function automaticBackups(path: string): string[] {
  const folder = backupsFolder(path);
  // Not through a link: old ones are removed there.
  if (!lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  const date = (name: string): string => AUTOMATIC.exec(name)![1]!;
  return readdirSync(folder)
    .filter((name) => AUTOMATIC.test(name))
    .sort((a, b) => date(b).localeCompare(date(a)) || b.localeCompare(a, 'en', { numeric: true }));
}

/** Path of the newest copy in the folder `backups`, null where there is none. */
export function newestBackup(path: string): string | null {
  const [newest] = automaticBackups(path);
  return newest === undefined ? null : join(backupsFolder(path), newest);
}
