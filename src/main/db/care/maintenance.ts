/** What a person asks of the database as a file: check it, copy it, make it small. */
import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type Database from 'better-sqlite3';
import { makeOwnFolder } from '../../../node/own-files';
import { isAlive, type ProcessIdentity } from '../../../node/process-identity';
import { ExpectedError, expected, fail, ok, type Result } from '../../../shared/result';
import { shown } from '../../../shared/shown';
import { backUp, backupsFolder, freeName, newestBackup } from './backup';
import { connectTo, quoted } from '../connect';
import { bytesOf, refuseLinks, roomFor } from '../disk';
import { corruptSentence, isDamage, isMisdescribed, storageFailure } from '../errors';
import { APPLICATION_ID, inspect, suspect } from './inspect';
import { logProblem, noteLogDamage } from './log-damage';
import { newer, versionOf } from '../migrate';
import { MIGRATIONS } from '../migrations';
import { BUSY_MS, openDatabase } from '../open';
import { checkJournal } from './recover';
import { difference, objectsOf, schemaOf, schemaOfVersion, type Schema } from './schema';
import { changedEpochs, changedSentence, runsWithSums, type ChangedEpochs } from './sums';
import { unreadableRows } from '../stores/unreadable';

export interface DatabaseReport {
  file: string;
  bytes: number;
  /** Of the log beside it, which belongs to it. */
  logBytes: number;
  version: number | null;
  /** The version that this program writes. */
  newestVersion: number;
  /** Whether it says that it is Resbench's. */
  ours: boolean;
  /** One entry a thing that is wrong with the file; empty for a sound one. */
  problems: string[];
  /** What is lost of the log, where the rest can be used as it is. */
  logDamage: string | null;
  /** A sentence a row whose values cannot be read, in a file that may be sound; the first of them. */
  unreadable: string[];
  /** A sentence on numbers that are not those that were stored, which the file may have and be sound. */
  changed: string | null;
  changedEpochs: ChangedEpochs[];
  /** Rows by table; null for one that cannot be read. */
  rows: Record<string, number | null>;
}

/** As many problems are listed at most. */
const MOST_PROBLEMS = 20;

/** Reads every page and number and changes nothing; a damaged database is a report of what is wrong, no failure. */
export function checkDatabase(path: string): Result<DatabaseReport> {
  return attempt(path, () => {
    requireFile(path);
    // The file may be sound, and yet nothing opens it.
    checkJournal(path);
    const report: DatabaseReport = {
      file: path,
      bytes: bytesOf(path),
      logBytes: bytesOf(`${path}-wal`),
      version: null,
      newestVersion: MIGRATIONS.length,
      ours: false,
      problems: [],
      logDamage: null,
      unreadable: [],
      changed: null,
      changedEpochs: [],
      rows: {},
    };
    // What is noted here, the next start copies and tells.
    const log = noteLogDamage(path);
    // The quick look names what keeps SQLite from opening it.
    const verdict = inspect(path, MIGRATIONS, BUSY_MS);
    if (verdict.kind === 'refused') throw new ExpectedError(verdict.error);
    if (log?.mixed) report.problems.push(logProblem(log));
    else if (log) report.logDamage = logProblem(log);
    if (verdict.kind === 'damaged') report.problems.push(verdict.what);
    collect(report, () => readAll(path, report));
    if (report.problems.length > 0) suspect(path);
    const { changedEpochs: changed } = report;
    if (changed.length > 0) report.changed = changedSentence(changed, newestBackup(path));
    return report;
  });
}

