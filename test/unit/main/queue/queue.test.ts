import { describe, expect, it, onTestFinished } from 'vitest';
import type { Db } from '../../../../src/main/db/database';
import { QueueStore } from '../../../../src/main/db/stores/queue';
import { RunStore, type NewRun } from '../../../../src/main/db/stores/runs';
import { RunQueue, type QueueShare } from '../../../../src/main/queue/queue';
import { ownIdentity } from '../../../../src/node/processes/process-identity';
import { isActive } from '../../../../src/shared/run';
import { newRun, temporaryFolder } from '../fixtures';
import { deadProcess, statOwn } from '../services';

/** It lives as long as the test. */
const another = { pid: process.ppid, start: null };

interface Stores {
  runs: RunStore;
  queue: QueueStore;
}

/** A queue at work, with the ids of the runs that it took in their order. */
function working(
  { runs, queue: store }: Stores,
  { share = 'all' as QueueShare, limit = 1, ownerId = 'owner', owner = ownIdentity() } = {},
): { queue: RunQueue; taken: number[]; setLimit: (limit: number) => void } {
  const taken: number[] = [];
  let allowed = limit;
  const queue = new RunQueue({
    store,
    get: (id) => runs.get(id),
    share,
    own: { ownerId, owner },
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

const on = (db: Db): Stores => ({ runs: new RunStore(db), queue: new QueueStore(db) });
const store = (home = temporaryFolder()): Stores => on(statOwn(home).db);
const add = ({ runs }: Stores, change: Partial<NewRun> = {}): number => runs.create(newRun(change)).id;
const end = ({ runs }: Stores, id: number): boolean => runs.transition(id, 'failed', 'because', 2000);

describe('the queue', () => {
  it('takes as many runs as may train at once, in their order, and the next when one has ended', () => {
    const stores = store();
    const [a, b, c, d] = [1, 2, 3, 4].map(() => add(stores)) as [number, number, number, number];
    const { queue, taken } = working(stores, { limit: 2 });
    expect(taken).toEqual([a, b]);
    queue.pump();
    expect(taken).toEqual([a, b]);
    end(stores, b);
    queue.pump();
    expect(taken).toEqual([a, b, c]);
    end(stores, a);
    end(stores, c);
    queue.pump();
    expect(taken).toEqual([a, b, c, d]);
  });

  it('takes more once more may train', () => {
    const stores = store();
    const ids = [1, 2, 3].map(() => add(stores));
    const { queue, taken, setLimit } = working(stores);
    setLimit(3);
    queue.pump();
    expect(taken).toEqual(ids);
  });

  it('takes first what was entered as next, the latest of those before the others', () => {
    const stores = store();
    const [last, next, nextAgain] = [
      add(stores),
      add(stores, { queue: 'next' }),
      add(stores, { queue: 'next' }),
    ];
    expect(stores.queue.ids()).toEqual([nextAgain, next, last]);
    expect(working(stores, { limit: 3 }).taken).toEqual([nextAgain, next, last]);
  });

  it('passes over what is held until it is released', () => {
    const stores = store();
    const [held, other] = [add(stores, { queue: 'held' }), add(stores)];
    const { queue, taken } = working(stores, { limit: 2 });
    expect(taken).toEqual([other]);
    stores.queue.hold(held, false);
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
    const stores = store();
    for (let i = 0; i < 4; i++) add(stores);
    expect(stores.queue.move(3, place)).toBe(true);
    expect(stores.queue.ids()).toEqual(order);
    expect(order.map((id) => stores.runs.get(id)!.queue!.place)).toEqual([1, 2, 3, 4]);
    // A later entry comes before or behind all of them, wherever they were moved.
    const [last, next] = [add(stores), add(stores, { queue: 'next' })];
    expect(stores.queue.ids()).toEqual([next, ...order, last]);
  });

  it('takes a run at once where that is wanted, whatever else trains, and once only', () => {
    const stores = store();
    const [first, second, held] = [add(stores), add(stores), add(stores, { queue: 'held' })];
    const { queue, taken } = working(stores);
    queue.takeNow(held);
    queue.takeNow(held);
    expect(taken).toEqual([first, held]);
    expect(stores.runs.get(second)!.state).toBe('queued');
  });

  it('takes nothing before it is started, after it is stopped, or where it has no share', () => {
    const stores = store();
    const { queue, taken } = working(stores);
    queue.stop();
    add(stores);
    queue.pump();
    expect(taken).toEqual([]);
    const none = working(stores, { share: 'none' });
    none.queue.pump();
    expect(none.taken).toEqual([]);
  });

  it('takes what is entered while it takes another', () => {
    const stores = store();
    add(stores);
    const taken: number[] = [];
    const queue = new RunQueue({
      store: stores.queue,
      get: (id) => stores.runs.get(id),
      share: 'all',
      own: { ownerId: 'owner', owner: ownIdentity() },
      limit: () => 2,
      begin: ({ id }) => {
        taken.push(id);
        if (id > 1) return;
        add(stores);
        queue.pump();
        expect(taken).toEqual([1]);
      },
    });
    onTestFinished(() => queue.stop());
    queue.start();
    expect(taken).toEqual([1, 2]);
  });

  it('comes by itself where a place becomes free without a word', async () => {
    const stores = store();
    const [first, second] = [add(stores), add(stores)];
    const { taken } = working(stores);
    expect(taken).toEqual([first]);
    end(stores, first);
    await expect.poll(() => taken, { timeout: 10_000 }).toEqual([first, second]);
  });
});

describe('a run that another process queued', () => {
  it.each(['all', 'own'] as const)(
    'is neither taken nor overtaken while that lives, by share %s',
    (share) => {
      const stores = store();
      const theirs = add(stores, { ownerId: 'other', owner: another });
      const own = add(stores);
      const { queue, taken } = working(stores, { share, limit: 5 });
      expect(taken).toEqual([]);
      // Its own process takes it: then it is our turn.
      stores.queue.claim(theirs, { ownerId: 'other', owner: another }, 1500);
      queue.pump();
      expect(taken).toEqual([own]);
    },
  );

  it('is taken by share `all` where that is dead', async () => {
    const stores = store();
    const theirs = add(stores, { ownerId: 'dead', owner: await deadProcess() });
    const own = add(stores);
    expect(working(stores, { limit: 2 }).taken).toEqual([theirs, own]);
    expect(stores.runs.get(theirs)).toMatchObject({ ownerId: 'owner', owner: ownIdentity() });
  });

  it('is passed over by share `own` where that is dead', async () => {
    const stores = store();
    const theirs = add(stores, { ownerId: 'dead', owner: await deadProcess() });
    const own = add(stores);
    expect(working(stores, { share: 'own', limit: 2 }).taken).toEqual([own]);
    expect(stores.runs.get(theirs)!.state).toBe('queued');
  });

  it('holds up nobody where it is held', () => {
    const stores = store();
    add(stores, { ownerId: 'other', owner: another, queue: 'held' });
    const own = add(stores);
    expect(working(stores).taken).toEqual([own]);
  });

  it('takes a place where it trains, until its process dies', async () => {
    const stores = store();
    const [alive, dead] = [another, await deadProcess()];
    for (const [ownerId, owner] of [
      ['other', alive],
      ['dead', dead],
    ] as const) {
      stores.queue.claim(add(stores, { ownerId, owner }), { ownerId, owner }, 1500);
    }
    const own = add(stores);
    const { queue, taken, setLimit } = working(stores, { limit: 1 });
    expect(taken).toEqual([]);
    setLimit(2);
    queue.pump();
    expect(taken).toEqual([own]);
  });

  it('takes no place where it was deleted while it trained', () => {
    const stores = store();
    const theirs = add(stores, { ownerId: 'other', owner: another });
    stores.queue.claim(theirs, { ownerId: 'other', owner: another }, 1500);
    stores.runs.markDeleted([theirs], 1600);
    const own = add(stores);
    expect(working(stores).taken).toEqual([own]);
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
      const active = ours.runs.list().filter(({ state }) => isActive(state));
      expect(active.length).toBeLessThanOrEqual(2);
      if (active[0]) end(round % 2 ? ours : theirs, active[0].id);
      for (const { queue } of round % 2 ? [a, b] : [b, a]) queue.pump();
    }
    expect([...a.taken, ...b.taken].sort((x, y) => x - y)).toEqual(ids);
  });
});
