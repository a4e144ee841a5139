/**
 * Disks that are full, read-only or gone around real runs, and files that are cut short or have a flipped bit: what is wrong is
 * named in a sentence, what was stored stays, other runs can be read, and work continues after the cure.
 */
import { spawn, type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { RunExport } from '../../src/main/runs/export';
import { sourceOf } from '../../src/node/datasets/registry';
import { claimFolder } from '../../src/node/files/folder-trust';
import type { StepMetric } from '../../src/shared/metrics';
import type { Run } from '../../src/shared/run';
import { Terminal, TINY, tinyFile, trainArguments, typed, type TerminalOptions } from './terminals';

const ENDLESS = ['--epochs', '100000'];
const UNSOUND = 5;
const FAILED = 6;
const STORAGE = 5;
const STOPPED = 130;

/** In the place of anything that is read of the file: half of it is gone, or one bit in its middle is another. */
const DAMAGES: [string, (file: string) => void][] = [
  ['is cut short', (file) => truncateSync(file, Math.floor(statSync(file).size / 2))],
  ['has a flipped bit', (file) => flipBit(file, Math.floor(statSync(file).size / 2))],
];

function flipBit(file: string, at: number, bit = 0x10): void {
  const bytes = readFileSync(file);
  bytes[at]! ^= bit;
  writeFileSync(file, bytes);
}

/** A float64 of SQLite: its first byte first. */
function asStored(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'resbench-faults-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function open(words: readonly string[], options: TerminalOptions = {}): Terminal {
  const terminal = new Terminal(words, options);
  onTestFinished(() => terminal.kill().then(() => {}));
  return terminal;
}

const isEpoch = ({ event }: { event?: string }): boolean => event === 'epoch';

async function exported(home: string, id: number, options: TerminalOptions = {}): Promise<RunExport> {
  return JSON.parse(
    await typed(['runs', 'export', String(id), '--format', 'json', '--home', home], options),
  ) as RunExport;
}

/** Every step from the first to the last, each once. */
function expectWhole({ steps, run }: RunExport): void {
  expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: run.step }, (_, index) => index + 1));
}

/** Continues the run until it has made a new step, and stops it. */
async function goesOn(home: string, id: number, options: TerminalOptions = {}): Promise<Run> {
  const before = (await exported(home, id, options)).run.step;
  const terminal = open(['runs', 'resume', String(id), '--home', home, '--json'], options);
  await terminal.line(({ event, step }) => event === 'step' && step! > before);
  expect(await terminal.interrupt()).toBe(STOPPED);
  const now = await exported(home, id, options);
  expectWhole(now);
  return now.run as Run;
}

// ------------------------------------------------------------------------------------------------------------ disks

