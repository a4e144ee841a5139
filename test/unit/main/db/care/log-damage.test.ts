/** What a start makes of a log that was damaged after the program was killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { databasePath } from '../../../../../src/node/files/home';
import { MetricStore } from '../../../../../src/main/db/stores/metrics';
import { MIGRATIONS } from '../../../../../src/main/db/migrations';
import type { Db } from '../../../../../src/main/db/database';
import { openDatabase } from '../../../../../src/main/db/open';
import { typeIn } from '../../../cli/memory';
import { begun, step, temporaryFolder } from '../../fixtures';
import { fromColumns } from '../../../../../src/shared/step-columns';

const FRAME = 24 + 4096;
const STEPS = 200;

let home: string;
let path: string;
const opened: Db[] = [];

beforeEach(() => {
  home = temporaryFolder();
  path = databasePath(home);
});

afterEach(() => {
  for (const db of opened.splice(0)) db.close();
});

function open(at = path): Db {
  const result = openDatabase(at);
  if (!result.ok) throw new Error(result.error.message);
  opened.push(result.value);
  return result.value;
}

/**
 * Lays into the data folder what a program leaves that is killed after it has stored a run of 200 steps, one at a time: the
 * files of a moment at which it has the database open. The run itself is in the database file, its steps are in the log.
 */
function leave(work: (db: Db) => void = () => {}): void {
  const source = databasePath(temporaryFolder());
  const db = open(source);
  const { id } = begun(db);
  db.raw((sqlite) => sqlite.pragma('wal_checkpoint(TRUNCATE)'));
  for (let number = 1; number <= STEPS; number++) new MetricStore(db).addSteps(id, [step(number)]);
  work(db);
  for (const ending of ['', '-wal', '-shm']) copyFileSync(source + ending, path + ending);
  db.close();
}

const log = (): Buffer => readFileSync(`${path}-wal`);

function change(what: (content: Buffer) => void): void {
  const content = log();
  what(content);
  writeFileSync(`${path}-wal`, content);
}

const flip = (at: number): void => change((content) => (content[at]! ^= 0x10));

const stepsIn = (db: Db): number[] =>
  fromColumns(new MetricStore(db).steps(1, 0, 1e6)).map((row) => row.step);
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

/** What lies in the data folder besides the database that is open. */
const others = (): string[] =>
  readdirSync(home)
    .filter((name) => !/^resbench\.db(-wal|-shm)?$/.test(name))
    .sort();

const NOTICE =
  /^The log (.+resbench\.db-wal) of the database is damaged \((.+)\): the last changes before the program ended \(at least ([\d,]+) changes?, ([\d,]+) bytes\) could not be read and are lost, everything before them is there, the log as it was has been copied to (.+), and a run of which later steps are missing resumes from its last checkpoint that is there, or else from its first step, which brings the same numbers back\.$/;

