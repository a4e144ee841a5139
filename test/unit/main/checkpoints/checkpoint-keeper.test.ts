import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CheckpointStore } from '../../../../src/main/db/stores/checkpoints';
import { CheckpointKeeper } from '../../../../src/main/checkpoints/checkpoint-keeper';
import { checkpointNameProblem } from '../../../../src/shared/checkpoint-content';
import { DEFAULT_SETTINGS, type Settings } from '../../../../src/shared/settings';
import type { FromTrainer } from '../../../../src/shared/training-messages';
import { checkpointName, newCheckpoint, newRun, temporaryFolder } from '../fixtures';
import { failure, statOwn, value } from '../services';

type Written = Extract<FromTrainer, { type: 'checkpoint' }>;

const ENDINGS = ['.safetensors', '.json'];

/** A keeper with a run, and checkpoints of it that are written as a trainer would. */
function keeping(policy: Partial<Settings> = {}) {
  const home = temporaryFolder();
  const { db, runs } = statOwn(home);
  const store = new CheckpointStore(db);
  const keeper = new CheckpointKeeper(home, store, () => ({ ...DEFAULT_SETTINGS, ...policy }));
  const run = runs.create(newRun());

  const written = (step: number, change: Partial<Written> = {}, runId = run.id): void => {
    const file = change.file ?? checkpointName(step);
    mkdirSync(keeper.folder(runId), { recursive: true });
    for (const ending of ENDINGS)
      writeFileSync(join(keeper.folder(runId), file + ending), `${file}${ending}`);
    keeper.add(runId, {
      type: 'checkpoint',
      kind: 'epoch',
      file,
      step,
      epoch: step / 2,
      bytes: 10,
      weightsSha256: 'a'.repeat(64),
      stateSha256: 'b'.repeat(64),
      valAccuracy: step / 100,
      ...change,
    });
  };
  const steps = (runId = run.id): number[] => keeper.list(runId).map(({ step }) => step);
  const files = (runId = run.id): string[] => readdirSync(keeper.folder(runId)).sort();
  return { home, db, runs, run, store, keeper, written, steps, files };
}

const filesOf = (...steps: number[]): string[] =>
  steps.flatMap((step) => [`${checkpointName(step)}.json`, `${checkpointName(step)}.safetensors`]).sort();

describe('the room that is left', () => {
  it('is that of their disk, beside what those of all runs take', async () => {
    const { keeper, runs, run, written } = keeping();
    const other = runs.create(newRun());
    written(2, { bytes: 100 });
    written(2, { bytes: 20 }, other.id);
    const { bytes, freeBytes, problem } = await keeper.space(run.id);
    expect({ bytes, problem }).toEqual({ bytes: 120, problem: null });
    expect(freeBytes).toBeGreaterThan(0);
  });

  it('is known before there is a folder of checkpoints', async () => {
    expect((await keeping().keeper.space(null)).freeBytes).toBeGreaterThan(0);
  });

  it('is said to be too little where one as large as the newest does not fit', async () => {
    const { keeper, run, written } = keeping();
    written(2, { bytes: 1 });
    written(4, { bytes: 1e18 });
    expect((await keeper.space(run.id)).problem).toMatch(
      /^A checkpoint needs 1,000 PB .*run-1 has [\d.,]+ [kMGT]?B left: free some space or keep fewer checkpoints\.$/,
    );
  });
});

