/** All that can be found wrong with a database, for a person who asks. */
import type Database from 'better-sqlite3';
import { ExpectedError, type Result } from '../../../shared/result';
import { BUSY_MS, connectTo, quoted } from '../connect';
import { bytesOf, requireFile } from '../disk';
import { isDamage, isMisdescribed } from '../errors';
import { versionOf } from '../migrate';
import { MIGRATIONS } from '../migrations';
import { APPLICATION_ID, inspect } from './inspect';
import { logProblem, noteLogDamage } from './log-damage';
import { checkJournal } from './recover';
import { difference, objectsOf, schemaOf, schemaOfVersion, type Schema } from './schema';
import { changedEpochs, changedNotice, runsWithSums, type ChangedEpochs } from './sums';
import { attempt, suspect } from './suspect';

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
  /** A sentence per row whose values cannot be read, in a file that may be sound; the first of them. */
  unreadable: string[];
  /** A sentence on numbers that are not those that were stored, which the file may have and be sound. */
  changed: string | null;
  changedEpochs: ChangedEpochs[];
  /** Rows by table; null for one that cannot be read. */
  rows: Record<string, number | null>;
}

/** As many problems are listed at most. */
const MAX_PROBLEMS = 20;

/** Sentences on rows that the program cannot read, of those tables; without tables that are not there. */
export type UnreadableRows = (sqlite: Database.Database, tables: ReadonlySet<string>) => string[];

/**
 * Reads every page and number and changes nothing; a damaged database is a report of what is wrong, no failure.
 * @param unreadableRows the readers of the stores, which the care of the file does not know
 */
export function checkDatabase(path: string, unreadableRows: UnreadableRows): Result<DatabaseReport> {
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
    collect(report, () => readAll(path, report, unreadableRows));
    if (report.problems.length > 0) suspect(path);
    const { changedEpochs: changed } = report;
    if (changed.length > 0) report.changed = changedNotice(path, changed);
    return report;
  });
}

function readAll(path: string, report: DatabaseReport, unreadableRows: UnreadableRows): void {
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
      const found = sqlite.pragma(`integrity_check(${MAX_PROBLEMS})`) as { integrity_check: string }[];
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
  if (!report.problems.includes(text) && report.problems.length < MAX_PROBLEMS) report.problems.push(text);
}