describe('a start', () => {
  it('after a kill says nothing, and has everything', () => {
    leave();
    const db = open();
    expect(db.notices).toEqual([]);
    expect(stepsIn(db)).toEqual(upTo(STEPS));
    expect(others()).toEqual([]);
  });

  it.each<[string, RegExp, () => void]>([
    [
      'has a flipped bit in its middle',
      /^it cannot be read from byte [\d,]+ on$/,
      () => flip(32 + FRAME * 200 + 300),
    ],
    [
      'is cut short',
      /^it ends after [\d,]+ of [\d,]+ bytes$/,
      () => truncateSync(`${path}-wal`, Math.floor(log().length / 2)),
    ],
    ['has lost its header', /^its header cannot be read$/, () => change((content) => content.fill(0, 0, 32))],
    ['is empty', /^it ends after 0 of [\d,]+ bytes$/, () => truncateSync(`${path}-wal`, 0)],
    [
      'has lost its header, and its index is gone',
      /^its header cannot be read$/,
      () => {
        change((content) => content.fill(0, 0, 32));
        rmSync(`${path}-shm`);
      },
    ],
  ])('whose log %s says what is lost, keeps the log, and keeps the rest', (_what, where, damage) => {
    leave();
    damage();
    const damaged = log();
    const db = open();
    expect(db.notices).toEqual([expect.stringMatching(NOTICE)]);
    const [, of, found, changes, , copy] = NOTICE.exec(db.notices[0]!)!;
    expect(of).toBe(`${path}-wal`);
    expect(found).toMatch(where);
    expect(basename(copy!)).toMatch(/^resbench-damaged-log-\d{8}-\d{6}\.wal$/);
    expect(dirname(copy!)).toBe(home);
    expect(readFileSync(copy!).equals(damaged)).toBe(true);

    const steps = stepsIn(db);
    expect(steps).toEqual(upTo(steps.length));
    const lost = STEPS - steps.length;
    expect(lost).toBeGreaterThan(0);
    expect(Number(changes!.replace(/,/g, ''))).toBeLessThanOrEqual(lost);
    expect(db.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    // Said once, and what is stored from here on is kept.
    new MetricStore(db).addSteps(1, [step(steps.length + 1)]);
    db.close();
    const again = open();
    expect(again.notices).toEqual([]);
    expect(stepsIn(again)).toEqual(upTo(steps.length + 1));
    expect(others()).toEqual([basename(copy!)]);
  });

  it('knows to a change what a flipped bit costs', () => {
    leave();
    // The first frame of a transaction, which follows upon a commit.
    const content = log();
    const frames = (content.length - 32) / FRAME;
    const commits = upTo(frames).filter((frame) => content.readUInt32BE(32 + (frame - 1) * FRAME + 4) !== 0);
    const [before, broken] = commits.slice(-11);
    expect(broken! - before!).toBeGreaterThan(1);
    flip(32 + before! * FRAME + 2000);
    const db = open();
    expect(NOTICE.exec(db.notices[0]!)!.slice(3, 5)).toEqual([
      '10',
      ((frames - before!) * FRAME).toLocaleString('en-US'),
    ]);
    expect(stepsIn(db)).toEqual(upTo(STEPS - 10));
  });

  it('that is killed before it has told leaves it to the next', () => {
    leave();
    flip(32 + FRAME * 100);
    const [notice] = open().notices;
    const copy = NOTICE.exec(notice!)![5]!;
    opened.pop()!.close();
    // As it lay there when the log had been copied, and SQLite had opened the database and begun a new index.
    leave();
    copyFileSync(copy, `${path}-wal`);
    rmSync(`${path}-shm`);
    writeFileSync(
      `${path}-log-damage`,
      JSON.stringify({
        where: 'it cannot be read from byte 4,152 on',
        lostCommits: 3,
        lostBytes: 12360,
        mixed: false,
        overtaken: false,
        copy,
      }),
    );
    const db = open();
    expect(NOTICE.exec(db.notices[0]!)!.slice(2)).toEqual([
      'it cannot be read from byte 4,152 on',
      '3',
      '12,360',
      copy,
    ]);
    expect(others()).toEqual([basename(copy)]);
  });

  it('after a flipped bit in what had been checkpointed already sets the database aside, and loses nothing', () => {
    leave((db) => db.raw((sqlite) => sqlite.pragma('wal_checkpoint(PASSIVE)')));
    flip(32 + FRAME * 100);
    const damaged = log();
    const db = open();
    expect(db.notices).toEqual([
      expect.stringMatching(
        /^The database .+ was damaged \(its log is damaged: it cannot be read from byte [\d,]+ on; a part from behind the damage may have been checkpointed already(; .+)?\) and has been set aside whole as .+: 1 run with 200 steps and 0 epochs could be recovered; no run, step or epoch is known to be missing\.$/,
      ),
    ]);
    expect(stepsIn(db)).toEqual(upTo(STEPS));
    const aside = others().find((name) => name.endsWith('-wal'))!;
    expect(readFileSync(join(home, aside)).equals(damaged)).toBe(true);
    expect(others().filter((name) => !name.startsWith('resbench-damaged-'))).toEqual([]);
    db.close();
    expect(open().notices).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')(
    'while another process has the database open leaves its log to that one',
    async () => {
      leave();
      const child = spawn(
        process.execPath,
        [
          '-e',
          `const sqlite = new (require(process.argv[1]))(process.argv[2]);
           sqlite.prepare('SELECT COUNT(*) FROM steps').get();
           process.stdout.write('open');
           process.stdin.resume();`,
          require.resolve('better-sqlite3'),
          path,
        ],
        { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, stdio: ['pipe', 'pipe', 'inherit'] },
      );
      onTestFinished(() => void child.kill('SIGKILL'));
      await once(child.stdout, 'data');
      flip(32 + FRAME * 200 + 300);
      expect(open().notices).toEqual([]);
      expect(others()).toEqual([]);
      child.stdin.end();
      await once(child, 'exit');
    },
  );

  it('leaves a newer database and its damaged log as they are', () => {
    leave((db) => db.raw((sqlite) => sqlite.pragma('user_version = 999')));
    flip(32 + FRAME * 2);
    // The version is in the log, behind the damage, and in the file.
    const file = readFileSync(path);
    file.writeUInt32BE(999, 60);
    writeFileSync(path, file);
    const before = log();
    const result = openDatabase(path);
    expect(result).toMatchObject({ ok: false, error: { code: 'newer-database' } });
    expect(log().equals(before)).toBe(true);
    expect(readFileSync(path).equals(file)).toBe(true);
    expect(others().filter((name) => name.includes('damaged'))).toEqual([]);
  });
});

describe('db check', () => {
  it('says what is lost of a damaged log, changes nothing, and leaves the rest to the next start', async () => {
    leave();
    // What only the index knows of, which SQLite starts again.
    truncateSync(`${path}-wal`, Math.floor(log().length / 2));
    const before = [readFileSync(path), log()];
    const { code, stdout, stderr } = await typeIn('db', 'check', '--json', '--home', home);
    expect(code).toBe(5);
    expect(stderr).toMatch(
      /^resbench: the database .+resbench\.db is sound, but its log is damaged: it ends after [\d,]+ of [\d,]+ bytes; the last changes before the program ended \(at least \d+ changes?, [\d,]+ bytes\) could not be read and are lost; the next start of Resbench that has it to itself copies the log and keeps everything before\n$/,
    );
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      version: MIGRATIONS.length,
      problems: [],
      logDamage: expect.stringMatching(/^its log is damaged: it ends after/),
    });
    expect([readFileSync(path).equals(before[0]!), log().equals(before[1]!)]).toEqual([true, true]);
    // Asked again, and after a backup, it is known as well.
    expect((await typeIn('db', 'backup', '--home', home)).code).toBe(0);
    expect((await typeIn('db', 'check', '--home', home)).stdout).toContain('are sound.');
    expect(open().notices).toEqual([expect.stringMatching(NOTICE)]);
  });

  it('finds a log sound that a killed program left', async () => {
    leave();
    const { code, stdout } = await typeIn('db', 'check', '--json', '--home', home);
    expect({ code, report: JSON.parse(stdout) as unknown }).toMatchObject({
      code: 0,
      report: { ok: true, logDamage: null },
    });
    expect(existsSync(`${path}-suspect`)).toBe(false);
  });

  it('calls the database damaged where a part of the log had been checkpointed', async () => {
    leave((db) => db.raw((sqlite) => sqlite.pragma('wal_checkpoint(PASSIVE)')));
    flip(32 + FRAME * 100);
    const { code, stdout, stderr } = await typeIn('db', 'check', '--json', '--home', home);
    expect(code).toBe(5);
    expect(stderr).toMatch(/; the next start of Resbench that has it to itself sets it aside and recovers/);
    const { problems } = JSON.parse(stdout) as { problems: string[] };
    expect(problems[0]).toMatch(
      /^its log is damaged: it cannot be read from byte [\d,]+ on; a part from behind/,
    );
    expect(stepsIn(open())).toEqual(upTo(STEPS));
  });
});

describe('a backup of a database whose log is damaged', () => {
  it('takes nothing from what the next start has to say', async () => {
    leave();
    truncateSync(`${path}-wal`, Math.floor(log().length / 2));
    const file = join(home, 'copy.sqlite3');
    expect((await typeIn('db', 'backup', file, '--home', home)).code).toBe(0);
    const copy = new Database(file, { readonly: true });
    const steps = copy.prepare('SELECT COUNT(*) FROM steps').pluck().get();
    copy.close();
    rmSync(file);
    const db = open();
    expect(db.notices).toEqual([expect.stringMatching(NOTICE)]);
    expect(stepsIn(db)).toHaveLength(steps as number);
  });
});
