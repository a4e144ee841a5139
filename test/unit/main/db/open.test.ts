import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CheckpointStore, GapStore } from '../../../../src/main/db/stores/checkpoints';
import { backupsFolder, backUpAutomatically } from '../../../../src/main/db/care/backup';
import { storageSentence } from '../../../../src/main/db/errors';
import { MetricStore } from '../../../../src/main/db/stores/metrics';
import { MIGRATIONS } from '../../../../src/main/db/migrations';
import type { Db } from '../../../../src/main/db/database';
import { openDatabase } from '../../../../src/main/db/open';
import { RunStore } from '../../../../src/main/db/stores/runs';
import type { Result } from '../../../../src/shared/result';
import { begun, epoch, newCheckpoint, newRun } from '../fixtures';

let folder: string;
let path: string;
const opened: Db[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-db-'));
  path = join(folder, 'resbench.db');
});

afterEach(() => {
  for (const db of opened.splice(0)) db.close();
  rmSync(folder, { recursive: true, force: true });
});

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

function open(at = path, migrations = MIGRATIONS): Db {
  const result = openDatabase(at, migrations);
  if (!result.ok) throw new Error(result.error.message);
  opened.push(result.value);
  return result.value;
}

function refusal(result: Result<Db>): { code: string; message: string } {
  if (!result.ok) return result.error;
  opened.push(result.value);
  throw new Error('the database was opened');
}

/** One sentence: it ends with a full stop and says something before it. */
const SENTENCE = /^[A-Z].{20,}\.$/s;

describe('a new database', () => {
  it('is created with its folder', () => {
    const db = open(join(folder, 'a', 'b', 'resbench.db'));
    expect(db.version).toBe(MIGRATIONS.length);
  });

  it.each(MIGRATIONS.map(({ version }) => version))(
    'has the schema that shipped with version %i',
    async (version) => {
      const db = open(path, MIGRATIONS.slice(0, version));
      const rows = db.all<{ sql: string }>(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type DESC, name",
      );
      // Frozen: a change of these files means that databases in the field differ from what the program expects.
      await expect(rows.map(({ sql }) => `${sql};`).join('\n\n') + '\n').toMatchFileSnapshot(
        `./schema-${String(version).padStart(4, '0')}.sql`,
      );
    },
  );

  it('uses a write-ahead log and enforces foreign keys', () => {
    const db = open();
    expect(db.get<{ journal_mode: string }>('PRAGMA journal_mode')?.journal_mode).toBe('wal');
    expect(db.get<{ foreign_keys: number }>('PRAGMA foreign_keys')?.foreign_keys).toBe(1);
    expect(db.get<{ timeout: number }>('PRAGMA busy_timeout')?.timeout).toBe(5000);
  });

  it('can be opened again with what was written', () => {
    open().run(`INSERT INTO settings (key, value, updated_at) VALUES ('a', '1', 0)`);
    opened.pop()?.close();
    expect(open().all('SELECT key FROM settings')).toEqual([{ key: 'a' }]);
  });

  it('takes an empty file for one that was never written', () => {
    writeFileSync(path, '');
    expect(open().version).toBe(MIGRATIONS.length);
  });
});

describe('a database newer than the program', () => {
  const newer = (version: number, mode: 'delete' | 'wal'): void => {
    const sqlite = new Database(path);
    sqlite.pragma(`journal_mode = ${mode}`);
    sqlite.exec('CREATE TABLE future (id INTEGER); INSERT INTO future VALUES (7)');
    sqlite.pragma(`user_version = ${version}`);
    sqlite.close();
  };

  it.each(['delete', 'wal'] as const)('is refused and left as it is, journal mode %s', (mode) => {
    newer(999, mode);
    const before = sha256(path);
    const error = refusal(openDatabase(path));
    expect(error.code).toBe('newer-database');
    expect(error.message).toContain(path);
    expect(error.message).toContain('version 999');
    expect(error.message).toContain(`up to ${MIGRATIONS.length}`);
    expect(error.message).toMatch(SENTENCE);
    expect(sha256(path)).toBe(before);
    expect(readdirSync(folder)).toEqual(['resbench.db']);
  });

  it('is refused where only the log holds the newer version', () => {
    open().run(`INSERT INTO settings (key, value, updated_at) VALUES ('a', '1', 0)`);
    // Still open, so nothing is checkpointed from the log to the file when the other connection closes.
    const other = new Database(path);
    other.pragma('user_version = 999');
    other.close();
    const before = [sha256(path), sha256(`${path}-wal`)];
    expect(readFileSync(path).readUInt32BE(60)).not.toBe(999);
    expect(refusal(openDatabase(path)).code).toBe('newer-database');
    expect([sha256(path), sha256(`${path}-wal`)]).toEqual(before);
  });
});

