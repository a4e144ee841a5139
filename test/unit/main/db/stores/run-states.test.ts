import { describe, expect, it } from 'vitest';
import { openMemoryDatabase } from '../../memory-database';
import { QueueStore } from '../../../../../src/main/db/stores/queue';
import { RunStore } from '../../../../../src/main/db/stores/runs';
import { canTransition } from '../../../../../src/main/db/stores/run-states';
import { hasEnded, isActive, RUN_STATES, type RunState } from '../../../../../src/shared/run';
import { newRun } from '../../fixtures';

/** The whole table, written down a second time. */
const LEGAL = new Set([
  'queued → preparing',
  'queued → stopped',
  'queued → failed',
  'preparing → running',
  'preparing → pausing',
  'preparing → stopping',
  'preparing → paused',
  'preparing → stopped',
  'preparing → failed',
  'preparing → interrupted',
  'running → pausing',
  'running → stopping',
  'running → paused',
  'running → stopped',
  'running → completed',
  'running → failed',
  'running → interrupted',
  'pausing → stopping',
  'pausing → paused',
  'pausing → stopped',
  'pausing → completed',
  'pausing → failed',
  'pausing → interrupted',
  'paused → queued',
  'paused → stopped',
  'stopping → stopped',
  'stopping → completed',
  'stopping → failed',
  'stopping → interrupted',
  'stopped → queued',
  'completed → queued',
  'failed → queued',
  'interrupted → queued',
]);

const PAIRS = RUN_STATES.flatMap((from) => RUN_STATES.map((to) => [from, to] as const));

describe('the states of a run', () => {
  it.each(PAIRS)('%s → %s is allowed exactly where the table says so', (from, to) => {
    expect(canTransition(from, to)).toBe(LEGAL.has(`${from} → ${to}`));
  });

  it.each(PAIRS)('%s → %s is stored with time and reason, or changes nothing', (from, to) => {
    const db = openMemoryDatabase();
    const runs = new RunStore(db);
    const { id, owner, ownerId } = runs.create(newRun());
    db.run(
      'UPDATE runs SET state = ?, reason = ?, queue_position = ?, ended_at = 1500 WHERE id = ?',
      from,
      'before',
      from === 'queued' ? 1 : null,
      id,
    );
    const before = runs.get(id);
    const done =
      to === 'queued'
        ? new QueueStore(db).enqueue(id, 'last', { owner: owner!, ownerId: ownerId! }, 2000)
        : runs.transition(id, to, 'because', 2000);
    expect(done).toBe(canTransition(from, to));
    if (done) {
      expect(runs.get(id)).toMatchObject({
        state: to,
        reason: to === 'queued' ? null : 'because',
        endedAt: hasEnded(to) ? 2000 : null,
        // Until it trains again.
        awaySince: to === 'running' ? null : hasEnded(to) || to === 'paused' ? 2000 : 1500,
        queue: to === 'queued' ? { place: 1, held: false } : null,
      });
      expect(runs.states(id)).toEqual([
        { state: 'queued', reason: null, at: 1000 },
        { state: to, reason: to === 'queued' ? null : 'because', at: 2000 },
      ]);
    } else {
      expect(runs.get(id)).toEqual(before);
      expect(runs.states(id)).toHaveLength(1);
    }
  });

  it('leads out of every state, also where whoever trains or waits is dead', () => {
    for (const from of RUN_STATES) {
      // What needs no process that is at work: the watcher's word, the queue's, a person's.
      const ways = isActive(from)
        ? ['interrupted']
        : from === 'queued'
          ? ['preparing', 'stopped']
          : ['queued'];
      expect(ways.filter((to) => !canTransition(from, to as RunState))).toEqual([]);
    }
  });
});
