/** The torture's own eyes: what they would not see, no run of it could show. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load, withFolder } from '../scripts/load';

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
    ledger.remember('steps', [rowOf({ event: 'step', step: 3, loss: 0.5 })]);
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