describe('a file that cannot be used', () => {
  const refusedUntouched = (content: Buffer | string): string => {
    writeFileSync(path, content);
    const before = sha256(path);
    const error = refusal(openDatabase(path));
    expect(error.code).toBe('storage');
    expect(error.message).toContain(path);
    expect(error.message).toMatch(SENTENCE);
    expect(sha256(path)).toBe(before);
    // Reading a file in WAL mode may leave an empty log and its index behind.
    expect(readdirSync(folder).filter((name) => !/^resbench\.db-(wal|shm)$/.test(name))).toEqual([
      'resbench.db',
    ]);
    return error.message;
  };

  it('is refused where another program made it', () => {
    const sqlite = new Database(path);
    sqlite.exec('CREATE TABLE bookmarks (url TEXT)');
    sqlite.close();
    expect(refusedUntouched(readFileSync(path))).toContain('belongs to another program');
  });

  it('is refused where it is a folder', () => {
    mkdirSync(path);
    const error = refusal(openDatabase(path));
    expect(error).toMatchObject({ code: 'storage', message: expect.stringMatching(SENTENCE) });
    expect(error.message).toContain('is not a file');
  });
});

describe('a data folder that cannot be used', () => {
  it('is refused where it lies below a file', () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'content');
    const error = refusal(openDatabase(join(file, 'home', 'resbench.db')));
    expect(error.code).toBe('storage');
    expect(error.message).toContain(join(file, 'home'));
    expect(error.message).toMatch(SENTENCE);
    expect(readFileSync(file, 'utf8')).toBe('content');
  });

  /** Permissions do not bind root, so the work is done as nobody there. */
  const asOrdinaryUser = <T>(work: () => T): T => {
    if (process.getuid?.() !== 0) return work();
    process.setegid!(65534);
    process.seteuid!(65534);
    try {
      return work();
    } finally {
      process.seteuid!(0);
      process.setegid!(0);
    }
  };

  describe.skipIf(process.platform === 'win32')('because of its permissions', () => {
    it('is refused where it is read-only and empty', () => {
      const home = join(folder, 'home');
      mkdirSync(home);
      chmodSync(folder, 0o755);
      chmodSync(home, 0o555);
      const error = refusal(asOrdinaryUser(() => openDatabase(join(home, 'resbench.db'))));
      expect(error.code).toBe('storage');
      expect(error.message).toContain(home);
      expect(error.message).toMatch(SENTENCE);
      expect(existsSync(join(home, 'resbench.db'))).toBe(false);
    });

    it('is refused where its database is read-only, and keeps it', () => {
      open();
      opened.pop()?.close();
      const before = sha256(path);
      chmodSync(path, 0o444);
      chmodSync(folder, 0o555);
      const error = refusal(asOrdinaryUser(() => openDatabase(path)));
      chmodSync(folder, 0o755);
      expect(error.code).toBe('storage');
      expect(error.message).toContain('cannot be written');
      expect(error.message).toMatch(SENTENCE);
      expect(sha256(path)).toBe(before);
      expect(readdirSync(folder)).toEqual(['resbench.db']);
    });
  });
});

