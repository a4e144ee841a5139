/** Over logs that SQLite wrote, and against what SQLite reads of them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, it } from 'vitest';
import { damageOf, INDEX_BYTES, parseIndex, type LogDamage } from '../../../../../src/main/db/care/wal';
import { temporaryFolder } from '../../fixtures';
import { filesOf, type Left } from './left';

const PAGE = 4096;
const FRAME = 24 + PAGE;
const HEADER = 32;

/** The files at a moment at which a connection is open. */
function leftBy(work: (sqlite: Database.Database) => void): Left {
  const path = join(temporaryFolder(), 'a.db');
  const sqlite = new Database(path);
  try {
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('wal_autocheckpoint = 0');
    sqlite.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, content BLOB)');
    work(sqlite);
    return filesOf(path);
  } finally {
    sqlite.close();
  }
}

/** That many transactions of a row each, some of several pages. */
function commit(sqlite: Database.Database, count: number): void {
  const insert = sqlite.prepare('INSERT INTO rows (content) VALUES (?)');
  for (let number = 0; number < count; number++) insert.run(Buffer.alloc((number % 5) * 2000, number));
}

const look = ({ log, index, database }: Left, withIndex = true): LogDamage | null =>
  damageOf(
    { bytes: log.length, read: (at, length) => log.subarray(at, at + length) },
    withIndex ? parseIndex(index.subarray(0, INDEX_BYTES)) : null,
    database.readUInt16BE(16),
  );

/** How many rows SQLite reads, null where it finds the database damaged. */
function rowsIn({ database, log }: Left): number | null {
  const path = join(temporaryFolder(), 'a.db');
  writeFileSync(path, database);
  writeFileSync(`${path}-wal`, log);
  const sqlite = new Database(path);
  try {
    return sqlite.prepare('SELECT COUNT(*) FROM rows').pluck().get() as number;
  } catch (error) {
    // Of the log's first commits nothing was left: there is no table yet.
    if (/no such table/.test((error as Error).message)) return 0;
    if (!String((error as { code?: unknown }).code).startsWith('SQLITE_CORRUPT')) throw error;
    return null;
  } finally {
    sqlite.close();
  }
}

function flipped(left: Left, at: number, bit = 0x10): Left {
  const log = Buffer.from(left.log);
  log[at]! ^= bit;
  return { ...left, log };
}

const cut = (left: Left, bytes: number): Left => ({ ...left, log: left.log.subarray(0, bytes) });

const frameCount = ({ log }: Left): number => (log.length - HEADER) / FRAME;
const startOf = (frame: number): number => HEADER + (frame - 1) * FRAME;
const isCommit = ({ log }: Left, frame: number): boolean => log.readUInt32BE(startOf(frame) + 4) !== 0;

/** Small and fast, the same on every machine (Numerical Recipes). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const ROWS = 30;
/** The database file is as it was before the log: it has the table, and no row. */
let left: Left;

beforeEach(() => {
  left = leftBy((sqlite) => {
    sqlite.pragma('wal_checkpoint(TRUNCATE)');
    commit(sqlite, ROWS);
  });
  expect(rowsIn(left)).toBe(ROWS);
});

