/**
 * A damaged database is set aside whole, under a dated name in its own folder, and what can be read of it goes into a
 * fresh one in its place. A journal beside it holds others off meanwhile and lets the next start finish what a killed
 * one began.
 */
import { constants, copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { inert } from '../../../architecture/inert-text';
import { createOwn, readOwn, writeOwn } from '../../../node/files/own-files';
import { isAlive, ownIdentity } from '../../../node/processes/process-identity';
import { plural } from '../../../shared/format';
import { ExpectedError, expected, fail, ok, type Result } from '../../../shared/result';
import { newestBackup } from './backup';
import { connectTo } from '../connect';
import { bytesOf, COMPANIONS, fileDate, flush, otherUsersOf, roomFor, unusedName } from '../disk';
import { corruptSentence, isDamage, storageFailure } from '../errors';
import { migrate } from '../migrate';
import type { Migration } from '../migrations/migration';
import { salvage, type Salvaged } from './salvage';

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER);
const runId = count.min(1);
const salvagedSchema = z.strictObject({
  runs: count,
  steps: count,
  epochs: count,
  lostRuns: z.array(runId),
  lostSteps: z.array(z.strictObject({ runId, steps: count })),
  lostEpochs: z.array(z.strictObject({ runId, epochs: count })),
  // Not in a journal of an earlier version.
  lostVersions: count.default(0),
});

/**
 * The folder may be somebody else's, and a journal planted in it: it names one file, of a form that lies beside the database,
 * and numbers, and nothing in it is shown as it stands there.
 */
const journalSchema = z.strictObject({
  owner: z.strictObject({ pid: z.int().min(1), start: z.string().max(200).nullable() }),
  /** Name in the database's folder under which the damaged file is kept. */
  aside: z.string().regex(/^resbench-damaged-\d{8}-\d{6}(?:-\d{1,6})?\.sqlite3$/),
  /**
   * What was read (`unknown` in a journal of the first version); null until the fresh database is complete, and nothing has
   * been moved before.
   */
  salvaged: salvagedSchema.or(z.literal('unknown')).nullable(),
});
type Journal = z.infer<typeof journalSchema>;
/** Thousands of damaged runs; more is no journal. */
const MAX_JOURNAL_BYTES = 2 ** 20;

const journalOf = (path: string): string => `${path}-recovering`;
const freshOf = (path: string): string => `${path}-recovered`;
const copyOf = (path: string): string => `${path}-copy`;
const templateOf = (path: string): string => `${path}-template`;
/** A recovery by another process is waited for this long, and polled this often. */
const PATIENCE = { patienceMs: 30_000, pollMs: 50 };

/**
 * Sets the damaged database aside and puts what can be read in its place; the value is the sentence for the user.
 *
 * @param readsLog false where the database file is ahead of what can be read of its log
 */
export function recoverDatabase(
  path: string,
  what: string,
  migrations: readonly Migration[],
  readsLog = true,
): Result<string> {
  const [user] = otherUsersOf(path);
  if (user !== undefined) {
    return fail('storage', `${corruptSentence(path, what).slice(0, -1)} (process ${user} has it open).`);
  }
  // The copy, and at most as much again for what is read from it.
  const needed = 2 * (bytesOf(path) + bytesOf(`${path}-wal`));
  const tight = roomFor(needed, dirname(path), `to recover the damaged database ${path}`);
  if (tight) return { ok: false, error: tight };
  const journal: Journal = { owner: ownIdentity(), aside: basename(asideOf(path)), salvaged: null };
  if (!begin(path, journal)) return ok('');
  try {
    journal.salvaged = readDamaged(path, migrations, readsLog);
    writeOwn(dirname(path), journalOf(path), JSON.stringify(journal), true);
  } catch (error) {
    removeWork(path);
    rmSync(journalOf(path), { force: true });
    throw error;
  }
  swap(path, journal);
  return ok(noticeOf(path, what, journal));
}

/**
 * Waits for a recovery by another process, or finishes one whose process died. The value is the sentence for the user
 * where this process finished one, else null.
 */
