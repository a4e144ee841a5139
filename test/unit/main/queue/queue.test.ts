import { describe, expect, it, onTestFinished } from 'vitest';
import type { NewRun, RunStore } from '../../../../src/main/db/stores/runs';
import { RunQueue, type QueueShare } from '../../../../src/main/queue/queue';
import { ownIdentity } from '../../../../src/node/process-identity';
import { isActive } from '../../../../src/shared/domain';
import { newRun, temporaryFolder } from '../fixtures';
import { deadProcess, lookAt } from '../services';

/** It lives as long as the test. */
const another = { pid: process.ppid, start: null };

/** A queue at work, with the ids of the runs that it took in their order. */
function working(
  runs: RunStore,
  { share = 'all' as QueueShare, limit = 1, ownerId = 'owner', owner = ownIdentity() } = {},
): { queue: RunQueue; taken: number[]; setLimit: (limit: number) => void } {
  const taken: number[] = [];
  let allowed = limit;
  const queue = new RunQueue({
    runs,
    share,
    ownerId,
    owner,
    limit: () => allowed,
    begin: (run) => {
      expect(run).toMatchObject({ state: 'preparing', ownerId, wanted: null, queue: null });
      taken.push(run.id);
    },
  });
  onTestFinished(() => queue.stop());
  queue.start();
  return { queue, taken, setLimit: (value) => (allowed = value) };
}

const store = (home = temporaryFolder()): RunStore => lookAt(home).runs;
const add = (runs: RunStore, change: Partial<NewRun> = {}): number => runs.create(newRun(change)).id;
const end = (runs: RunStore, id: number): boolean => runs.transition(id, 'failed', 'because', 2000);

describe('the queue', () => {
  it('takes as many runs as may train at once, in their order, and the next when one has ended', () => {
    const runs = store();
    const [a, b, c, d] = [1, 2, 3, 4].map(() => add(runs)) as [number, number, number, number];
    const { queue, taken } = working(runs, { limit: 2 });
    expect(taken).toEqual([a, b]);
    queue.pump();
    expect(taken).toEqual([a, b]);
    end(runs, b);
    queue.pump();
    expect(taken).toEqual([a, b, c]);
    end(runs, a);
    end(runs, c);
    queue.pump();
    expect(taken).toEqual([a, b, c, d]);
  });

  it('takes more once more may train', () => {
    const runs = store();
    const ids = [1, 2, 3].map(() => add(runs));
    const { queue, taken, setLimit } = working(runs);
    setLimit(3);
    queue.pump();
    expect(taken).toEqual(ids);
  });

  it('takes first what was entered as next, the latest of those before the others', () => {
    const runs = store();
    const [last, next, nextAgain] = [add(runs), add(runs, { queue: 'next' }), add(runs, { queue: 'next' })];
    expect(runs.queue()).toEqual([nextAgain, next, last]);
    expect(working(runs, { limit: 3 }).taken).toEqual([nextAgain, next, last]);
  });

  it('passes over what is held until it is let go', () => {
    const runs = store();
    const [held, other] = [add(runs, { queue: 'held' }), add(runs)];
    const { queue, taken } = working(runs, { limit: 2 });
    expect(taken).toEqual([other]);
    runs.hold(held, false);
    queue.pump();
    expect(taken).toEqual([other, held]);
  });

  it.each([
    [1, [3, 1, 2, 4]],
    [2, [1, 3, 2, 4]],
    [3, [1, 2, 3, 4]],
    [4, [1, 2, 4, 3]],
    [99, [1, 2, 4, 3]],
  ])('has the third run moved to place %i', (place, order) => {
    const runs = store();
    for (let i = 0; i < 4; i++) add(runs);
    expect(runs.move(3, place)).toBe(true);
    expect(runs.queue()).toEqual(order);
    expect(order.map((id) => runs.get(id)!.queue!.place)).toEqual([1, 2, 3, 4]);
    // A later entry comes before or behind all of them, wherever they were moved.
    const [last, next] = [add(runs), add(runs, { queue: 'next' })];
    expect(runs.queue()).toEqual([next, ...order, last]);
  });

  it('takes a run at once where that is wanted, whatever else trains, and once only', () => {
    const runs = store();
    const [first, second, held] = [add(runs), add(runs), add(runs, { queue: 'held' })];
    const { queue, taken } = working(runs);
    queue.takeNow(held);
    queue.takeNow(held);
    expect(taken).toEqual([first, held]);
    expect(runs.get(second)!.state).toBe('queued');
  });

  it('takes nothing before it is started, after it is stopped, or where it has no share', () => {
    const runs = store();
    const { queue, taken } = working(runs);
    queue.stop();
    add(runs);
    queue.pump();
    expect(taken).toEqual([]);
    const none = working(runs, { share: 'none' });
    none.queue.pump();
    expect(none.taken).toEqual([]);
  });

  it('takes what is entered while it takes another', () => {
    const runs = store();
    add(runs);
    const taken: number[] = [];
    const queue = new RunQueue({
      runs,
      share: 'all',
      ownerId: 'owner',
      owner: ownIdentity(),
      limit: () => 2,
      begin: ({ id }) => {
        taken.push(id);
        if (id > 1) return;
        add(runs);
        queue.pump();
        expect(taken).toEqual([1]);
      },
    });
    onTestFinished(() => queue.stop());
    queue.start();
    expect(taken).toEqual([1, 2]);
  });

  it('comes by itself where a place becomes free without a word', async () => {
    const runs = store();
    const [first, second] = [add(runs), add(runs)];
    const { taken } = working(runs);
    expect(taken).toEqual([first]);
    end(runs, first);
    await expect.poll(() => taken, { timeout: 10_000 }).toEqual([first, second]);
  });
});