describe('checkpoints that are kept', () => {
  it('are the newest, as many as the policy says, newest first; the others go with their files', async () => {
    const { keeper, written, steps, files } = keeping({ keepCheckpoints: 2 });
    for (const step of [2, 4, 6, 8]) written(step);
    expect(steps()).toEqual([8, 6]);
    await keeper.settled();
    expect(files()).toEqual(filesOf(6, 8));
  });

  it('are also the best, which is the first of equals and one only', async () => {
    const { keeper, written, steps, files } = keeping({ keepCheckpoints: 1 });
    for (const [step, valAccuracy] of [
      [2, 0.5],
      [4, 0.7],
      [6, 0.7],
      [8, 0.6],
    ] as const)
      written(step, { valAccuracy });
    written(9, { kind: 'pause', epoch: 4, valAccuracy: null });
    expect(steps()).toEqual([9, 4]);
    expect(keeper.list(1).map(({ best }) => best)).toEqual([false, true]);
    await keeper.settled();
    expect(files()).toEqual(filesOf(4, 9));
  });

  it('are also every k-th epoch and those that are pinned', () => {
    const { keeper, written, steps } = keeping({ keepCheckpoints: 1, keepEveryEpochs: 3 });
    written(2, { valAccuracy: 0.9 });
    written(4);
    value(keeper.pin(keeper.list(1)[0]!.id, true));
    for (const step of [6, 8, 10, 12, 14]) written(step);
    expect(steps()).toEqual([14, 12, 6, 4, 2]);
  });

  it('go with the next where only a pin had kept them', () => {
    const { keeper, written, steps } = keeping({ keepCheckpoints: 1 });
    written(2);
    const { id } = keeper.list(1)[0]!;
    expect(value(keeper.pin(id, true)).pinned).toBe(true);
    written(4);
    expect(steps()).toEqual([4, 2]);
    expect(value(keeper.pin(id, false)).pinned).toBe(false);
    written(6);
    expect(steps()).toEqual([6]);
  });

  it('go from the database first: what dies in between leaves files without a row, not the other way round', () => {
    const { keeper, written, steps, files } = keeping({ keepCheckpoints: 1 });
    written(2);
    written(4);
    expect(steps()).toEqual([4]);
    // The removal of the files is under way, not done.
    expect(files()).toEqual(filesOf(2, 4));
    return keeper.settled();
  });

  it('of another run are left alone', async () => {
    const { keeper, runs, written, steps, files } = keeping({ keepCheckpoints: 1 });
    const other = runs.create(newRun()).id;
    written(2, {}, other);
    for (const step of [2, 4]) written(step);
    await keeper.settled();
    expect([steps(other), files(other)]).toEqual([[2], filesOf(2)]);
  });
});

describe('a damaged checkpoint', () => {
  it('keeps its sentence and does not count, until a newer one is good', () => {
    const { keeper, written, steps } = keeping({ keepCheckpoints: 2 });
    for (const step of [2, 4]) written(step, { valAccuracy: null });
    keeper.markDamaged(1, [
      { file: checkpointName(4), message: 'It is damaged.' },
      { file: checkpointName(77), message: 'Nobody knows it.' },
    ]);
    expect(keeper.list(1).map(({ damaged }) => damaged)).toEqual(['It is damaged.', null]);
    written(6, { valAccuracy: null });
    expect(steps()).toEqual([6, 2]);
  });

  it('is whole again where its steps are repeated and the same files are written', () => {
    const { keeper, written } = keeping();
    written(2, { valAccuracy: 0.3 });
    written(4, { valAccuracy: 0.5 });
    const { id } = keeper.list(1)[0]!;
    keeper.pin(id, true);
    keeper.markDamaged(1, [{ file: checkpointName(4), message: 'It is damaged.' }]);
    written(4, { valAccuracy: 0.5, stateSha256: 'c'.repeat(64) });
    expect(keeper.list(1)[0]).toMatchObject({ id, damaged: null, best: true, pinned: true });
    expect(keeper.jobOf({ id: 1, parent: null, startedAt: 1 }).from!.checkpoints[0]).toEqual({
      file: checkpointName(4),
      sha256: 'c'.repeat(64),
    });
  });

  it('leaves the best to what is better than the others, not to whatever comes next', () => {
    const { keeper, written } = keeping({ keepCheckpoints: 9 });
    written(2, { valAccuracy: 0.8 });
    written(4, { valAccuracy: 0.9 });
    keeper.markDamaged(1, [{ file: checkpointName(4), message: 'It is damaged.' }]);
    written(6, { valAccuracy: 0.7 });
    expect(keeper.list(1).find(({ step }) => step === 6)!.best).toBe(false);
  });
});

