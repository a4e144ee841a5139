/**
 * What is in the log is checkpointed into the database file page by page, the first one first, which holds the new size: a
 * file that is shorter than it says is no damage then.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { databasePath } from '../../../../../src/node/files/home';
import { inspect } from '../../../../../src/main/db/care/inspect';
import { MetricStore } from '../../../../../src/main/db/stores/metrics';
import { MIGRATIONS } from '../../../../../src/main/db/migrations';
import type { Db } from '../../../../../src/main/db/database';
import { openDatabase } from '../../../../../src/main/db/open';
import { begun, step, temporaryFolder } from '../../fixtures';
import { filesOf, type Left } from './left';
import { fromColumns } from '../../../../../src/shared/step-columns';

const PAGE = 4096;
const FRAME = 24 + PAGE;
const STEPS = 600;

const opened: Db[] = [];
afterEach(() => {
  for (const db of opened.splice(0)) db.close();
});

function open(path: string): Db {
  const result = openDatabase(path);
  if (!result.ok) throw new Error(result.error.message);
  opened.push(result.value);
  return result.value;
}

/** The files of a moment at which a program has a database open, whose file has grown by steps that are in the log alone. */
function left(): Left {
  const path = databasePath(temporaryFolder());
  const db = open(path);
  const { id } = begun(db);
  db.raw((sqlite) => sqlite.pragma('wal_checkpoint(TRUNCATE)'));
  const steps = Array.from({ length: STEPS }, (_, index) => step(index + 1));
  while (steps.length > 0) new MetricStore(db).addSteps(id, steps.splice(0, 20));
  return filesOf(path);
}

/** Newest content of each page in the log, in the order in which SQLite carries them over. */
function pagesOf(log: Buffer): [number: number, content: Buffer][] {
  const pages = new Map<number, Buffer>();
  for (let at = 32; at + FRAME <= log.length; at += FRAME)
    pages.set(log.readUInt32BE(at), log.subarray(at + 24, at + FRAME));
  return [...pages].sort(([a], [b]) => a - b);
}

/** The database file when so many of the pages have been checkpointed. */
function checkpointed({ database, log }: Left, count: number): Buffer {
  const pages = pagesOf(log).slice(0, count);
  const file = Buffer.alloc(Math.max(database.length, ...pages.map(([number]) => number * PAGE)));
  database.copy(file);
  for (const [number, content] of pages) content.copy(file, (number - 1) * PAGE);
  return file;
}

function laid({ log, index }: Left, database: Buffer, withIndex: boolean): string {
  const path = databasePath(temporaryFolder());
  writeFileSync(path, database);
  writeFileSync(`${path}-wal`, log);
  if (withIndex) writeFileSync(`${path}-shm`, index);
  return path;
}

const stepsIn = (db: Db): number[] =>
  fromColumns(new MetricStore(db).steps(1, 0, 1e6)).map((row) => row.step);
const all = Array.from({ length: STEPS }, (_, index) => index + 1);

describe('a program that was killed while it checkpointed the log', () => {
  it('has lost nothing, whatever page it was at', () => {
    const files = left();
    const pages = pagesOf(files.log);
    expect(pages[0]![0]).toBe(1);
    let short = 0;
    for (let count = 0; count <= pages.length; count++) {
      const database = checkpointed(files, count);
      if (database.length < database.readUInt32BE(28) * PAGE) short++;
      for (const withIndex of [true, false]) {
        const path = laid(files, database, withIndex);
        const db = open(path);
        expect(db.notices, `${count} pages`).toEqual([]);
        expect(stepsIn(db), `${count} pages`).toEqual(all);
        expect(db.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
        db.close();
        expect(readdirSync(join(path, '..'))).toEqual(['resbench.db']);
      }
    }
    expect(short).toBeGreaterThan(3);
  });
});

describe('a database file that is shorter than it says', () => {
  const verdict = (path: string) => inspect(path, MIGRATIONS, 1000);

  it('is damaged where its log has only some of the pages that it lacks', () => {
    const files = left();
    const whole = checkpointed(files, 1e9);
    // The log of what was stored after all of that had been checkpointed.
    const later = databasePath(temporaryFolder());
    writeFileSync(later, whole);
    const db = open(later);
    new MetricStore(db).addSteps(1, [step(STEPS + 1)]);
    const log = readFileSync(`${later}-wal`);
    const last = pagesOf(log)
      .map(([number]) => number)
      .pop()!;
    expect(last * PAGE).toBe(whole.length);
    const path = databasePath(temporaryFolder());
    for (const missing of [1, 2, 3]) {
      writeFileSync(path, whole);
      copyFileSync(`${later}-wal`, `${path}-wal`);
      rmSync(`${path}-shm`, { force: true });
      truncateSync(path, whole.length - missing * PAGE);
      const expected = {
        kind: 'damaged',
        what: `it ends after ${whole.length - missing * PAGE} of ${whole.length} bytes`,
      };
      // The last page alone is there.
      expect(verdict(path), String(missing)).toEqual(missing === 1 ? { kind: 'sound' } : expected);
    }
  });

  it('is damaged where it has no log', () => {
    const whole = checkpointed(left(), 1e9);
    const path = databasePath(temporaryFolder());
    writeFileSync(path, whole.subarray(0, whole.length - PAGE));
    expect(verdict(path)).toEqual({
      kind: 'damaged',
      what: `it ends after ${whole.length - PAGE} of ${whole.length} bytes`,
    });
  });
});

it('a database that another program writes, checkpoints and shrinks meanwhile is sound at every look', async () => {
  const path = databasePath(temporaryFolder());
  open(path).close();
  const writer = spawn(
    process.execPath,
    [
      '-e',
      `const sqlite = new (require(${JSON.stringify(require.resolve('better-sqlite3'))}))(${JSON.stringify(path)}, { timeout: 10000 });
       sqlite.pragma('wal_autocheckpoint = 0');
       const insert = sqlite.prepare("INSERT INTO settings (key, value, updated_at) VALUES (?, ?, 0)");
       const text = JSON.stringify('x'.repeat(200000));
       let ended = false;
       process.stdin.on('data', () => (ended = true));
       console.log('ready');
       let number = 0;
       (function round() {
         if (ended) return sqlite.close();
         for (let i = 0; i < 10; i++) insert.run('of the test ' + number++, text);
         sqlite.pragma('wal_checkpoint(PASSIVE)');
         if (number % 50 === 0) {
           sqlite.exec("DELETE FROM settings WHERE key LIKE 'of the test %'; VACUUM");
           sqlite.pragma('wal_checkpoint(TRUNCATE)');
         }
         setImmediate(round);
       })();`,
    ],
    { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  onTestFinished(() => void writer.kill('SIGKILL'));
  await once(writer.stdout, 'data');
  for (let look = 0; look < 800; look++) {
    expect(inspect(path, MIGRATIONS, 10_000), `look ${look}`).toEqual({ kind: 'sound' });
  }
  writer.stdin.end('end');
  expect(await once(writer, 'exit')).toEqual([0, null]);
  const sqlite = new Database(path, { readonly: true });
  expect(sqlite.pragma('integrity_check', { simple: true })).toBe('ok');
  sqlite.close();
}, 300_000);