export function settleRecovery(path: string, { patienceMs, pollMs } = PATIENCE): string | null {
  const until = performance.now() + patienceMs;
  for (;;) {
    const journal = readJournal(path, pollMs);
    if (journal === null) return null;
    if (!isAlive(journal.owner)) return takeOver(path, journal);
    if (performance.now() > until) {
      throw new ExpectedError(
        fail(
          'storage',
          `Process ${journal.owner.pid} is recovering the damaged database ${path}: wait for it and try again.`,
        ).error,
      );
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
  }
}

/** False where another process was faster. */
const begin = (path: string, journal: Journal): boolean =>
  createOwn(dirname(path), journalOf(path), JSON.stringify(journal));

function readJournal(path: string, pollMs: number): Journal | null {
  const file = journalOf(path);
  // One without content is being written, or its writer died with nothing done yet.
  for (let attempt = 0; ; attempt++) {
    const text = readOwn(dirname(path), file, MAX_JOURNAL_BYTES)?.toString('utf8') ?? null;
    if (text === null) return null;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      if (attempt === 20) rmSync(file, { force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pollMs);
      continue;
    }
    return journalOrRefusal(path, value);
  }
}

/** @throws ExpectedError (`storage`) where Resbench has written no such journal */
function journalOrRefusal(path: string, value: unknown): Journal {
  const journal = journalSchema.safeParse(fromEarlierVersion(path, value));
  if (journal.success) return journal.data;
  throw expected(
    'storage',
    `The file ${journalOf(path)} is not the journal of a recovery that Resbench has begun, so nothing was renamed or removed for it: ` +
      'move it away and try again.',
  );
}

/**
 * Looks at the journal, where there is one, and changes nothing.
 * @throws ExpectedError (`storage`) where the next start will refuse it
 */
export function checkJournal(path: string): void {
  const text = readOwn(dirname(path), journalOf(path), MAX_JOURNAL_BYTES)?.toString('utf8');
  if (text === undefined) return;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // One that is being written, or whose writer has died: the next start waits for it, then removes it.
    return;
  }
  journalOrRefusal(path, value);
}

/** The first version gave the whole path of the file set aside, and the sentence in the place of the numbers. */
function fromEarlierVersion(path: string, value: unknown): unknown {
  const { owner, aside, notice, ...others } = (value ?? {}) as Record<string, unknown>;
  if (typeof aside !== 'string' || notice === undefined || Object.keys(others).length > 0) return value;
  if (dirname(aside) !== dirname(path)) return value;
  return { owner, aside: basename(aside), salvaged: notice === null ? null : 'unknown' };
}