describe.each([
  ['with its index', true],
  ['without its index', false],
])('a log (%s)', (_with, withIndex) => {
  it('that is whole is no damage', () => {
    expect(look(left, withIndex)).toBeNull();
  });

  it.each([
    [
      'without a byte',
      () =>
        cut(
          leftBy((sqlite) => sqlite.pragma('wal_checkpoint(TRUNCATE)')),
          0,
        ),
    ],
    [
      'that was written over from its start, with older commits behind',
      () =>
        leftBy((sqlite) => {
          commit(sqlite, 60);
          sqlite.pragma('wal_checkpoint(RESTART)');
          commit(sqlite, 7);
        }),
    ],
    [
      'whose last transaction has no commit',
      () =>
        leftBy((sqlite) => {
          commit(sqlite, 10);
          // More pages than it may keep in memory.
          sqlite.pragma('cache_size = 10');
          sqlite.exec('BEGIN');
          commit(sqlite, 200);
        }),
    ],
    [
      'of which a transaction without a commit was written over by a shorter one',
      () =>
        leftBy((sqlite) => {
          commit(sqlite, 10);
          sqlite.pragma('cache_size = 10');
          sqlite.exec('BEGIN');
          commit(sqlite, 200);
          sqlite.exec('ROLLBACK');
          commit(sqlite, 3);
        }),
    ],
    [
      'all of which is in the database file',
      () =>
        leftBy((sqlite) => {
          commit(sqlite, 20);
          sqlite.pragma('wal_checkpoint(PASSIVE)');
        }),
    ],
  ])('%s is no damage', (_what, make) => {
    const files = make();
    expect(look(files, withIndex)).toBeNull();
    if (files.log.length > 0) {
      // It is not for want of looking.
      expect(look(flipped(files, startOf(6) + 100), withIndex)).not.toBeNull();
    }
  });

  it('with a flipped bit is damage wherever the bit is, except in the last transaction without an index', () => {
    const next = random(5);
    const frames = frameCount(left);
    let lastButOne = frames - 1;
    while (!isCommit(left, lastButOne)) lastButOne--;
    for (let attempt = 0; attempt < 150; attempt++) {
      // Each field of header and frame in turn, then anything.
      const frame = 1 + next(frames);
      const at = attempt < 32 ? attempt : startOf(frame) + (attempt < 80 ? next(24) : next(FRAME));
      const files = flipped(left, at, 1 << next(8));
      const missing = ROWS - rowsIn(files)!;
      const where = `byte ${at}, frame ${(at - HEADER) / FRAME + 1}`;
      const damage = look(files, withIndex);
      if (!withIndex && damage === null) {
        expect(at, where).toBeGreaterThanOrEqual(startOf(lastButOne));
        continue;
      }
      expect(damage, where).not.toBeNull();
      expect(missing, where).toBeGreaterThan(0);
      // Whether the frame that cannot be read was a commit is not known.
      expect([missing, missing - 1], where).toContain(damage!.lostCommits);
      expect(damage!.lostCommits, where).toBeGreaterThan(0);
      expect(damage, where).toMatchObject({ mixed: false, overtaken: false });
    }
  });

  it('whose header is destroyed is damage', () => {
    const log = Buffer.from(left.log);
    log.fill(0, 0, HEADER);
    expect(look({ ...left, log }, withIndex)).toEqual({
      where: 'its header cannot be read',
      // Upon what the first frame follows is not known any more, and it is one of them.
      lostCommits: ROWS - 1,
      lostBytes: left.log.length - HEADER,
      mixed: false,
      overtaken: false,
    });
  });

  it('of which a page is zeros is damage, and tells from where', () => {
    const log = Buffer.from(left.log);
    log.fill(0, startOf(4), startOf(5));
    expect(look({ ...left, log }, withIndex)!.where).toBe(
      `it cannot be read from byte ${startOf(4).toLocaleString('en-US')} on`,
    );
  });
});

describe('a log that is cut short', () => {
  it('is damage at any length where there is an index', () => {
    for (let bytes = left.log.length - 1; bytes >= 0; bytes -= 1 + Math.floor(FRAME * 0.7)) {
      const files = cut(left, bytes);
      const damage = look(files);
      expect(damage, String(bytes)).not.toBeNull();
      const missing = ROWS - rowsIn(files)!;
      expect(damage!.lostCommits, String(bytes)).toBeLessThanOrEqual(missing);
      expect(damage!.lostCommits, String(bytes)).toBeGreaterThan(0);
      expect(damage!.where).toBe(
        `it ends after ${bytes.toLocaleString('en-US')} of ${left.log.length.toLocaleString('en-US')} bytes`,
      );
    }
  });

  it('is as a last transaction that was not written to its end where there is none', () => {
    for (let bytes = left.log.length - 1; bytes >= 0; bytes -= 1 + Math.floor(FRAME * 0.7))
      expect(look(cut(left, bytes), false), String(bytes)).toBeNull();
  });
});

describe('the last commit', () => {
  it('with a flipped bit is damage where there is an index, which knows of it', () => {
    expect(look(flipped(left, left.log.length - 100))).toMatchObject({ lostCommits: 1 });
  });

  it('that was written in part is no damage: nobody was told that it is stored', () => {
    const commits = leftBy((sqlite) => {
      sqlite.pragma('wal_checkpoint(TRUNCATE)');
      commit(sqlite, ROWS - 1);
    });
    // The longer log with the index of the moment before its last transaction.
    const longer = leftBy((sqlite) => {
      sqlite.pragma('wal_checkpoint(TRUNCATE)');
      commit(sqlite, ROWS);
    });
    for (const files of [{ ...longer, index: commits.index }, left]) {
      const torn = flipped(files, files.log.length - 100);
      expect(look(torn, files === left ? false : true)).toBeNull();
    }
  });
});