describe('what a trainer is told', () => {
  it('is no place to resume at where a run begins', () => {
    const { keeper, run } = keeping({ checkpointMinutes: 10 });
    expect(keeper.jobOf(run)).toEqual({
      checkpoints: { folder: keeper.folder(run.id), everyMinutes: 10, known: [] },
      from: null,
    });
  });

  it('is that it starts again where a run has trained and has no checkpoint', () => {
    const { keeper, run } = keeping();
    expect(keeper.jobOf({ ...run, startedAt: 1000 }).from).toEqual({ checkpoints: [], fork: false });
  });

  it('is every intact checkpoint, newest first, and the names of all', () => {
    const { keeper, run, written } = keeping({ checkpointMinutes: 0 });
    for (const step of [2, 4]) written(step);
    written(6, { stateSha256: 'c'.repeat(64) });
    keeper.markDamaged(run.id, [{ file: checkpointName(4), message: 'It is damaged.' }]);
    written(8);
    keeper.markDamaged(run.id, [{ file: checkpointName(8), message: 'It is damaged.' }]);
    expect(keeper.jobOf(run)).toEqual({
      checkpoints: {
        folder: keeper.folder(run.id),
        everyMinutes: null,
        known: keeper
          .list(run.id)
          .map(({ file }) => file)
          .reverse(),
      },
      from: { checkpoints: [{ file: checkpointName(6), sha256: 'c'.repeat(64) }], fork: false },
    });
  });

  it('is that it is a fork, which has no first step of its own, as long as it lives', () => {
    const { keeper, run } = keeping();
    expect(keeper.jobOf({ ...run, parent: { id: 9, step: 2, images: 128 } }).from).toEqual({
      checkpoints: [],
      fork: true,
    });
  });
});

describe('a fork', () => {
  it('takes the files by links: they stay when the parent goes, and are the same bytes on the disk', async () => {
    const { keeper, runs, run, written, store } = keeping();
    written(2, { valAccuracy: 0.9 });
    const child = runs.create(newRun({ parent: { id: run.id, step: 2, images: 128 } })).id;
    value(await keeper.take(keeper.list(run.id)[0]!, child));
    expect(store.list(child)).toMatchObject([
      {
        kind: 'parent',
        file: checkpointName(2),
        step: 2,
        epoch: 1,
        best: false,
        valAccuracy: 0.9,
        stateSha256: 'b'.repeat(64),
      },
    ]);
    const inodes = [run.id, child].map(
      (id) => statSync(join(keeper.folder(id), `${checkpointName(2)}.json`)).ino,
    );
    if (process.platform !== 'win32') expect(inodes[0]).toBe(inodes[1]);
    value(await keeper.delete(keeper.list(run.id)[0]!.id));
    expect(readFileSync(join(keeper.folder(child), `${checkpointName(2)}.safetensors`), 'utf8')).toBe(
      `${checkpointName(2)}.safetensors`,
    );
  });

  it('has a best of its own: its parent’s value does not let that go', () => {
    const { keeper, runs, run, written, steps } = keeping({ keepCheckpoints: 1 });
    const child = runs.create(newRun({ parent: { id: run.id, step: 2, images: 128 } })).id;
    written(2, { kind: 'parent' as never, valAccuracy: 0.9 }, child);
    written(4, { valAccuracy: 0.5 }, child);
    written(6, { valAccuracy: 0.4 }, child);
    expect(steps(child)).toEqual([6, 4]);
    expect(keeper.list(child).map(({ best }) => best)).toEqual([false, true]);
  });

  it('is refused with a sentence, and gets no row, where the files are gone', async () => {
    const { keeper, runs, run, written } = keeping();
    written(2);
    const from = keeper.list(run.id)[0]!;
    value(await keeper.delete(from.id));
    const child = runs.create(newRun()).id;
    const { code, message } = failure(await keeper.take(from, child));
    expect(code).toBe('storage');
    expect(message).toContain(`${join(keeper.folder(run.id), `${checkpointName(2)}.safetensors`)} is gone`);
    expect(keeper.list(child)).toEqual([]);
  });
});

describe('deleting', () => {
  it('removes row and files', async () => {
    const { keeper, written, steps, files } = keeping();
    for (const step of [2, 4]) written(step);
    value(await keeper.delete(keeper.list(1)[1]!.id));
    expect([steps(), files()]).toEqual([[4], filesOf(4)]);
  });

  it.each(['pin', 'delete'] as const)('%s of what is not there is refused', async (method) => {
    const { keeper } = keeping();
    expect(failure(await keeper[method](77, true))).toEqual({
      code: 'not-found',
      message: 'There is no checkpoint 77.',
    });
  });

  it('removes the folders of runs that are gone for good, and nothing else', async () => {
    const { home, keeper, written } = keeping();
    written(2);
    const others = ['run-7', 'run-x', 'mine'].map((name) => join(home, 'checkpoints', name));
    for (const folder of others) mkdirSync(folder);
    await keeper.purge((id) => id === 1);
    expect(others.map((folder) => existsSync(folder))).toEqual([false, true, true]);
    expect(existsSync(keeper.folder(1))).toBe(true);
  });

  it('is waited for before what it asks is closed', async () => {
    const { keeper, written } = keeping();
    written(2);
    let asked = false;
    void keeper.purge(() => (asked = true));
    expect(asked).toBe(false);
    await keeper.settled();
    expect(asked).toBe(true);
  });

  it('has nothing to remove where there is no folder', async () => {
    await expect(keeping().keeper.purge(() => false)).resolves.toBeUndefined();
  });
});