/** What it takes to mount in a name space of one's own: root, or a kernel that lets users have name spaces. */
const NAME_SPACE = [['-m'], ['-Urm']].find((flags) => {
  const folder = mkdtempSync(join(tmpdir(), 'resbench-mount-'));
  try {
    execFileSync('unshare', [...flags, 'mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Of checkpoints, which leave 32 MiB free for metrics. */
const ROOMY = '64m';

/** Small disks that only processes of one name space see; they go with it. */
class Disks {
  private constructor(private readonly holder: ChildProcess) {
    onTestFinished(async () => {
      holder.stdin!.end();
      if (holder.exitCode === null) await once(holder, 'exit');
    });
  }

  static async make(): Promise<Disks> {
    const holder = spawn('unshare', [...NAME_SPACE!, 'sh', '-c', 'echo made; exec cat'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    return new Disks(holder);
  }

  private get entry(): string[] {
    const user = NAME_SPACE!.includes('-Urm') ? ['-U', '--preserve-credentials'] : [];
    return ['nsenter', '-t', String(this.holder.pid), ...user, '-m'];
  }

  private do(...words: string[]): void {
    const [program, ...args] = [...this.entry, ...words];
    execFileSync(program!, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  }

  /** @param size as mount wants it, e.g. `4m`. */
  mount(folder: string, size: string): void {
    this.do('mkdir', '-p', folder);
    this.do('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder);
  }

  remount(folder: string, options: string): void {
    this.do('mount', '-o', `remount,${options}`, folder);
  }

  /** How this process calls what lies there. */
  seen(path: string): string {
    return `/proc/${this.holder.pid}/root${path}`;
  }

  get options(): TerminalOptions {
    return { through: this.entry };
  }
}

/** Takes all the room there is, and what becomes free meanwhile, until it is told to stop. */
function fill(folder: string): () => void {
  const file = openSync(join(folder, 'ballast'), 'w');
  const chunk = Buffer.alloc(4096, 1);
  const take = (): void => {
    try {
      while (writeSync(file, chunk) > 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  };
  take();
  const timer = setInterval(take, 5);
  return () => {
    clearInterval(timer);
    closeSync(file);
  };
}

const describeDisks = NAME_SPACE ? describe : describe.skip;

describeDisks(`a disk${NAME_SPACE ? '' : ' (left out: this user may not mount one in a name space)'}`, () => {
  it('that is full where checkpoints go: training continues, says so once, and has checkpoints again after the cure', async () => {
    const disks = await Disks.make();
    const home = temporaryFolder();
    writeFileSync(tinyFile(home), JSON.stringify(TINY));
    const checkpoints = join(home, 'checkpoints');
    disks.mount(checkpoints, ROOMY);
    const terminal = open(trainArguments(home, tinyFile(home), ...ENDLESS), disks.options);
    await terminal.line(isEpoch);

    const stopFilling = fill(disks.seen(checkpoints));
    const notice = await terminal.line(({ event }) => event === 'notice');
    stopFilling();
    expect(notice).toMatchObject({
      kind: 'error',
      message: expect.stringMatching(
        /^Run 1 continues without a checkpoint of step [\d,]+: .*the disk that holds .*checkpoints\/run-1 has [\d.]+ [kM]?B left: free some space/,
      ),
    });
    const reached = Math.max(...terminal.lines.map(({ epoch }) => epoch ?? 0));
    await terminal.line(({ event, epoch }) => event === 'epoch' && epoch! > reached + 2);
    expect(terminal.lines.filter(({ event }) => event === 'notice')).toHaveLength(1);

    rmSync(disks.seen(join(checkpoints, 'ballast')));
    const again = await terminal.line(({ event, kind }) => event === 'notice' && kind === 'info');
    expect(again.message).toMatch(/^Run 1 has a checkpoint again, of step [\d,]+\.$/);
    expect(await terminal.interrupt()).toBe(STOPPED);
    const { run } = await exported(home, 1, disks.options);
    expect(run).toMatchObject({ reason: `Stopped by the user at step ${run.step.toLocaleString('en')}.` });
    expect(run.checkpointStep).toBe(run.step);
    await goesOn(home, 1, disks.options);
  });

  it('without room for one checkpoint takes no first step, and says so', async () => {
    const disks = await Disks.make();
    const home = temporaryFolder();
    writeFileSync(tinyFile(home), JSON.stringify(TINY));
    disks.mount(join(home, 'checkpoints'), '1m');
    const terminal = open(trainArguments(home, tinyFile(home), '--epochs', '1'), disks.options);
    expect(await terminal.exited).toBe(FAILED);
    expect(terminal.lines.filter(({ event }) => event === 'step' || event === 'epoch')).toEqual([]);
    expect(terminal.lines[terminal.lines.length - 1]).toMatchObject({
      event: 'end',
      state: 'failed',
      reason: expect.stringMatching(
        /^The run was not begun, since nothing of it could be kept\. A checkpoint needs .+ left: /,
      ),
    });
  });

  it('that is brim-full is called full', async () => {
    const disks = await Disks.make();
    const home = temporaryFolder();
    disks.mount(home, '1m');
    const list = async (): Promise<string> => {
      const terminal = open(['runs', 'list', '--home', home], disks.options);
      expect(await terminal.exited).not.toBe(0);
      return (await terminal.ended).stderr;
    };
    fill(disks.seen(home))();
    expect(await list()).toMatch(/^resbench: The disk that holds .+ is full: free some space and try again/);
    rmSync(disks.seen(join(home, 'ballast')));
    await typed(['runs', 'list', '--home', home], disks.options);
    fill(disks.seen(home))();
    expect(await list()).toMatch(/^resbench: The disk that holds .+ is full: free some space and try again/);
  });

  it('that is full where the database is: the run stops with its sentence, keeps what was shown, and can be resumed after the cure', async () => {
    const disks = await Disks.make();
    const [home, models] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(tinyFile(models), JSON.stringify(TINY));
    disks.mount(home, '8m');
    disks.mount(join(home, 'checkpoints'), ROOMY);
    const terminal = open(trainArguments(home, tinyFile(models), ...ENDLESS), disks.options);
    // By then the checkpoints of the epochs before are stored.
    await terminal.line(({ event, epoch }) => event === 'epoch' && epoch! >= 3);

    const stopFilling = fill(disks.seen(home));
    expect(await terminal.exited).toBe(FAILED);
    stopFilling();
    const end = terminal.lines[terminal.lines.length - 1]!;
    expect(end).toMatchObject({
      event: 'end',
      state: 'failed',
      reason: expect.stringMatching(
        /^The run was stopped after step [\d,]+: The disk that holds the database .*resbench\.db is full: free some space and try again; what was stored before is kept\./,
      ),
    });
    const shown = terminal.lines.filter(({ event }) => event === 'step').map(({ step }) => step!);

    rmSync(disks.seen(join(home, 'ballast')));
    const stored = await exported(home, 1, disks.options);
    expectWhole(stored);
    expect(stored.run.checkpointStep).toBeGreaterThan(0);
    expect(stored.run.step).toBeGreaterThanOrEqual(Math.max(...shown));
    expect(JSON.parse(await typed(['db', 'check', '--json', '--home', home], disks.options))).toMatchObject({
      ok: true,
    });
    await goesOn(home, 1, disks.options);
  });

  it('that becomes read-only where checkpoints go: training continues, and has checkpoints again after the cure', async () => {
    const disks = await Disks.make();
    const home = temporaryFolder();
    writeFileSync(tinyFile(home), JSON.stringify(TINY));
    const checkpoints = join(home, 'checkpoints');
    disks.mount(checkpoints, ROOMY);
    const terminal = open(trainArguments(home, tinyFile(home), ...ENDLESS), disks.options);
    await terminal.line(isEpoch);

    // Refused at moments at which a checkpoint is being written.
    await expect.poll(() => succeeds(() => disks.remount(checkpoints, 'ro')), { timeout: 30_000 }).toBe(true);
    const notice = await terminal.line(({ event }) => event === 'notice');
    expect(notice.message).toMatch(
      /^Run 1 continues without a checkpoint .* lies on a read-only disk: choose another folder/,
    );
    disks.remount(checkpoints, 'rw');
    await terminal.line(({ event, kind }) => event === 'notice' && kind === 'info');
    expect(await terminal.interrupt()).toBe(STOPPED);
    await goesOn(home, 1, disks.options);
  });
});

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

describe('a folder that is gone while a run trains', () => {
  it('(of its checkpoints): training continues, and has checkpoints again once it is back', async () => {
    const home = temporaryFolder();
    writeFileSync(tinyFile(home), JSON.stringify(TINY));
    const terminal = open(trainArguments(home, tinyFile(home), ...ENDLESS));
    await terminal.line(isEpoch);
    const folder = join(home, 'checkpoints', 'run-1');
    await expect.poll(() => succeeds(() => renameSync(folder, `${folder}-away`))).toBe(true);
    const notice = await terminal.line(({ event }) => event === 'notice');
    expect(notice.message).toMatch(
      /^Run 1 continues without a checkpoint .*run-1.* is gone: bring its folder or disk back/,
    );
    renameSync(`${folder}-away`, folder);
    await terminal.line(({ event, kind }) => event === 'notice' && kind === 'info');
    expect(await terminal.interrupt()).toBe(STOPPED);
    await goesOn(home, 1);
  });

  it.skipIf(process.platform === 'win32')(
    '(the whole data folder): the run stops with its sentence, and can be resumed once the folder is back',
    async () => {
      const [above, models] = [temporaryFolder(), temporaryFolder()];
      const home = join(above, 'home');
      writeFileSync(tinyFile(models), JSON.stringify(TINY));
      const terminal = open(trainArguments(home, tinyFile(models), ...ENDLESS));
      await terminal.line(isEpoch);
      renameSync(home, `${home}-away`);
      expect(await terminal.exited).toBe(FAILED);
      expect(terminal.lines[terminal.lines.length - 1]).toMatchObject({
        event: 'end',
        state: 'failed',
        reason: expect.stringMatching(
          /^The run was stopped after step [\d,]+: The database .*resbench\.db was moved or deleted while Resbench had it open: bring it back/,
        ),
      });
      // What the run still wrote may have made the folder again; the one that was moved is the one with the runs.
      rmSync(home, { recursive: true, force: true });
      renameSync(`${home}-away`, home);
      await goesOn(home, 1);
    },
  );
});

// ------------------------------------------------------------------------------------------------------------ files

describe('a file of the data folder', () => {
  /** Two runs that were stopped, made once; each test damages a copy. */
  let made: string;
  let cache: string;

  beforeAll(async () => {
    made = mkdtempSync(join(tmpdir(), 'resbench-faults-'));
    cache = join(made, 'cache');
    writeFileSync(tinyFile(made), JSON.stringify(TINY));
    for (const name of ['first', 'second']) {
      const env = { RESBENCH_CACHE: cache };
      const words = trainArguments(join(made, 'home'), tinyFile(made), ...ENDLESS, '--name', name);
      const terminal = new Terminal(words, { env });
      await terminal.line(({ event, epoch }) => event === 'epoch' && epoch! >= 40);
      await terminal.interrupt();
    }
  });
  afterAll(() => rmSync(made, { recursive: true, force: true }));

  interface Copy {
    home: string;
    options: TerminalOptions;
    checkpoints: string;
    cache: string;
  }

  function copy(): Copy {
    const folder = temporaryFolder();
    cpSync(made, folder, { recursive: true });
    const [home, cache] = [join(folder, 'home'), join(folder, 'cache')];
    // A copy is nobody's until its user says so.
    expect(claimFolder(home, { trust: true })).toMatchObject({ ok: true });
    const env = { RESBENCH_CACHE: cache };
    return { home, cache, options: { env }, checkpoints: join(home, 'checkpoints', 'run-1') };
  }

  /** The newest checkpoint's file with that ending. */
  function newest(folder: string, ending: string): string {
    const names = readdirSync(folder).filter((name) => name.endsWith(ending));
    return join(folder, names.sort()[names.length - 1]!);
  }

  describe.each([
    ['weights', '.safetensors'],
    ['description', '.json'],
  ])('(the %s of a checkpoint)', (_what, ending) => {
    it.each(DAMAGES)(
      'that %s is named, and the run resumes from the checkpoint before',
      async (_how, damage) => {
        const { home, checkpoints, options } = copy();
        const { run } = await exported(home, 1, options);
        const file = newest(checkpoints, ending);
        damage(file);
        const terminal = open(['runs', 'resume', '1', '--home', home, '--json'], options);
        const notice = await terminal.line(({ event }) => event === 'notice');
        expect(notice.message).toContain(file.slice(0, -ending.length));
        await terminal.line(({ event, step }) => event === 'step' && step! > run.step);
        expect(await terminal.interrupt()).toBe(STOPPED);
        const now = await exported(home, 1, options);
        expectWhole(now);
        expect(now.run.gaps).toMatchObject([{ step: expect.any(Number), lostSteps: expect.any(Number) }]);
        expect(now.run.gaps[0]!.step).toBeLessThan(run.checkpointStep!);
        expectWhole(await exported(home, 2, options));
      },
    );
  });

  describe('(the database)', () => {
    /** Pages of SQLite with leaves of a table: https://www.sqlite.org/fileformat2.html, section 1.6. */
    const LEAF = 0x0d;
    const isLeaf = (bytes: Buffer, page: number, size: number): boolean => bytes[page * size] === LEAF;

    it.each<[string, (file: string) => void]>([
      ['whose first page, with its name, has a flipped bit', (file) => flipBit(file, 3)],
      [
        'of which a page of steps has a flipped bit',
        (file) => {
          const bytes = readFileSync(file);
          const size = bytes.readUInt16BE(16);
          // The many steps fill the last pages.
          let page = bytes.length / size - 1;
          while (!isLeaf(bytes, page, size)) page--;
          flipBit(file, page * size, 0x04);
        },
      ],
      ['that is cut short', DAMAGES[0]![1]],
    ])('%s is set aside whole, what can be read is recovered, and work continues', async (_how, damage) => {
      const { home, options } = copy();
      const file = join(home, 'resbench.db');
      damage(file);
      // Every page is read where somebody met damage, as after a crash.
      writeFileSync(`${file}-suspect`, '');
      const damaged = readFileSync(file);
      const listed = new Terminal(['runs', 'list', '--home', home, '--json'], options);
      expect(await listed.exited).toBe(0);
      expect(listed.stderr).toMatch(/resbench: The database .*resbench\.db was damaged/);
      const aside = readdirSync(home).find((name) => /^resbench-damaged-[\d-]+/.test(name))!;
      expect(readFileSync(join(home, aside)).equals(damaged)).toBe(true);
      const next = open(
        trainArguments(home, tinyFile(join(home, '..')), '--epochs', '1', '--name', 'after the cure'),
        options,
      );
      expect(await next.exited).toBe(0);
      // What was lost has been told; it is not told again at each check.
      expect(JSON.parse(await typed(['db', 'check', '--json', '--home', home], options))).toMatchObject({
        ok: true,
      });
    });

    it('of which a stored number has a flipped bit is told of by run and epoch; all can be read, and work continues', async () => {
      const { home, options } = copy();
      const file = join(home, 'resbench.db');
      const [before, other] = [await exported(home, 1, options), await exported(home, 2, options)];
      // Both runs have the same losses; the seconds, which follow in the row, tell whose one is. Pages keep old copies of rows
      // that have moved.
      const bytes = readFileSync(file);
      const { step, epoch, loss, seconds } = before.steps.find((one) => one.epoch === 20)!;
      const place = (from: number): number => bytes.indexOf(asStored(seconds), from);
      for (let at = place(0); at >= 0; at = place(at + 1))
        flipBit(file, bytes.lastIndexOf(asStored(loss), at) + 3);

      const check = new Terminal(['db', 'check', '--json', '--home', home], options);
      expect(await check.exited).toBe(UNSOUND);
      const sentence = `Numbers of run 1 (epoch ${epoch}) have changed on the disk`;
      // SQLite itself finds nothing.
      expect(JSON.parse(check.stdout)).toMatchObject({
        ok: false,
        problems: [],
        changed: expect.stringContaining(sentence),
        changedEpochs: [{ runId: 1, epochs: [epoch] }],
      });
      expect(check.stderr).toContain(`resbench: ${sentence}`);

      const written = new Terminal(['runs', 'export', '1', '--home', home], options);
      expect(await written.exited).toBe(0);
      expect(written.stderr).toContain(`resbench: ${sentence}`);
      const now = JSON.parse(written.stdout) as RunExport;
      expect(now.epochs).toEqual(before.epochs);
      expect(now.steps.filter((one, index) => one.loss !== before.steps[index]!.loss)).toMatchObject([
        { step },
      ]);
      expect({ ...(await exported(home, 2, options)), exportedAt: 0 }).toEqual({ ...other, exportedAt: 0 });
      await goesOn(home, 1, options);
      await goesOn(home, 2, options);
    });

    /** Up to where the log is of its present use: https://www.sqlite.org/fileformat2.html, section 4. */
    function bytesInUse(log: Buffer): number {
      const frame = 24 + log.readUInt32BE(8);
      let end = 32;
      while (log.subarray(end + 8, end + 16).equals(log.subarray(16, 24))) end += frame;
      return end;
    }

    it.each<[string, RegExp, (file: string) => void]>([
      [
        'is cut short',
        /it ends after [\d,]+ of [\d,]+ bytes/,
        (file) => truncateSync(file, Math.floor(bytesInUse(readFileSync(file)) / 2)),
      ],
      [
        'has a flipped bit',
        /it cannot be read from byte [\d,]+ on/,
        (file) => flipBit(file, Math.floor(bytesInUse(readFileSync(file)) / 2)),
      ],
      ['has lost its header', /its header cannot be read/, (file) => flipBit(file, 1)],
    ])(
      'whose log %s is named with what is lost, and its run resumes with the same numbers',
      async (_how, where, damage) => {
        const { home, options } = copy();
        const terminal = open(['runs', 'resume', '1', '--home', home, '--json'], options);
        const file = join(home, 'resbench.db-wal');
        // Far from both ends of the log: SQLite carries it over, and begins it again, at 1,000 frames.
        const isInMidst = (bytes: number): boolean => bytes > 500_000 && bytes < 3_000_000;
        await terminal.line(({ event }) => event === 'epoch' && isInMidst(bytesInUse(readFileSync(file))));
        await terminal.kill();
        const shown = terminal.lines.filter(({ event }) => event === 'step') as unknown as StepMetric[];
        damage(file);
        const damaged = readFileSync(file);

        const check = new Terminal(['db', 'check', '--json', '--home', home], options);
        expect(await check.exited).toBe(STORAGE);
        expect(JSON.parse(check.stdout)).toMatchObject({
          ok: false,
          problems: [],
          logDamage: expect.stringMatching(where),
        });
        expect(readFileSync(file).equals(damaged)).toBe(true);

        const listed = new Terminal(['runs', 'list', '--home', home, '--json'], options);
        expect(await listed.exited).toBe(0);
        expect(listed.stderr).toMatch(
          /^resbench: The log .+resbench\.db-wal of the database is damaged \(.+\): the last changes before the program ended \(at least [\d,]+ changes?, [\d,]+ bytes\) could not be read and are lost, everything before them is there, .+ resumes from its last checkpoint that is there, or else from its first step, which brings the same numbers back\.\n$/,
        );
        expect(listed.stderr).toMatch(where);
        const [kept] = readdirSync(home).filter((name) => /^resbench-damaged-log-[\d-]+\.wal$/.test(name));
        expect(readFileSync(join(home, kept!)).equals(damaged)).toBe(true);
        expect(JSON.parse(await typed(['db', 'check', '--json', '--home', home], options))).toMatchObject({
          ok: true,
        });
        expectWhole(await exported(home, 2, options));

        const last = shown[shown.length - 1]!.step;
        const before = await exported(home, 1, options);
        expectWhole(before);
        expect(before.run.step).toBeLessThan(last);
        const again = open(['runs', 'resume', '1', '--home', home, '--json'], options);
        await again.line(({ event, step }) => event === 'step' && step! > last);
        expect(await again.interrupt()).toBe(STOPPED);
        expect(again.stderr).not.toContain('damaged');
        const after = await exported(home, 1, options);
        expectWhole(after);
        expect(after.steps.slice(0, before.steps.length)).toEqual(before.steps);
        for (const { step, loss, accuracy } of shown)
          expect(after.steps[step - 1]).toMatchObject({ step, loss, accuracy });
      },
    );
  });

  it.each(DAMAGES)('(a log of a run) that %s disturbs nothing', async (_how, damage) => {
    const { home, options } = copy();
    damage(join(home, 'logs', 'run-1.log'));
    await goesOn(home, 1, options);
  });

  it.each(DAMAGES)('(measurements of lowerings) that %s is made again', async (_how, damage) => {
    const { home, cache, options } = copy();
    const name = readdirSync(cache).find((file) => file.startsWith('lowering-'))!;
    const file = join(cache, name);
    damage(file);
    const damaged = readFileSync(file);
    const next = open(trainArguments(home, tinyFile(join(home, '..')), '--epochs', '1'), options);
    expect(await next.exited).toBe(0);
    expect(readFileSync(file).equals(damaged)).toBe(false);
    expect(() => JSON.parse(readFileSync(file, 'utf8')) as unknown).not.toThrow();
  });

  it.each(DAMAGES)('(the drawn data set) that %s is drawn again', async (_how, damage) => {
    const { home, cache, options } = copy();
    const words = [
      'train',
      tinyFile(join(home, '..')),
      '--dataset',
      'shapes',
      '--epochs',
      '1',
      '--home',
      home,
    ];
    await typed([...words, '--batch-size', '500'], options);
    const file = join(cache, `shapes-${sourceOf('shapes').sha256(null).slice(0, 16)}.bin`);
    const whole = readFileSync(file);
    damage(file);
    await typed([...words, '--batch-size', '500'], options);
    expect(readFileSync(file).equals(whole)).toBe(true);
  });

  it.each(DAMAGES)(
    '(of CIFAR-10) that %s is named with its cure, and other runs continue',
    async (_how, damage) => {
      const { home, options } = copy();
      const folder = join(home, 'datasets', 'cifar10');
      mkdirSync(folder, { recursive: true });
      // Of the right length, and empty: what a bit flips in is no longer what its sum says.
      for (const name of [1, 2, 3, 4, 5].map((n) => `data_batch_${n}.bin`).concat('test_batch.bin')) {
        writeFileSync(join(folder, name), '');
        truncateSync(join(folder, name), 30_730_000);
      }
      damage(join(folder, 'data_batch_1.bin'));
      const words = ['train', tinyFile(join(home, '..')), '--dataset', 'cifar10', '--home', home];
      const refused = new Terminal([...words, '--epochs', '1'], options);
      expect(await refused.exited).not.toBe(0);
      expect(refused.stderr).toMatch(
        /data_batch_1\.bin .*(is corrupt|bytes long).*get CIFAR-10 in the Data view/,
      );
      await goesOn(home, 2, options);
    },
  );

  it('(all of its checkpoints) that are gone: the run begins at its first step again, and says so', async () => {
    const { home, checkpoints, options } = copy();
    rmSync(checkpoints, { recursive: true });
    const run = await goesOn(home, 1, options);
    expect(run.gaps).toMatchObject([{ step: 0 }]);
    expect(existsSync(checkpoints)).toBe(true);
  });
});
