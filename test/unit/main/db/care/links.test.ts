/** A data folder of somebody else's may hold links: none of those around the database is followed. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { backUpDatabase, checkDatabase, vacuumDatabase } from '../../../../../src/main/db/maintenance';
import { openDatabase } from '../../../../../src/main/db/open';
import { unusedName } from '../../../../../src/main/db/disk';
import { suspect } from '../../../../../src/main/db/care/suspect';
import { MIGRATIONS } from '../../../../../src/main/db/migrations';
import { databasePath } from '../../../../../src/node/files/home';
import { temporaryFolder } from '../../fixtures';

let folder: string;
let path: string;
let victim: string;

beforeEach(() => {
  folder = join(temporaryFolder(), 'data');
  mkdirSync(folder);
  path = databasePath(folder);
  victim = join(folder, '..', 'victim');
  writeFileSync(victim, 'mine');
  const opened = openDatabase(path);
  if (!opened.ok) throw new Error(opened.error.message);
  opened.value.close();
});

const BESIDE = ['-wal', '-shm', '-journal', '-suspect', '-log-damage', '-recovering', '-recovered', '-copy'];
const SURFACES = {
  'opening it': () => openDatabase(path),
  'db check': () => checkDatabase(path),
  'db backup': () => backUpDatabase(path, join(folder, '..', 'backup')),
  'db vacuum': () => vacuumDatabase(path),
};

describe.skipIf(process.platform === 'win32')('a link', () => {
  describe.each(Object.entries(SURFACES))('met by %s', (_surface, meet) => {
    it.each(BESIDE)(
      'in the place of the database’s %s is refused in one sentence, and not followed',
      (beside) => {
        symlinkSync(victim, path + beside);
        const before = readdirSync(folder).sort();
        expect(meet()).toMatchObject({
          ok: false,
          error: {
            code: 'storage',
            message: expect.stringMatching(/^There is a link at .+, and Resbench .+\.$/),
          },
        });
        expect(readFileSync(victim, 'utf8')).toBe('mine');
        expect(readdirSync(folder).sort()).toEqual(before);
      },
    );

    it('in the place of the database is refused, wherever it leads', () => {
      const other = join(folder, '..', 'other');
      mkdirSync(other);
      symlinkSync(path, databasePath(other));
      path = databasePath(other);
      expect(meet()).toMatchObject({ ok: false, error: { code: 'storage' } });
      expect(readdirSync(other)).toEqual(['resbench.db']);
    });
  });

  it('in the place of the mark of damage is not emptied', () => {
    symlinkSync(victim, `${path}-suspect`);
    suspect(path);
    expect(readFileSync(victim, 'utf8')).toBe('mine');
  });

  it('that leads nowhere is no free name', () => {
    symlinkSync(join(folder, '..', 'made'), join(folder, 'name.wal'));
    expect(unusedName(join(folder, 'name'), '.wal')).toBe(join(folder, 'name-2.wal'));
  });

  it('in the place of the folder of backups gets none, and loses none', () => {
    const elsewhere = join(folder, '..', 'elsewhere');
    mkdirSync(elsewhere);
    const names = [1, 2, 3, 4, 5, 6].map((day) => `resbench-v1-2026010${day}-000000.sqlite3`);
    for (const name of names) writeFileSync(join(elsewhere, name), 'mine');
    symlinkSync(elsewhere, join(folder, 'backups'));
    expect(backUpDatabase(path, null)).toMatchObject({ ok: false, error: { code: 'storage' } });
    const migrations = [
      ...MIGRATIONS,
      {
        version: MIGRATIONS.length + 1,
        name: 'more',
        sql: 'CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT',
      },
    ];
    expect(openDatabase(path, migrations)).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(readdirSync(elsewhere).sort()).toEqual(names);
  });

  it('is not what a pipe is, which is refused too and not waited for', () => {
    execFileSync('mkfifo', [`${path}-wal`]);
    expect(openDatabase(path)).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(existsSync(`${path}-wal`)).toBe(true);
  });
});
