import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../../../../src/main/db/database';
import { openMemoryDatabase } from '../memory-database';
import { QueueStore } from '../../../../src/main/db/stores/queue';
import { RunStore } from '../../../../src/main/db/stores/runs';
import { RunRegistry } from '../../../../src/main/runs/registry';
import { ownIdentity } from '../../../../src/node/processes/process-identity';
import { asResult, ok } from '../../../../src/shared/result';
import { begun, newRun } from '../fixtures';
import { deadProcess, failure, value } from '../services';

let db: Db;
let runs: RunStore;
let registry: RunRegistry;
let heard: string[];

beforeEach(() => {
  db = openMemoryDatabase();
  runs = new RunStore(db);
  registry = new RunRegistry(runs, new QueueStore(db), { ownerId: 'owner', owner: ownIdentity() });
  heard = [];
  registry.on('changed', ({ id, state }) => heard.push(`${id} ${state}`));
  registry.on('removed', ({ id }) => heard.push(`${id} removed`));
});

const find = (id: number) => failure(asResult(() => ok(registry.found(id))));

describe('a run', () => {
  it('is found, with whether it is own, and without what only the database needs', () => {
    const { id } = begun(db);
    expect(value(registry.get(id))).toMatchObject({ id, own: true, state: 'preparing' });
    for (const key of ['ownerId', 'owner', 'wanted', 'deletedAt', 'awaySince', 'heardAt'])
      expect(value(registry.get(id))).not.toHaveProperty(key);
    const other = begun(db, { ownerId: 'other' });
    expect(value(registry.get(other.id)).own).toBe(false);
  });

  it('that is not there, or deleted, is not found', () => {
    const { id } = begun(db);
    runs.markDeleted([id], 1);
    for (const gone of [id, 77]) {
      expect(find(gone)).toEqual({
        code: 'not-found',
        message: `There is no run ${gone}: \`runs list\` shows those there are.`,
      });
      expect(registry.get(gone).ok).toBe(false);
    }
  });

  it('whose row cannot be read is got, and not found', () => {
    const { id } = begun(db);
    db.run(`UPDATE runs SET machine = '[]' WHERE id = ?`, id);
    expect(value(registry.get(id)).unreadable).toContain('its machine');
    expect(find(id)).toMatchObject({ code: 'data-corrupt' });
    expect(registry.stored(id).id).toBe(id);
  });

  it('is an orphan where nobody else can be at work on it', async () => {
    const owned = (ownerId: string, owner = ownIdentity()) => begun(db, { ownerId, owner });
    expect(registry.isOrphan(owned('owner'))).toBe(true);
    expect(registry.isOrphan(owned('other', { pid: process.ppid, start: null }))).toBe(false);
    expect(registry.isOrphan(owned('dead', await deadProcess()))).toBe(true);
    expect(registry.isOrphan({ ...owned('nobody'), owner: null })).toBe(true);
  });
});

describe('what happens to a run', () => {
  it('is announced as it stands in the database, and is no news then', () => {
    const { id } = begun(db);
    expect(registry.isNews(runs.get(id)!)).toBe(true);
    registry.announce(id);
    expect(heard).toEqual([`${id} preparing`]);
    expect(registry.isNews(runs.get(id)!)).toBe(false);
    runs.update(id, { name: 'another' });
    expect(registry.isNews(runs.get(id)!)).toBe(true);
  });

  it('is announced with what another process asks of its owner, after everybody has heard of it', () => {
    const { id } = begun(db);
    runs.request(id, 'pause');
    registry.onAnnounced(({ wanted }) => heard.push(`wanted: ${wanted}`));
    registry.announce(id);
    expect(heard).toEqual([`${id} preparing`, 'wanted: pause']);
  });

  it('is announced as removed once it is deleted, and not otherwise', () => {
    const { id } = begun(db);
    runs.markDeleted([id], 1);
    registry.announce(id);
    expect(heard).toEqual([]);
    registry.announceRemoved(id);
    expect(heard).toEqual([`${id} removed`]);
    expect(registry.isNews(runs.get(id)!)).toBe(false);
  });

  it('is stored and announced as a transition, which may not be allowed', () => {
    const { id } = begun(db);
    expect(registry.transition(id, 'failed', 'because')).toBe(true);
    expect(registry.transition(id, 'running', null)).toBe(false);
    expect(heard).toEqual([`${id} failed`, `${id} failed`]);
  });

  it('in the queue is announced for all that wait, in their order', () => {
    const [a, b] = [runs.create(newRun()).id, runs.create(newRun({ queue: 'next' })).id];
    expect(registry.announceWaiting()).toEqual([b, a]);
    expect(heard).toEqual([`${b} queued`, `${a} queued`]);
  });
});

it('closing is heard once, by whoever has not ended listening', () => {
  const end = registry.onClosed(() => heard.push('closed, first'));
  registry.onClosed(() => heard.push('closed, second'));
  end();
  registry.close();
  expect(heard).toEqual(['closed, second']);
});