it.skipIf(process.platform === 'win32')(
  'a new database, its log and its backups are their user’s alone',
  () => {
    const before = process.umask(0o022);
    try {
      const db = open();
      new RunStore(db).create(newRun());
      db.raw((sqlite) => backUpAutomatically(sqlite, path));
      const files = [
        path,
        `${path}-wal`,
        `${path}-shm`,
        ...readdirSync(backupsFolder(path)).map((name) => join(backupsFolder(path), name)),
      ];
      expect(files.map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(files.map(() => '600'));
      expect((statSync(backupsFolder(path)).mode & 0o777).toString(8)).toBe('700');
    } finally {
      process.umask(before);
    }
  },
);

describe('sentences for what the system reports', () => {
  it.each([
    'ENOSPC',
    'EACCES',
    'EROFS',
    'ENOTDIR',
    'EIO',
    'SQLITE_FULL',
    'SQLITE_READONLY',
    'SQLITE_CORRUPT',
  ])('%s names the folder or the file', (code) => {
    const sentence = storageSentence(code, '/data/resbench.db') ?? '';
    expect(sentence).toMatch(SENTENCE);
    expect(sentence).toContain('/data');
  });

  it.each(['SQLITE_IOERR_SHMSIZE', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMOPEN', 'SQLITE_CANTOPEN'])(
    '%s is said to be for lack of room where there is none',
    (code) => {
      const full = /^The disk that holds the database .+ is full: /;
      expect(storageSentence(code, '/data/resbench.db', undefined, () => 0)).toMatch(full);
      if (code !== 'SQLITE_IOERR_SHMSIZE') {
        expect(storageSentence(code, '/data/resbench.db', undefined, () => 1e9)).not.toMatch(full);
        expect(storageSentence(code, '/data/resbench.db', undefined, () => null)).not.toMatch(full);
      }
    },
  );

  it('takes a failed read for what it is, however full the disk', () => {
    expect(storageSentence('SQLITE_IOERR_READ', '/data/resbench.db', undefined, () => 0)).toContain('failed');
  });

  it('takes a violated constraint for a bug', () => {
    expect(storageSentence('SQLITE_CONSTRAINT_UNIQUE', '/data/resbench.db')).toBeNull();
  });
});

describe('writes', () => {
  it('are all or nothing', () => {
    const db = open();
    const insert = `INSERT INTO settings (key, value, updated_at) VALUES ('a', '1', 0)`;
    expect(() =>
      db.write('durable', () => {
        db.run(insert);
        throw new Error('halfway');
      }),
    ).toThrow('halfway');
    expect(db.all('SELECT * FROM settings')).toEqual([]);
  });

  it('are on disk at once where they must be, and cheaper otherwise', () => {
    const db = open();
    const synchronous = (): number => db.get<{ synchronous: number }>('PRAGMA synchronous')!.synchronous;
    expect(db.write('durable', synchronous)).toBe(2);
    expect(db.write('fast', synchronous)).toBe(1);
    expect(synchronous()).toBe(1);
  });

  it('go on while others read, and readers keep seeing the moment at which they began', () => {
    const [writer, reader] = [open(), open()];
    const keys = (): unknown[] => reader.all('SELECT key FROM settings');
    reader.read(() => {
      expect(keys()).toEqual([]);
      writer.write('durable', () =>
        writer.run(`INSERT INTO settings (key, value, updated_at) VALUES ('a', '1', 0)`),
      );
      expect(keys()).toEqual([]);
    });
    expect(keys()).toEqual([{ key: 'a' }]);
    writer.write('fast', () => expect(keys()).toEqual([{ key: 'a' }]));
  });
});

describe('what cannot be had again is on disk when the call returns', () => {
  const durabilityOf = (work: (db: Db, runId: number) => void): string[] => {
    const db = open();
    const { id } = begun(db);
    const write = vi.spyOn(db, 'write');
    work(db, id);
    // What is written within a transaction belongs to it.
    return write.mock.calls.map(([durability]) => durability);
  };

  it.each<[string, (db: Db, id: number) => void]>([
    ['a run', (db) => new RunStore(db).create(newRun())],
    ['a state', (db, id) => new RunStore(db).transition(id, 'running', null, 1)],
    ['an epoch', (db, id) => new MetricStore(db).addEpoch(id, epoch(1))],
    ['a checkpoint', (db, id) => new CheckpointStore(db).add(newCheckpoint(id))],
    [
      'a gap',
      (db, id) =>
        new GapStore(db).add(id, { step: 1, at: 1, lostSeconds: 1, lostSteps: 0, reason: 'killed' }),
    ],
  ])('%s', (_what, work) => {
    expect(durabilityOf(work)).toEqual(['durable']);
  });
});