describe('a name in the database that no checkpoint has', () => {
  const NAMES = [
    '../../victim/package',
    '/etc/passwd',
    '..',
    '',
    'step-2',
    `${checkpointName(2)}/../x`,
    '%00',
  ];

  /** Files beside the data folder that such names lead to, and a row of each name, older than two that are in order. */
  function planted() {
    const keeping_ = keeping({ keepCheckpoints: 1 });
    const { home, keeper, run, store, written } = keeping_;
    const victim = join(home, 'victim');
    mkdirSync(victim);
    for (const ending of ENDINGS) writeFileSync(join(victim, `package${ending}`), 'mine');
    NAMES.forEach((file, index) => store.add(newCheckpoint(run.id, { file, step: index + 1 })));
    mkdirSync(keeper.folder(run.id), { recursive: true });
    const safe = (): boolean => readdirSync(victim).length === 2;
    return { ...keeping_, safe, written };
  }

  it('is one of a damaged checkpoint, from which no run resumes', () => {
    const { keeper, run } = planted();
    const said = keeper.list(run.id);
    for (const { id, damaged } of said) expect(damaged).toBe(checkpointNameProblem('..', `checkpoint ${id}`));
    expect(said).toHaveLength(NAMES.length);
    expect(keeper.good(run.id)).toEqual([]);
    expect(keeper.jobOf(run)).toMatchObject({ checkpoints: { known: [] }, from: null });
  });

  it('is forgotten with its row, by deletion and by the policy, and no file is touched', async () => {
    const { keeper, run, safe, steps, written } = planted();
    value(await keeper.delete(keeper.list(run.id).find(({ file }) => file === NAMES[0])!.id));
    expect(safe()).toBe(true);
    for (const step of [20, 22]) written(step, { valAccuracy: step / 100 });
    await keeper.settled();
    expect([steps(), safe()]).toEqual([[22], true]);
  });

  it('is not what a fork begins from', async () => {
    const { keeper, runs, run, safe } = planted();
    const child = runs.create(newRun()).id;
    for (const from of keeper.list(run.id))
      expect(failure(await keeper.take(from, child)).code).toBe('data-corrupt');
    expect([keeper.list(child), safe()]).toEqual([[], true]);
  });
});

describe.skipIf(process.platform === 'win32')('a link in the place of a folder of checkpoints', () => {
  /** A run whose folder, or the folder of all, leads to one elsewhere that has files of the same names. */
  function led(which: 'checkpoints' | 'run-1') {
    const all = keeping();
    for (const step of [2, 4]) all.written(step);
    const place = which === 'run-1' ? all.keeper.folder(1) : join(all.home, 'checkpoints');
    const elsewhere = join(all.home, 'elsewhere');
    renameSync(place, elsewhere);
    mkdirSync(join(elsewhere, 'run-7'));
    symlinkSync(elsewhere, place);
    const safe = (): boolean =>
      existsSync(join(elsewhere, which === 'run-1' ? '.' : 'run-1', `${checkpointName(4)}.json`)) &&
      existsSync(join(elsewhere, 'run-7'));
    return { ...all, safe };
  }

  it.each(['checkpoints', 'run-1'] as const)('(%s) is not followed', async (which) => {
    const { keeper, run, runs, safe } = led(which);
    expect(() => keeper.folder(run.id)).toThrow(/There is a link at/);
    expect(() => keeper.jobOf(run)).toThrow(/There is a link at/);
    const [newest] = keeper.list(run.id);
    expect(failure(await keeper.take(newest!, runs.create(newRun()).id)).message).toContain(
      'There is a link at',
    );
    await keeper.purge(() => false);
    expect(await keeper.space(run.id)).toMatchObject({ problem: null });
    value(await keeper.delete(newest!.id));
    expect(safe()).toBe(true);
  });
});
