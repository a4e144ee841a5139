/** The torture's own eyes: what they would not see, no run of it could show. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, withFolder } from '../load';

type Row = Record<string, number | string | null>;
interface Found {
  steps: Row[];
  epochs: Row[];
}
const { Ledger, compareMetrics, rowOf } = await load<{
  Ledger: new () => {
    remember(table: 'steps' | 'epochs', rows: Row[]): void;
    audit(found: Found): { lost: number; changed: number; problems: string[] };
  };
  compareMetrics(found: Found, twin: Found, whole: boolean): string[];
  rowOf(printed: Row): Row;
}>('torture/ledger.mjs');
const { endsWithinTransaction, wordsOfDamage } = await load<{
  endsWithinTransaction(path: string): boolean;
  wordsOfDamage(output: string): string[];
}>('torture/inspection.mjs');
const { drawKill } = await load<{ drawKill(random: object): object }>('torture/plans.mjs');
const { randomOf } = await load<{ randomOf(seed: number, life: number): object }>('torture/random.mjs');

const step = (number: number, more: Row = {}): Row => ({
  run_id: 1,
  step: number,
  loss: 0.5,
  seconds: 2,
  ...more,
});

describe('the ledger', () => {
  it('finds rows that were there before, or printed, and are gone', () => {
    const ledger = new Ledger();
    expect(ledger.audit({ steps: [step(1), step(2)], epochs: [] })).toEqual({
      lost: 0,
      changed: 0,
      problems: [],
    });
    ledger.remember('steps', [rowOf({ event: 'step', step: 3, loss: 0.5, learningRate: 0.001 })]);
    expect(ledger.audit({ steps: [step(1)], epochs: [] })).toEqual({
      lost: 2,
      changed: 0,
      problems: ['2 rows of steps are lost, the first is 2'],
    });
  });

  it('finds rows that are other than they were, their times included', () => {
    const ledger = new Ledger();
    ledger.audit({ steps: [step(1)], epochs: [] });
    expect(ledger.audit({ steps: [step(1, { seconds: 3 })], epochs: [] })).toMatchObject({
      changed: 1,
      problems: ['1 rows of steps are changed, the first is 1 (seconds 2, now 3)'],
    });
  });

  it('knows printed metrics by the columns they are stored in', () => {
    const ledger = new Ledger();
    ledger.remember('epochs', [rowOf({ event: 'epoch', epoch: 1, valCrossEntropy: 0.25 })]);
    const epochs = [{ epoch: 1, val_cross_entropy: 0.75 }];
    expect(ledger.audit({ steps: [], epochs })).toMatchObject({ changed: 1 });
  });
});

describe('comparing with the twin', () => {
  const twin = { steps: [step(1), step(2)], epochs: [] };

  it('passes over times, the sums over them, and rows that are still to come', () => {
    expect(compareMetrics({ steps: [step(1, { seconds: 9 })], epochs: [] }, twin, false)).toEqual([]);
    const epochs = (sha256: string): Row[] => [{ epoch: 1, loss: 0.5, seconds: 3, sha256 }];
    const [one, other] = [epochs('a'), epochs('b')].map((rows) => ({ steps: [], epochs: rows }));
    expect(compareMetrics(one!, other!, true)).toEqual([]);
  });

  it('finds the last bit of a figure', () => {
    const other = { steps: [step(1, { loss: 0.5 + Number.EPSILON })], epochs: [] };
    expect(compareMetrics(other, twin, false)).toHaveLength(1);
  });

  it('finds steps too few at the end, and too many at any time', () => {
    expect(compareMetrics({ steps: [step(1)], epochs: [] }, twin, true)).toEqual(['1 steps, the twin has 2']);
    const more = { steps: [...twin.steps, step(3)], epochs: [] };
    expect(compareMetrics(more, twin, false)).toEqual(["steps 3 is not the twin's (the twin has none)"]);
  });
});

describe('the log of the database', () => {
  /** Frames with pages of 512 bytes; each `[commit, salt]`. */
  const log = (...frames: [commit: number, salt: number][]): Buffer => {
    const header = Buffer.alloc(32);
    header.writeUInt32BE(512, 8);
    header.writeUInt32BE(7, 16);
    const parts = frames.map(([commit, salt]) => {
      const frame = Buffer.alloc(24 + 512);
      frame.writeUInt32BE(commit, 4);
      frame.writeUInt32BE(salt, 8);
      return frame;
    });
    return Buffer.concat([header, ...parts]);
  };
  const torn = (content: Buffer): Promise<boolean> =>
    withFolder((folder) => {
      const path = join(folder, 'resbench.db-wal');
      writeFileSync(path, content);
      return Promise.resolve(endsWithinTransaction(path));
    });

  it.each([
    ['ends with a commit', log([0, 7], [3, 7]), false],
    ['has frames of an earlier use behind it', log([3, 7], [0, 6]), false],
    ['ends before the commit', log([3, 7], [0, 7]), true],
    ['ends within a page', log([3, 7], [3, 7]).subarray(0, 700), true],
  ])('that %s', async (_, content, expected) => {
    expect(await torn(content)).toBe(expected);
  });
});

