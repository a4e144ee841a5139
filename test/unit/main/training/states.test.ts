import { describe, expect, it } from 'vitest';
import { openMemoryDatabase } from '../../../../src/main/db/open';
import { RunStore } from '../../../../src/main/db/runs';
import { canTransition } from '../../../../src/main/training/states';
import { isActive, RUN_STATES, type RunState } from '../../../../src/shared/domain';
import { newRun } from '../fixtures';

/** The whole table, written down a second time. */
const LEGAL = new Set([
  'preparing → running',
  'preparing → stopping',
  'preparing → stopped',
  'preparing → failed',
  'preparing → interrupted',
  'running → stopping',
  'running → stopped',
  'running → completed',
  'running → failed',
  'running → interrupted',
  'stopping → stopped',
  'stopping → completed',
  'stopping → failed',
  'stopping → interrupted',
]);

const PAIRS = RUN_STATES.flatMap((from) => RUN_STATES.map((to) => [from, to] as const));

describe('the states of a run', () => {
  it.each(PAIRS)('%s → %s is allowed exactly where the table says so', (from, to) => {
    expect(canTransition(from, to)).toBe(LEGAL.has(`${from} → ${to}`));
  });

  it.each(PAIRS)('%s → %s is stored with time and reason, or changes nothing', (from, to) => {
    const db = openMemoryDatabase();
    const runs = new RunStore(db);
    const { id } = runs.create(newRun());
    db.run('UPDATE runs SET state = ?, reason = ? WHERE id = ?', from, 'before', id);
    const before = runs.get(id);
    const done = runs.transition(id, to, 'because', 2000);
    expect(done).toBe(canTransition(from, to));
    if (done) {
      expect(runs.get(id)).toMatchObject({
        state: to,
        reason: 'because',
        endedAt: isActive(to) ? null : 2000,
      });
      expect(runs.states(id)).toEqual([
        { state: 'preparing', reason: null, at: 1000 },
        { state: to, reason: 'because', at: 2000 },
      ]);
    } else {
      expect(runs.get(id)).toEqual(before);
      expect(runs.states(id)).toHaveLength(1);
    }
  });

  it('has no way out of an end', () => {
    const ends: RunState[] = ['stopped', 'completed', 'failed', 'interrupted'];
    expect(ends.filter((from) => RUN_STATES.some((to) => canTransition(from, to)))).toEqual([]);
  });
});
