import { beforeEach, describe, expect, it } from 'vitest';
import { CheckpointKeeper } from '../../../../src/main/checkpoints/checkpoint-keeper';
import { CheckpointService } from '../../../../src/main/checkpoints/service';
import type { Db } from '../../../../src/main/db/database';
import { openMemoryDatabase } from '../memory-database';
import { CheckpointStore } from '../../../../src/main/db/stores/checkpoints';
import { RunStore } from '../../../../src/main/db/stores/runs';
import { expected } from '../../../../src/shared/result';
import { DEFAULT_SETTINGS } from '../../../../src/shared/settings';
import { begun, newCheckpoint, temporaryFolder } from '../fixtures';
import { failure, value } from '../services';

let db: Db;
let store: CheckpointStore;
let service: CheckpointService;
let announced: number[];
let id: number;

beforeEach(() => {
  db = openMemoryDatabase();
  store = new CheckpointStore(db);
  const runs = new RunStore(db);
  announced = [];
  const find = (run: number) => {
    const found = runs.get(run);
    if (!found) throw expected('not-found', `There is no run ${run}.`);
    return found;
  };
  const keeper = new CheckpointKeeper(temporaryFolder(), store, () => DEFAULT_SETTINGS);
  service = new CheckpointService(keeper, {
    found: find,
    stored: find,
    announce: (run) => announced.push(run),
  });
  ({ id } = begun(db));
});

const add = (step: number): number => store.add(newCheckpoint(id, { step })).id;
const end = (): boolean => new RunStore(db).transition(id, 'stopped', 'because', 2000);

describe('the checkpoints of a run', () => {
  it('are listed, the newest first, with room and folder', async () => {
    const [first, second] = [add(2), add(4)];
    expect(value(service.list(id)).map((one) => one.id)).toEqual([second, first]);
    expect(value(await service.space(id))).toMatchObject({ bytes: 2000, problem: null });
    expect(value(await service.space(null))).toMatchObject({ bytes: 2000 });
    expect(value(service.folder(id))).toContain(`run-${id}`);
  });

  it('of a run that does not exist are refused', async () => {
    for (const answer of [service.list(77), service.folder(77), await service.space(77)])
      expect(failure(answer)).toEqual({ code: 'not-found', message: 'There is no run 77.' });
    expect(failure(service.pin(77, true)).message).toBe('There is no checkpoint 77.');
    expect(failure(await service.delete(77)).message).toBe('There is no checkpoint 77.');
  });

  it('are pinned and unpinned, and the run is announced', () => {
    const checkpoint = add(2);
    expect(value(service.pin(checkpoint, true)).pinned).toBe(true);
    expect(value(service.pin(checkpoint, false)).pinned).toBe(false);
    expect(announced).toEqual([id, id]);
  });
});

describe('the deletion of a checkpoint', () => {
  it('is refused while the run trains, and for the last that it can resume from', async () => {
    const [first, last] = [add(2), add(4)];
    expect(failure(await service.delete(first)).message).toBe(
      `Checkpoints of run ${id} cannot be deleted while it is preparing.`,
    );
    end();
    expect((await service.delete(first)).ok).toBe(true);
    expect(announced).toEqual([id]);
    expect(failure(await service.delete(last))).toEqual({
      code: 'conflict',
      message: `This is the last checkpoint from which run ${id} ("a run") can resume: delete the run instead.`,
    });
    expect(store.list(id).map((one) => one.id)).toEqual([last]);
  });

  it('is allowed for a damaged one beside the last that is not', async () => {
    const [damaged, last] = [add(2), add(4)];
    store.markDamaged(damaged, 'It is gone.');
    end();
    expect((await service.delete(damaged)).ok).toBe(true);
    expect(store.list(id).map((one) => one.id)).toEqual([last]);
  });
});
