import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Db } from '../../../../src/main/db/database';
import { openMemoryDatabase } from '../memory-database';
import { QueueStore } from '../../../../src/main/db/stores/queue';
import { RunStore, type NewRun } from '../../../../src/main/db/stores/runs';
import { QueueService } from '../../../../src/main/queue/service';
import { RunRegistry } from '../../../../src/main/runs/registry';
import { ownIdentity } from '../../../../src/node/processes/process-identity';
import { begun, newRun } from '../fixtures';
import { failure, value } from '../services';

const own = { ownerId: 'owner', owner: ownIdentity() };

let db: Db;
let runs: RunStore;
let store: QueueStore;
let announced: number[];
let taken: number[];

/** A queue that takes as many runs as may train, none to begin with. */
function working(limit = 0): QueueService {
  const registry = new RunRegistry(runs, store, own);
  registry.on('changed', ({ id }) => announced.push(id));
  const queue = new QueueService({
    db,
    store,
    runs: registry,
    own,
    share: 'all',
    limit: () => limit,
    begin: ({ id }) => taken.push(id),
  });
  onTestFinished(() => queue.stop());
  queue.start();
  return queue;
}

const add = (change: Partial<NewRun> = {}): number => runs.create(newRun(change)).id;

beforeEach(() => {
  db = openMemoryDatabase();
  [runs, store] = [new RunStore(db), new QueueStore(db)];
  [announced, taken] = [[], []];
});

describe('a change of the queue', () => {
  it('is answered with the run, and every place that may be another is announced', () => {
    const [a, b, c] = [add(), add(), add()];
    const queue = working();
    expect(value(queue.move(c, 1))).toMatchObject({ id: c, own: true, queue: { place: 1, held: false } });
    expect(announced).toEqual([c, a, b]);
    expect(value(queue.list()).map(({ id }) => id)).toEqual([c, a, b]);
    expect(value(queue.hold(a, true)).queue).toEqual({ place: 2, held: true });
  });

  it.each(['move', 'hold'] as const)('by %s is refused for a run that does not wait', (method) => {
    const { id } = begun(db);
    const answer = method === 'move' ? working().move(id, 1) : working().hold(id, true);
    expect(failure(answer)).toEqual({
      code: 'conflict',
      message: `Run ${id} ("a run") does not wait in the queue: it is preparing.`,
    });
    expect(failure(working().move(77, 1)).code).toBe('not-found');
  });
});

describe('a run that is put into the queue', () => {
  it('after it has been away begins at once where there is room, with what is new of it', () => {
    const { id } = begun(db);
    runs.transition(id, 'stopped', 'because', 2000);
    const queued = working(1).enqueue(runs.get(id)!, 'next', {}, { epochs: 12 });
    expect(value(queued)).toMatchObject({ state: 'preparing', epochs: 12 });
    expect(taken).toEqual([id]);
  });

  it('and has been taken up elsewhere meanwhile is refused', () => {
    const run = begun(db);
    expect(failure(working().enqueue(run, 'last', {}, {})).message).toBe(
      `Run ${run.id} ("a run") has just been started elsewhere.`,
    );
  });

  it('begins whatever else trains where that is wanted', () => {
    const [first, second] = [add(), add()];
    expect(value(working().settle(second, { now: true })).state).toBe('preparing');
    expect(taken).toEqual([second]);
    expect(runs.get(first)!.state).toBe('queued');
  });

  it.each([
    ['next', { place: 1, held: false }],
    ['last', { place: 2, held: false }],
    [undefined, { place: 2, held: false }],
    ['held', { place: 2, held: true }],
  ] as const)('as held is released to where it is wanted: %s', (entry, place) => {
    add();
    const id = add({ queue: 'held' });
    expect(value(working().release(id, entry, {})).queue).toEqual(place);
  });

  it('by a process that is dead is adopted and let go', () => {
    const id = add({ ownerId: 'dead', owner: { pid: 2 ** 22 + 1, start: null }, queue: 'held' });
    expect(value(working().adopt(runs.get(id)!, {}))).toMatchObject({
      own: true,
      queue: { place: 1, held: false },
    });
  });
});
