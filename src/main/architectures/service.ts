/** The user's own architectures: checked before they are stored, no two of one name, deletion with undo. */
import type { Architecture } from '../../architecture/architecture';
import { formatProblem } from '../../architecture/problem';
import { parseArchitecture } from '../../architecture/text/architecture';
import type { SavedArchitecture } from '../../shared/saved-architecture';
import { ExpectedError, expected, fail, ok, type Result } from '../../shared/result';
import { shown } from '../../shared/shown';
import type { ArchitectureStore } from '../db/stores/architectures';

export class ArchitectureService {
  constructor(private readonly store: ArchitectureStore) {}

  /** By name. */
  list(): SavedArchitecture[] {
    return this.store.list();
  }

  get(id: number): Result<SavedArchitecture> {
    return attempt(() => this.found(id));
  }

  /** With an id: overwrites that one. Every problem of the architecture is in `details`. */
  save(id: number | null, json: unknown): Result<SavedArchitecture> {
    return attempt(() => {
      const architecture = checked(json);
      return this.store.atomically(() => {
        if (id !== null) this.found(id);
        const namesake = this.store.byName(architecture.name);
        if (namesake && namesake.id !== id) {
          throw expected(
            'conflict',
            `There is already an architecture named "${shown(namesake.architecture.name)}"` +
              (namesake.readable
                ? ': choose another name, or change that one.'
                : ', which cannot be read in the database: choose another name.'),
          );
        }
        const now = Date.now();
        if (id !== null) this.store.update(id, architecture, now);
        return this.found(id ?? this.store.insert(architecture, now));
      });
    });
  }

  /** Hides it; `restore` brings it back until the program starts again. */
  delete(id: number): Result<void> {
    return attempt(() => {
      this.found(id);
      this.store.setDeleted(id, Date.now());
    });
  }

  /** Undoes a deletion. Where the name has been given to another one meanwhile, a number is added to it. */
  restore(id: number): Result<SavedArchitecture> {
    return attempt(() =>
      this.store.atomically(() => {
        const there = this.store.get(id);
        if (there) return there;
        const deleted = this.store.getDeleted(id);
        if (!deleted) {
          throw expected('not-found', `Architecture ${id} cannot be restored: it has been deleted for good.`);
        }
        const { architecture } = deleted;
        let name = architecture.name;
        for (let number = 2; this.store.byName(name); number += 1) name = `${architecture.name} (${number})`;
        if (name !== architecture.name) this.store.update(id, { ...architecture, name }, Date.now());
        this.store.setDeleted(id, null);
        return this.found(id);
      }),
    );
  }

  private found(id: number): SavedArchitecture {
    const found = this.store.get(id);
    if (!found)
      throw expected('not-found', `There is no architecture ${id}: it may have been deleted meanwhile.`);
    return found;
  }
}

function checked(json: unknown): Architecture {
  const parsed = parseArchitecture(json);
  if (parsed.ok) return parsed.value;
  const sentences = parsed.problems.map((problem) => formatProblem(problem));
  throw expected('invalid-input', sentences[0] ?? 'The architecture is not valid.', sentences);
}

function attempt<T>(work: () => T): Result<T> {
  try {
    return ok(work());
  } catch (error) {
    if (error instanceof ExpectedError)
      return fail(error.failure.code, error.failure.message, error.failure.details);
    throw error;
  }
}
