import { beforeEach, describe, expect, it } from 'vitest';
import { ArchitectureService } from '../../../../src/main/architectures/service';
import { ArchitectureStore } from '../../../../src/main/db/stores/architectures';
import type { Db } from '../../../../src/main/db/database';
import { openMemoryDatabase } from '../memory-database';
import { ProcessStore } from '../../../../src/main/db/stores/processes';
import type { Result } from '../../../../src/shared/result';
import { retagged } from '../../../../src/shared/saved-architecture';
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

describe('versions', () => {
  const numbers = (id: number) =>
    value(architectures.versions(id)).map(({ version, note }) => `${version} ${note}`.trim());

  it('are one for each save, with its note, newest first', () => {
    const { id, version } = value(architectures.save(null, named('mine'), ' as drawn '));
    expect(version).toBe(1);
    const second = value(architectures.save(id, { ...named('mine'), classes: 7 }, 'seven classes'));
    expect(second).toMatchObject({ version: 2, architecture: { classes: 7 } });
    value(architectures.save(id, named('mine')));
    expect(numbers(id)).toEqual(['3', '2 seven classes', '1 as drawn']);
    expect(value(architectures.versions(id)).map(({ architecture }) => architecture.classes)).toEqual([
      10, 7, 10,
    ]);
  });

  it('are not made by a save that changes nothing, whose note is set on the newest', () => {
    const { id } = value(architectures.save(null, named('mine'), 'as drawn'));
    value(architectures.save(id, named('mine')));
    expect(numbers(id)).toEqual(['1 as drawn']);
    value(architectures.save(id, named('mine'), 'as published'));
    expect(numbers(id)).toEqual(['1 as published']);
  });

  it('are not made by another name, under which all of them come', () => {
    const { id } = value(architectures.save(null, named('mine')));
    value(architectures.save(id, { ...named('mine'), classes: 7 }));
    expect(value(architectures.rename(id, ' yours '))).toMatchObject({
      version: 2,
      architecture: { name: 'yours' },
    });
    expect(value(architectures.save(id, { ...named('ours'), classes: 7 })).version).toBe(2);
    expect(value(architectures.versions(id)).map(({ architecture }) => architecture.name)).toEqual([
      'ours',
      'ours',
    ]);
    architectures.save(null, named('mine'));
    expect(failure(architectures.rename(id, 'Mine')).message).toBe(
      'There is already an architecture named "mine": choose another name, or change that one.',
    );
    expect(failure(architectures.rename(id, ' ')).message).toBe("An architecture's name must not be empty.");
    expect(value(architectures.rename(id, 'OURS')).architecture.name).toBe('OURS');
  });

  it('follow those that another process has saved meanwhile', () => {
    const { id } = value(architectures.save(null, named('mine')));
    const other = new ArchitectureService(new ArchitectureStore(db));
    value(other.save(id, { ...named('mine'), classes: 7 }));
    expect(value(architectures.save(id, { ...named('mine'), classes: 5 })).version).toBe(3);
    expect(value(other.versions(id)).map(({ architecture }) => architecture.classes)).toEqual([5, 7, 10]);
  });

  it('take another note, and of one that is none it is said which there are', () => {
    const { id } = value(architectures.save(null, named('mine')));
    expect(failure(architectures.annotate(id, 4, 'x'))).toEqual({
      code: 'not-found',
      message: 'There is no version 4 of "mine": it has only version 1.',
    });
    for (const classes of [7, 5]) value(architectures.save(id, { ...named('mine'), classes }));
    expect(value(architectures.annotate(id, 2, 'seven'))).toMatchObject({ version: 2, note: 'seven' });
    expect(numbers(id)).toEqual(['3', '2 seven', '1']);
    expect(failure(architectures.annotate(id, 4, 'x')).message).toContain('it has versions 1 to 3.');
    expect(failure(architectures.annotate(id, 1, 'x'.repeat(201))).message).toBe(
      'The note of a version must have at most 200 characters, got 201.',
    );
    expect(failure(architectures.save(id, named('mine'), 'a\nb')).message).toBe(
      'The note of a version must not hold control characters or marks that turn text around.',
    );
    db.run('DELETE FROM architecture_versions WHERE version = 1');
    expect(failure(architectures.annotate(id, 1, 'x')).message).toContain('it has versions 2 and 3.');
  });

  it('that cannot be read leave the newest of the others in front, and are followed all the same', () => {
    const { id } = value(architectures.save(null, named('mine')));
    value(architectures.save(id, { ...named('mine'), classes: 7 }));
    db.run(`UPDATE architecture_versions SET architecture = '{}' WHERE version = 2`);
    expect(architectures.list()).toMatchObject([{ version: 1, architecture: { classes: 10 } }]);
    expect(value(architectures.save(id, { ...named('mine'), classes: 5 })).version).toBe(3);
    expect(numbers(id)).toEqual(['3', '1']);
  });
});