describe('a run that another process queued', () => {
  it.each(['all', 'own'] as const)(
    'is neither taken nor overtaken while that lives, by share %s',
    (share) => {
      const runs = store();
      const theirs = add(runs, { ownerId: 'other', owner: another });
      const own = add(runs);
      const { queue, taken } = working(runs, { share, limit: 5 });
      expect(taken).toEqual([]);
      // Its own process takes it: then it is our turn.
      runs.claim(theirs, 'other', another, 1500);
      queue.pump();
      expect(taken).toEqual([own]);
    },
  );

  it('is taken by share `all` where that is dead', async () => {
    const runs = store();
    const theirs = add(runs, { ownerId: 'dead', owner: await deadProcess() });
    const own = add(runs);
    expect(working(runs, { limit: 2 }).taken).toEqual([theirs, own]);
    expect(runs.get(theirs)).toMatchObject({ ownerId: 'owner', owner: ownIdentity() });
  });

  it('is passed over by share `own` where that is dead', async () => {
    const runs = store();
    const theirs = add(runs, { ownerId: 'dead', owner: await deadProcess() });
    const own = add(runs);
    expect(working(runs, { share: 'own', limit: 2 }).taken).toEqual([own]);
    expect(runs.get(theirs)!.state).toBe('queued');
  });

  it('holds up nobody where it is held', () => {
    const runs = store();
    add(runs, { ownerId: 'other', owner: another, queue: 'held' });
    const own = add(runs);
    expect(working(runs).taken).toEqual([own]);
  });

  it('takes a place where it trains, until its process dies', async () => {
    const runs = store();
    const [alive, dead] = [another, await deadProcess()];
    for (const [ownerId, owner] of [
      ['other', alive],
      ['dead', dead],
    ] as const) {
      runs.claim(add(runs, { ownerId, owner }), ownerId, owner, 1500);
    }
    const own = add(runs);
    const { queue, taken, setLimit } = working(runs, { limit: 1 });
    expect(taken).toEqual([]);
    setLimit(2);
    queue.pump();
    expect(taken).toEqual([own]);
  });

  it('takes no place where it was deleted while it trained', () => {
    const runs = store();
    const theirs = add(runs, { ownerId: 'other', owner: another });
    runs.claim(theirs, 'other', another, 1500);
    runs.markDeleted([theirs], 1600);
    const own = add(runs);
    expect(working(runs).taken).toEqual([own]);
  });
});

describe('two that work one queue', () => {
  it('never take the same run nor more than may train at once', () => {
    const home = temporaryFolder();
    const [ours, theirs] = [store(home), store(home)];
    const ids = Array.from({ length: 9 }, () => add(ours));
    const a = working(ours, { limit: 2, ownerId: 'owner' });
    const b = working(theirs, { limit: 2, ownerId: 'other', owner: another });
    for (let round = 0; round < ids.length; round++) {
      const active = ours.list().filter(({ state }) => isActive(state));
      expect(active.length).toBeLessThanOrEqual(2);
      if (active[0]) end(round % 2 ? ours : theirs, active[0].id);
      for (const { queue } of round % 2 ? [a, b] : [b, a]) queue.pump();
    }
    expect([...a.taken, ...b.taken].sort((x, y) => x - y)).toEqual(ids);
  });
});
