import { beforeEach, describe, expect, it } from 'vitest';
import { ArchitectureService } from '../../../../src/main/architectures/service';
import { ArchitectureStore } from '../../../../src/main/db/stores/architectures';
import type { Db } from '../../../../src/main/db/database';
import { openMemoryDatabase } from '../memory-database';
import { ProcessStore } from '../../../../src/main/db/stores/processes';
import type { Result } from '../../../../src/shared/result';
import { tinyArchitecture } from '../fixtures';

let db: Db;
let architectures: ArchitectureService;

beforeEach(() => {
  db = openMemoryDatabase();
  architectures = new ArchitectureService(new ArchitectureStore(db));
});

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

const failure = (result: Result<unknown>): { code: string; message: string; details?: string[] } => {
  if (result.ok) throw new Error('it was not refused');
  return result.error;
};

const named = (name: string): object => ({ ...tinyArchitecture(), name });
const names = (): string[] => architectures.list().map(({ architecture }) => architecture.name);

describe('saving', () => {
  it('stores an architecture with everything it left out', () => {
    const saved = value(
      architectures.save(null, {
        name: 'mine',
        inputShape: [32, 32, 3],
        classes: 10,
        table: [[1, [[8, 3]]]],
      }),
    );
    expect(saved.architecture).toMatchObject({ name: 'mine', shortcut: 'projection', strideOn: 'first' });
    expect(architectures.list()).toEqual([saved]);
  });

  it('lists by name, whatever the case', () => {
    for (const name of ['b', 'C', 'a']) architectures.save(null, named(name));
    expect(names()).toEqual(['a', 'b', 'C']);
  });

  it('overwrites the one that is named by its id', () => {
    const { id } = value(architectures.save(null, named('mine')));
    const saved = value(architectures.save(id, { ...named('mine'), classes: 7 }));
    expect(saved).toMatchObject({ id, architecture: { classes: 7 } });
    expect(architectures.list()).toHaveLength(1);
  });

  it('refuses a second one of the same name, whatever its case', () => {
    architectures.save(null, named('mine'));
    expect(failure(architectures.save(null, named('MINE')))).toEqual({
      code: 'conflict',
      message: 'There is already an architecture named "mine": choose another name, or change that one.',
    });
    const { id } = value(architectures.save(null, named('other')));
    expect(failure(architectures.save(id, named('mine'))).code).toBe('conflict');
    expect(names()).toEqual(['mine', 'other']);
  });

  it('refuses what is no architecture and names every place', () => {
    const error = failure(
      architectures.save(null, {
        ...named('mine'),
        table: [
          [0, [[8, 3]]],
          [1, [[8, 0]]],
        ],
      }),
    );
    expect(error.code).toBe('invalid-input');
    expect(error.details).toHaveLength(2);
    expect(error.message).toBe(error.details![0]);
    expect(error.message).toContain('stage 1');
    expect(architectures.list()).toEqual([]);
  });

  it('refuses to overwrite one that is gone', () => {
    expect(failure(architectures.save(99, named('mine'))).code).toBe('not-found');
    expect(architectures.list()).toEqual([]);
  });
});

describe('deleting', () => {
  it('can be undone', () => {
    const saved = value(architectures.save(null, named('mine')));
    value(architectures.delete(saved.id));
    expect(architectures.list()).toEqual([]);
    expect(value(architectures.restore(saved.id))).toEqual(saved);
    expect(architectures.list()).toEqual([saved]);
  });

  it('frees the name; an undo then adds a number', () => {
    const { id } = value(architectures.save(null, named('mine')));
    architectures.delete(id);
    architectures.save(null, named('mine'));
    expect(value(architectures.restore(id)).architecture.name).toBe('mine (2)');
    expect(names()).toEqual(['mine', 'mine (2)']);
  });

  it('of one that does not exist is refused', () => {
    expect(failure(architectures.delete(5)).code).toBe('not-found');
  });

  it('is for good once the program has started again', () => {
    const { id } = value(architectures.save(null, named('mine')));
    architectures.delete(id);
    new ProcessStore(db).purgeDeleted('me', () => false);
    expect(failure(architectures.restore(id))).toMatchObject({ code: 'not-found' });
  });
});