describe('an index', () => {
  it('of another log, or one that is damaged itself, is not believed', () => {
    const other = leftBy((sqlite) => commit(sqlite, 200));
    expect(look({ ...left, index: other.index })).toBeNull();
    const index = Buffer.from(left.index);
    index.writeUInt32LE(9999, 16);
    index.writeUInt32LE(9999, 64);
    expect(parseIndex(index)).toBeNull();
    index.fill(0);
    expect(parseIndex(index)).toBeNull();
    expect(parseIndex(Buffer.alloc(3))).toBeNull();
  });

  it('that knows of the beginning alone, as after a loss of power, hides no damage behind', () => {
    let early: Buffer;
    const files = leftBy((sqlite) => {
      sqlite.pragma('wal_checkpoint(TRUNCATE)');
      commit(sqlite, 10);
      early = filesOf(sqlite.name).index;
      commit(sqlite, 20);
    });
    const late = { ...files, index: early! };
    expect(look(late)).toBeNull();
    const frames = frameCount(files);
    expect(look(flipped(late, startOf(frames - 6) + 500))!.lostCommits).toBeGreaterThan(0);
  });
});

describe('a log of which the database file has', () => {
  it('everything is nothing that is needed where none of it is read, and must not be read where a part is', () => {
    const files = leftBy((sqlite) => {
      commit(sqlite, 30);
      sqlite.pragma('wal_checkpoint(PASSIVE)');
    });
    const log = Buffer.from(files.log);
    log.fill(0, 0, HEADER);
    expect(look({ ...files, log })).toBeNull();
    expect(rowsIn({ ...files, log })).toBe(30);
    expect(look(flipped(files, startOf(20) + 100))).toMatchObject({
      lostCommits: 0,
      lostBytes: 0,
      mixed: true,
      overtaken: true,
    });
  });

  it('the first part alone is lost from there, whatever of it can be read', () => {
    const reader = { close: (): unknown => null };
    const files = leftBy((sqlite) => {
      commit(sqlite, 30);
      // Who reads an older moment holds up the rest.
      const other = new Database(sqlite.name, { readonly: true });
      other.exec('BEGIN; SELECT COUNT(*) FROM rows');
      reader.close = () => other.close();
      commit(sqlite, 12);
      sqlite.pragma('wal_checkpoint(PASSIVE)');
    });
    reader.close();
    expect(look(files)).toBeNull();
    expect(look(flipped(files, startOf(10) + 100))).toMatchObject({
      lostCommits: 12,
      mixed: true,
      overtaken: true,
    });
    const last = flipped(files, startOf(frameCount(files)) + 100);
    expect(look(last)).toMatchObject({ lostCommits: 1, mixed: false, overtaken: false });
    expect(rowsIn(last)).toBe(41);
  });
});

describe('a program that is killed', () => {
  /** Writes transactions of all sizes, some larger than its memory, some undone, and prints each that was stored. */
  const WRITER = `
    const Database = require(process.argv[1]);
    const sqlite = new Database(process.argv[2]);
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('wal_autocheckpoint = 60');
    sqlite.pragma('cache_size = 10');
    sqlite.exec('CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, content BLOB)');
    const insert = sqlite.prepare('INSERT INTO rows (content) VALUES (?)');
    for (let round = 0; ; round++) {
      sqlite.pragma('synchronous = ' + (round % 4 === 0 ? 'FULL' : 'NORMAL'));
      sqlite.exec('BEGIN IMMEDIATE');
      for (let row = 0; row <= (round * 7) % 23; row++) insert.run(Buffer.alloc(3000, round));
      sqlite.exec('UPDATE rows SET content = zeroblob(2000) WHERE id % 17 = ' + (round % 17));
      sqlite.exec('DELETE FROM rows WHERE id < (SELECT MAX(id) - 150 FROM rows)');
      const { last } = sqlite.prepare('SELECT MAX(id) AS last FROM rows').get();
      sqlite.exec(round % 9 === 8 ? 'ROLLBACK' : 'COMMIT');
      if (round % 9 !== 8) require('fs').writeSync(1, last + '\\n');
    }`;

  it.skipIf(process.platform === 'win32')(
    'at any instant leaves a log without damage, again and again over the same files',
    async () => {
      const path = join(temporaryFolder(), 'a.db');
      const next = random(11);
      let stored = 0;
      for (let kill = 0; kill < 15; kill++) {
        const child = spawn(process.execPath, ['-e', WRITER, require.resolve('better-sqlite3'), path], {
          env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let until = 1 + next(40);
        createInterface({ input: child.stdout }).on('line', (line) => {
          stored = Math.max(stored, Number(line));
          if (--until === 0) child.kill('SIGKILL');
        });
        await once(child, 'close');
        const files = filesOf(path);
        expect(look(files), `kill ${kill}`).toBeNull();
        expect(look(files, false), `kill ${kill}, without an index`).toBeNull();
        expect(parseIndex(files.index), `kill ${kill}`).not.toBeNull();
      }
      const sqlite = new Database(path);
      expect(sqlite.prepare('SELECT MAX(id) FROM rows').pluck().get()).toBeGreaterThanOrEqual(stored);
      sqlite.close();
    },
    60_000,
  );
});