describe('describing', () => {
  it('sets star, tags and notes, and leaves what is not said and the versions', () => {
    const { id, updatedAt } = value(architectures.save(null, named('mine')));
    expect(value(architectures.get(id))).toMatchObject({ starred: false, tags: [], notes: '' });
    value(architectures.describe(id, { starred: true }));
    value(architectures.describe(id, { tags: [' wide', 'Narrow', 'WIDE', 'b'] }));
    value(architectures.describe(id, { notes: 'One.\r\n\tTwo.\n' }));
    expect(value(architectures.get(id))).toMatchObject({
      starred: true,
      tags: ['b', 'Narrow', 'wide'],
      notes: 'One.\n    Two.',
      version: 1,
      updatedAt,
    });
  });

  it('adds tags and takes others away, whatever their case', () => {
    const { id } = value(architectures.save(null, named('mine')));
    value(architectures.redescribe(id, ({ tags }) => ({ tags: retagged(tags, ['wide', 'deep'], []) })));
    const changed = architectures.redescribe(id, ({ tags }) => ({
      tags: retagged(tags, ['Deep', 'new'], [' WIDE', 'absent']),
    }));
    expect(value(changed).tags).toEqual(['deep', 'new']);
  });

  it.each([
    [{ tags: ['x'.repeat(41)] }, 'A tag must have at most 40 characters, got 41.'],
    [{ tags: [' '] }, 'A tag must not be empty.'],
    [{ tags: ['a\u202eb'] }, 'A tag must not hold control characters or marks that turn text around.'],
    [
      { tags: Array.from({ length: 21 }, (_, at) => `tag ${at}`) },
      'An architecture has at most 20 tags, got 21: remove some.',
    ],
    [{ notes: 'x'.repeat(2001) }, 'The notes must have at most 2,000 characters, got 2,001.'],
    [{ notes: 'a\u001bb' }, 'The notes must not hold control characters or marks that turn text around.'],
  ])('refuses %j', (description, message) => {
    const { id } = value(architectures.save(null, named('mine')));
    expect(failure(architectures.describe(id, description))).toEqual({ code: 'invalid-input', message });
    expect(value(architectures.get(id))).toMatchObject({ tags: [], notes: '' });
  });

  it('that cannot be read any more costs nothing else', () => {
    const { id } = value(architectures.save(null, named('mine')));
    value(architectures.describe(id, { starred: true, tags: ['a'], notes: 'n' }));
    db.run(`UPDATE architectures SET tags = '{}', notes = ?`, 'a\u001bb');
    expect(architectures.list()).toMatchObject([{ id, starred: true, tags: [], notes: '' }]);
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
    value(architectures.save(id, { ...named('mine'), classes: 7 }));
    architectures.save(null, named('other'));
    architectures.delete(id);
    new ProcessStore(db).purgeDeleted('me', () => false);
    expect(failure(architectures.restore(id))).toMatchObject({ code: 'not-found' });
    expect(db.all('SELECT architecture_id AS id FROM architecture_versions')).toEqual([{ id: id + 1 }]);
    // Runs may still name it.
    expect(value(architectures.save(null, named('mine'))).id).toBe(id + 2);
  });

  it('brings versions, tags and notes back when it is undone', () => {
    const { id } = value(architectures.save(null, named('mine'), 'as drawn'));
    value(architectures.save(id, { ...named('mine'), classes: 7 }));
    const before = value(architectures.describe(id, { starred: true, tags: ['a'], notes: 'n' }));
    const versions = value(architectures.versions(id));
    value(architectures.delete(id));
    expect(failure(architectures.versions(id)).code).toBe('not-found');
    expect(failure(architectures.describe(id, { starred: false })).code).toBe('not-found');
    expect(value(architectures.restore(id))).toEqual(before);
    expect(value(architectures.versions(id))).toEqual(versions);
  });

  it('takes one away that cannot be read', () => {
    const { id } = value(architectures.save(null, named('mine')));
    db.run('DELETE FROM architecture_versions');
    expect(failure(architectures.get(id)).code).toBe('not-found');
    expect(failure(architectures.save(null, named('mine'))).message).toContain('cannot be read');
    value(architectures.delete(id));
    expect(value(architectures.save(null, named('mine'))).version).toBe(1);
  });
});