/** Two that start at once both see the dead one: who gets to rename its journal continues. */
function takeOver(path: string, { aside, salvaged }: Journal): string | null {
  const claimed: Journal = { owner: ownIdentity(), aside, salvaged };
  const mine = `${journalOf(path)}-${process.pid}`;
  try {
    renameSync(journalOf(path), mine);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const begun = begin(path, claimed);
  rmSync(mine, { force: true });
  if (!begun) return null;
  // A fresh database that is neither at its place nor at hand was never complete.
  if (salvaged === null || !(existsSync(freshOf(path)) || existsSync(besides(path, aside)))) {
    removeWork(path);
    rmSync(journalOf(path), { force: true });
    return null;
  }
  swap(path, claimed);
  return noticeOf(path, null, claimed);
}

const besides = (path: string, name: string): string => join(dirname(path), name);

/** `resbench-damaged-20261124-093000.sqlite3`, beside the database. */
const asideOf = (path: string): string =>
  unusedName(join(dirname(path), `resbench-damaged-${fileDate(new Date())}`), '.sqlite3');

function readDamaged(path: string, migrations: readonly Migration[], readsLog: boolean): Salvaged {
  removeWork(path);
  // What is read goes where nobody else can read it, as does the copy of a private file.
  createOwn(dirname(path), freshOf(path), '');
  const copy = copyOf(path);
  // The damaged file itself is never opened: SQLite would carry its log over.
  copyFileSync(path, copy, constants.COPYFILE_FICLONE);
  if (readsLog && existsSync(`${path}-wal`))
    copyFileSync(`${path}-wal`, `${copy}-wal`, constants.COPYFILE_FICLONE);
  const salvaged = salvageOrBegin(path, migrations);
  flush(freshOf(path));
  for (const file of [copy, templateOf(path)]) removeDatabase(file);
  return salvaged;
}

/** Nothing may keep the work from continuing, since the damaged file is kept whole: then it continues empty. */
function salvageOrBegin(path: string, migrations: readonly Migration[]): Salvaged {
  try {
    return salvage(copyOf(path), freshOf(path), templateOf(path), migrations);
  } catch (error) {
    if (error instanceof ExpectedError || (!isDamage(error) && storageFailure(error, path))) throw error;
    removeDatabase(freshOf(path));
    createOwn(dirname(path), freshOf(path), '');
    const sqlite = connectTo(freshOf(path));
    migrate(sqlite, freshOf(path), migrations);
    sqlite.close();
    return { runs: 0, steps: 0, epochs: 0, lostRuns: [], lostSteps: [], lostEpochs: [], lostVersions: 0 };
  }
}

function removeWork(path: string): void {
  for (const file of [copyOf(path), templateOf(path), freshOf(path)]) removeDatabase(file);
}

function removeDatabase(file: string): void {
  for (const companion of ['', '-journal', ...COMPANIONS]) rmSync(file + companion, { force: true });
}

/** Old out, new in; every step may be done already. The log leaves first, since the new file must never meet it. */
function swap(path: string, journal: Journal): void {
  const aside = besides(path, journal.aside);
  // Once the damaged file is aside, what lies at the path is the new one.
  if (!existsSync(aside)) {
    for (const companion of [...COMPANIONS, '']) {
      if (existsSync(path + companion)) renameSync(path + companion, aside + companion);
    }
  }
  if (existsSync(freshOf(path))) renameSync(freshOf(path), path);
  for (const mark of ['-suspect', '-log-damage']) rmSync(path + mark, { force: true });
  flush(path);
  rmSync(journalOf(path), { force: true });
}

/** @param what was damaged; null where a process that is gone has seen it */
function noticeOf(path: string, what: string | null, { aside, salvaged }: Journal): string {
  const backup = newestBackup(path);
  return (
    `The database ${path} was damaged${what === null ? '' : ` (${inert(what.replace(/\.$/, ''))})`} and has been set aside whole ` +
    `as ${besides(path, aside)}: ` +
    (salvaged === null || salvaged === 'unknown'
      ? 'what could be read of it is in its place'
      : savedAndLost(salvaged)) +
    `${backup === null ? '' : `; the newest backup is ${backup}`}.`
  );
}

/** As part of a sentence. */
function savedAndLost({
  runs,
  steps,
  epochs,
  lostRuns,
  lostSteps,
  lostEpochs,
  lostVersions,
}: Salvaged): string {
  const lost = [
    ...(lostRuns.length > 0 ? [`${named('run', lostRuns)} as a whole`] : []),
    ...summed(
      'step',
      lostSteps.map(({ runId, steps: count }) => ({ runId, count })),
    ),
    ...summed(
      'epoch',
      lostEpochs.map(({ runId, epochs: count }) => ({ runId, count })),
    ),
    ...(lostVersions > 0 ? [`${plural(lostVersions, 'version')} of saved architectures or recipes`] : []),
  ];
  return (
    (runs > 0
      ? `${plural(runs, 'run')} with ${plural(steps, 'step')} and ${plural(epochs, 'epoch')} could be recovered`
      : 'no run could be recovered from it') +
    (lost.length > 0
      ? `; lost: ${lost.join(', ')}`
      : runs > 0
        ? '; no run, step or epoch is known to be missing'
        : '')
  );
}

function summed(what: string, lost: { runId: number; count: number }[]): string[] {
  if (lost.length === 0) return [];
  const total = lost.reduce((sum, { count }) => sum + count, 0);
  return [
    `${plural(total, what)} of ${named(
      'run',
      lost.map(({ runId }) => runId),
    )}`,
  ];
}

/** The numbers of a few, or how many. */
const named = (what: string, ids: readonly number[]): string =>
  ids.length <= 5 ? `${what}${ids.length === 1 ? '' : 's'} ${ids.join(', ')}` : plural(ids.length, what);
