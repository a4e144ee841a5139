import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storageSentence } from '../../../../src/main/db/errors';
import { MIGRATIONS } from '../../../../src/main/db/migrations';
import { openDatabase, type Db } from '../../../../src/main/db/open';
import { RunStore } from '../../../../src/main/db/runs';
import type { Result } from '../../../../src/shared/result';

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
    'has the schema that version %i shipped with',
    async (version) => {
      const db = open(path, MIGRATIONS.slice(0, version));
      const rows = db.all<{ sql: string }>(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type DESC, name",
      );
      // Frozen: a change of this file means that databases in the field differ from what the program expects.
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

describe('migrations', () => {
  it('are numbered without gaps', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it('keep what an older version wrote', () => {
    open(path, MIGRATIONS.slice(0, 1)).run(
      `INSERT INTO settings (key, value, updated_at) VALUES ('a', '1', 0)`,
    );
    opened.pop()?.close();
    const later = [
      ...MIGRATIONS,
      { version: MIGRATIONS.length + 1, sql: 'CREATE TABLE later (id INTEGER) STRICT' },
    ];
    const db = open(path, later);
    expect(db.version).toBe(later.length);
    expect(db.all('SELECT key FROM settings')).toEqual([{ key: 'a' }]);
  });

  it('keep the runs of version 1, which have no plan', () => {
    const old = open(path, MIGRATIONS.slice(0, 1));
    // As version 1 wrote it, word for word.
    old.run(
      `INSERT INTO runs (revision, name, architecture, recipe, seed, dataset_id, dataset_title, dataset_sha256,
         dataset_train_count, dataset_eval_count, resbench_version, tensorflow_version, electron_version, node_version,
         machine, state, reason, created_at, params, macs, total_steps, epochs, owner_id, owner_pid, owner_start)
       VALUES (1, 'old', '{"name": "tiny"}', '{"seed": 3}', 3, 'shapes', 'Shapes', 'abc', 10, 5, '0.1.0', '2.21.0', NULL,
         '16.17.1', '{"cpu": "c"}', 'completed', NULL, 1000, 12, 34, 2, 1, 'owner', 1, NULL)`,
    );
    old.run(
      `INSERT INTO run_states (run_id, number, state, reason, at) VALUES (1, 1, 'completed', NULL, 1000)`,
    );
    old.run('INSERT INTO steps (run_id, step, epoch, loss) VALUES (1, 1, 1, 0.5)');
    old.run('INSERT INTO epochs (run_id, epoch, step, val_accuracy) VALUES (1, 1, 1, 0.25)');
    opened.pop()?.close();

    const db = open();
    const runs = new RunStore(db);
    expect(runs.list()).toMatchObject([
      { id: 1, name: 'old', state: 'completed', architecture: { name: 'tiny' }, recipe: { seed: 3 } },
    ]);
    expect(runs.states(1)).toEqual([{ state: 'completed', reason: null, at: 1000 }]);
    expect(db.all('SELECT step, loss FROM steps')).toEqual([{ step: 1, loss: 0.5 }]);
    expect(db.all('SELECT epoch, val_accuracy FROM epochs')).toEqual([{ epoch: 1, val_accuracy: 0.25 }]);
    expect(runs.plan(1)).toBeNull();
    const plan = { 'a shape': { forward: 'native', inputGradient: 'native', filterGradient: 'native' } };
    runs.update(1, { plan });
    expect(runs.plan(1)).toEqual(plan);
  });

  it('leave the version before when one fails in its middle', () => {
    open();
    opened.pop()?.close();
    const broken = [
      ...MIGRATIONS,
      { version: MIGRATIONS.length + 1, sql: 'CREATE TABLE half (id INTEGER) STRICT; SELECT nonsense' },
    ];
    expect(() => openDatabase(path, broken)).toThrow(/nonsense/);
    const db = open();
    expect(db.version).toBe(MIGRATIONS.length);
    expect(db.all("SELECT name FROM sqlite_master WHERE name = 'half'")).toEqual([]);
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
    // Still open, so nothing is carried over from the log to the file when the other connection closes.
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

  it('is refused where it is no database', () => {
    expect(refusedUntouched('Dear diary, today I trained a network.\n'.repeat(50))).toContain(
      'is not a database',
    );
  });

  it('is refused where it is shorter than a header', () => {
    expect(refusedUntouched('short')).toContain('is not a database');
  });

  it('is refused where another program made it', () => {
    const sqlite = new Database(path);
    sqlite.exec('CREATE TABLE bookmarks (url TEXT)');
    sqlite.close();
    expect(refusedUntouched(readFileSync(path))).toContain('belongs to another program');
  });

  it('is refused where its end is missing', () => {
    open();
    opened.pop()?.close();
    const whole = readFileSync(path).length;
    truncateSync(path, whole - 4096);
    expect(refusedUntouched(readFileSync(path))).toContain(`ends after ${whole - 4096} of ${whole} bytes`);
  });

  it('is refused where its inside is overwritten', () => {
    const db = open();
    for (let i = 0; i < 200; i += 1) {
      db.run(
        'INSERT INTO settings (key, value, updated_at) VALUES (?, ?, 0)',
        `key ${i}`,
        JSON.stringify('x'.repeat(500)),
      );
    }
    opened.pop()?.close();
    const content = readFileSync(path);
    content.fill(0xa5, content.length - 8 * 4096, content.length - 4096);
    expect(refusedUntouched(content)).toContain('is damaged');
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
});