function readAll(path: string, report: DatabaseReport): void {
  const sqlite = connectTo(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
  try {
    report.version = versionOf(sqlite);
    report.ours = sqlite.pragma('application_id', { simple: true }) === APPLICATION_ID;
    let schema: Schema = new Map();
    let isOurs = false;
    collect(report, () => {
      schema = schemaOf(sqlite);
      const differs = report.version ? difference(objectsOf(sqlite), MIGRATIONS, report.version) : null;
      if (differs !== null) add(report, differs);
      isOurs = report.version !== 0 && differs === null;
    });
    const ours = new Set(schemaOfVersion(MIGRATIONS, MIGRATIONS.length).keys());
    for (const table of [...schema.keys()].filter((name) => ours.has(name)).sort()) {
      report.rows[table] = null;
      collect(report, () => {
        report.rows[table] = sqlite
          .prepare(`SELECT COUNT(*) FROM ${quoted(table)} NOT INDEXED`)
          .pluck()
          .get() as number;
      });
    }
    // The checks and indexes of another schema would be run by looking at them.
    if (!isOurs) return;
    collect(report, () => {
      const found = sqlite.pragma(`integrity_check(${MOST_PROBLEMS})`) as { integrity_check: string }[];
      for (const { integrity_check: text } of found) if (text !== 'ok') add(report, text);
    });
    collect(report, () => {
      const orphans = sqlite.pragma('foreign_key_check') as { table: string; parent: string }[];
      const first = orphans[0];
      if (first) {
        add(
          report,
          `${orphans.length} rows refer to rows that do not exist, the first from ${first.table} to ${first.parent}`,
        );
      }
    });
    collect(report, () => {
      report.unreadable = unreadableRows(sqlite, new Set(schema.keys()));
    });
    // An earlier version has no sums.
    if (schema.get('epochs')?.columns.includes('sha256')) checkSums(sqlite, report);
  } finally {
    sqlite.close();
  }
}

function checkSums(sqlite: Database.Database, report: DatabaseReport): void {
  let runs: number[] = [];
  collect(report, () => (runs = runsWithSums(sqlite)));
  for (const runId of runs) {
    collect(report, () => {
      // Of one moment: a run that is removed meanwhile would be there by half.
      const epochs = sqlite.transaction(changedEpochs).deferred(sqlite, runId);
      if (epochs.length > 0) report.changedEpochs.push({ runId, epochs });
    });
  }
}

/** Damage is what is looked for: it becomes a problem, and the next question is asked. */
function collect(report: DatabaseReport, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isDamage(error) && !isMisdescribed(error)) throw error;
    add(report, (error as Error).message);
  }
}

function add(report: DatabaseReport, problem: string): void {
  const text = problem.replace(/\s+/g, ' ').trim();
  if (!report.problems.includes(text) && report.problems.length < MOST_PROBLEMS) report.problems.push(text);
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

export interface Vacuumed {
  file: string;
  bytesBefore: number;
  bytesAfter: number;
  /** What opening it found and did, for the user. */
  notices: readonly string[];
}

/** Writes the database anew without unused pages. Refused while a run is active, whose writes it would hold up. */
export function vacuumDatabase(path: string): Result<Vacuumed> {
  return attempt(path, () => {
    requireFile(path);
    const opened = openDatabase(path);
    if (!opened.ok) throw new ExpectedError(opened.error);
    const db = opened.value;
    try {
      const active = db
        .all<{ id: number; name: string; state: string } & ProcessIdentity>(
          `SELECT id, name, state, owner_pid AS pid, owner_start AS start FROM runs WHERE state IN ('preparing', 'running', 'pausing', 'stopping')`,
        )
        .find((run) => isAlive(run));
      if (active) {
        throw expected(
          'conflict',
          `run ${active.id} ("${shown(active.name)}") is ${active.state}, and its steps could not be stored meanwhile: ` +
            'wait for its end or stop it, then try again',
        );
      }
      const size = (): number => bytesOf(path) + bytesOf(`${path}-wal`);
      const bytesBefore = size();
      // The new content goes through a temporary file and the log.
      const tight = roomFor(2 * bytesBefore, dirname(path), 'to write the database anew');
      if (tight) throw new ExpectedError(tight);
      db.raw((sqlite) => {
        sqlite.exec('VACUUM');
        sqlite.pragma('wal_checkpoint(TRUNCATE)');
      });
      return { file: path, bytesBefore, bytesAfter: size(), notices: db.notices };
    } finally {
      db.close();
    }
  });
}

function requireFile(path: string): void {
  refuseLinks(path);
  if (!existsSync(path))
    throw expected('not-found', `there is no database ${path} yet: it is made with the first run`);
}

function attempt<T>(path: string, work: () => T): Result<T> {
  try {
    return ok(work());
  } catch (error) {
    if (error instanceof ExpectedError) return { ok: false, error: error.failure };
    if (isDamage(error)) {
      suspect(path);
      return fail('storage', corruptSentence(path, (error as Error).message));
    }
    const failure = storageFailure(error, path);
    if (failure) return { ok: false, error: failure };
    throw error;
  }
}