it('words of damage are found among all others', () => {
  const damaged =
    'resbench: The log /a/resbench.db-wal of the database is damaged (its header cannot be read): …';
  const missing =
    '{"event":"notice","kind":"error","message":"Run 1: /a/step-3.json is missing: choose another."}';
  const innocent = [
    'resbench: run 1 has completed',
    '{"event":"notice","kind":"info","message":"Run 1 has a checkpoint again, of step 3."}',
    '{"ok":true,"problems":[],"damaged":null}',
  ];
  const changed = 'resbench: Numbers of run 1 (epoch 2) have changed on the disk since they were stored.';
  expect(wordsOfDamage([innocent[0], damaged, ...innocent, missing, changed, ''].join('\n'))).toEqual([
    damaged,
    missing,
    changed,
  ]);
});

it('the same seed kills in the same way, another one in another', () => {
  const draw = (seed: number, life: number) => {
    const random = randomOf(seed, life);
    return Array.from({ length: 20 }, () => drawKill(random));
  };
  expect(draw(1, 1)).toEqual(draw(1, 1));
  expect(draw(2, 1)).not.toEqual(draw(1, 1));
  expect(draw(1, 2)).not.toEqual(draw(1, 1));
});

interface Effort {
  cpu: number;
  waited: number;
  wants: boolean;
  words: string;
}
interface Watched {
  look(): void;
  progress(): void;
}
const { Patience, effortOf } = await load<{
  Patience: new (options: {
    pids: () => number[];
    onStuck: (words: string) => void;
    busyMs?: number;
    idleMs?: number;
    read?: (pid: number) => Effort | null;
    now?: () => number;
  }) => Watched;
  effortOf(pid: number): Effort | null;
}>('torture/patience.mjs');

describe('patience with a program that brings nothing forward', () => {
  /** What it has had and waited for at each look, a quarter of a second apart unless told; the words, or null. */
  function after(
    looks: number,
    effortAt: (look: number) => Effort | null,
    apart = 250,
    progressAt = -1,
  ): string | null {
    let now = 0;
    let at = 0;
    let words: string | null = null;
    const patience = new Patience({
      pids: () => [7],
      onStuck: (found) => (words ??= found),
      read: () => effortAt(at),
      now: () => now,
    });
    for (at = 1; at <= looks; at++) {
      now += apart;
      if (at === progressAt) patience.progress();
      patience.look();
    }
    return words;
  }
  const effort = (cpu: number, waited: number, wants = false): Effort => ({
    cpu,
    waited,
    wants,
    words: 'it sleeps',
  });

  it('ends after a minute of sleep, and says so', () => {
    expect(after(230, () => effort(500, 0))).toBeNull();
    expect(after(245, () => effort(500, 0))).toMatch(
      /^nothing came forward for [\d.]+ s, of which it slept 60\.0 s and had 0\.5 s of the processor \(it sleeps\)$/,
    );
    expect(after(245, () => effort(500, 0), 250, 100)).toBeNull();
  });

  it('ends after two minutes of the processor, however long they take', () => {
    expect(after(400, (look) => effort(look * 250, 0, true))).toBeNull();
    expect(after(500, (look) => effort(look * 250, 0, true))).toContain('had 120.0 s of the processor');
    expect(after(5000, (look) => effort(look * 20, 0, true))).toBeNull();
  });

  it('does not end while it waits for its turn: a day at load a hundred', () => {
    expect(after(345_600, (look) => effort(look * 0.3, look * 240))).toBeNull();
    expect(after(345_600, (look) => effort(look * 0.3, 0, true))).toBeNull();
  });

  it('counts no time in which nobody could look', () => {
    expect(after(200, () => effort(500, 0), 60_000)).toBeNull();
    expect(after(245, () => effort(500, 0), 60_000)).not.toBeNull();
  });

  it.skipIf(process.platform !== 'linux')('tells a process that computes from one that sleeps', async () => {
    const programs = ['for (;;);', 'setInterval(() => {}, 1e6)'].map((code) =>
      spawn(process.execPath, ['-e', code], {
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
        stdio: 'ignore',
      }),
    );
    try {
      const [busy, asleep] = programs as [(typeof programs)[0], (typeof programs)[0]];
      let calm = 0;
      // Until the one has computed and the other has been seen asleep, as both do sooner or later.
      while ((effortOf(busy.pid!)?.cpu ?? 0) < 200 || calm < 3) {
        if (effortOf(asleep.pid!)?.wants === false) calm++;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect(effortOf(busy.pid!)).toMatchObject({ wants: true, words: expect.stringContaining('threads') });
    } finally {
      for (const program of programs) program.kill('SIGKILL');
    }
    await Promise.all(programs.map((program) => program.exitCode ?? once(program, 'exit')));
    expect(effortOf(programs[0]!.pid!)).toBeNull();
  });
});
