/**
 * Copies of the database. `VACUUM INTO` reads one moment of it, whatever others write meanwhile, and leaves unused pages
 * out; SQLite's online backup would restart with every commit of another process.
 */
import { chmodSync, existsSync, lstatSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type Database from 'better-sqlite3';
import { makeOwnFolder, OWN_FILE_MODE } from '../../../node/files/own-files';
import { ExpectedError, expected, fail, type Result } from '../../../shared/result';
import { BUSY_MS, connectTo } from '../connect';
import { bytesOf, fileDate, flush, requireFile, roomFor, unusedName } from '../disk';
import { corruptSentence } from '../errors';
import { newer, versionOf } from '../migrate';
import { MIGRATIONS } from '../migrations';
import { noteLogDamage } from './log-damage';
import { difference, objectsOf } from './schema';
import { attempt } from './suspect';

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
const freeName = (folder: string, version: number): string =>
  unusedName(join(folder, `resbench-v${version}-${fileDate(new Date())}`), '.sqlite3');

/**
 * Under its name the copy is there whole, checked and on the disk, or not at all.
 * @throws ExpectedError where there is no room
 */
function backUp(sqlite: Database.Database, path: string, file: string): void {
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

export interface Backup {
  file: string;
  bytes: number;
  version: number;
}

/** @param file null for one in the folder `backups` beside the database, named after version and moment */
export function backUpDatabase(path: string, file: string | null, overwrite = false): Result<Backup> {
  return attempt(path, () => {
    requireFile(path);
    noteLogDamage(path);
    const sqlite = connectTo(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
    try {
      const version = versionOf(sqlite);
      if (version > MIGRATIONS.length) throw new ExpectedError(newer(path, version, MIGRATIONS.length).error);
      const differs = version > 0 ? difference(objectsOf(sqlite), MIGRATIONS, version) : null;
      // A copy is made by its SQL.
      if (differs !== null) throw new ExpectedError(fail('storage', corruptSentence(path, differs)).error);
      const target = file ?? automaticName(path, version);
      refuseTarget(path, target, overwrite);
      backUp(sqlite, path, target);
      return { file: target, bytes: bytesOf(target), version };
    } finally {
      sqlite.close();
    }
  });
}

function automaticName(path: string, version: number): string {
  makeOwnFolder(dirname(path), backupsFolder(path));
  return freeName(backupsFolder(path), version);
}

function refuseTarget(path: string, target: string, overwrite: boolean): void {
  if (!existsSync(dirname(target)))
    throw expected('not-found', `the folder of ${target} does not exist; create it or name another file`);
  if (!existsSync(target)) return;
  const { ino, dev, isDirectory } = { ...statSync(target), isDirectory: statSync(target).isDirectory() };
  if (isDirectory) throw expected('invalid-input', `${target} is a folder; name a file`);
  const own = statSync(path);
  if (own.ino === ino && own.dev === dev)
    throw expected('invalid-input', `${target} is the database itself; name another file`);
  if (!overwrite)
    throw expected('conflict', `${target} exists already; choose another name, or overwrite it with --force`);
}
