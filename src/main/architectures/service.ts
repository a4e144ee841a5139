/**
 * The user's library of architectures: checked before they are stored, no two of one name, each save a version, deletion
 * with undo.
 */
import type { Architecture } from '../../architecture/architecture';
import { nameProblem } from '../../architecture/names';
import { formatProblem } from '../../architecture/problem';
import { parseArchitecture } from '../../architecture/text/architecture';
import {
  checkedNote,
  checkedNotes,
  checkedTags,
  isSameVersion,
  noSuchVersion,
  type ArchitectureDescription,
  type ArchitectureVersion,
  type SavedArchitecture,
} from '../../shared/saved-architecture';
import { asResult, expected, fail, ok, type ExpectedError, type Result } from '../../shared/result';
import { shown } from '../../shared/shown';
import type { ArchitectureStore, NamedEntry } from '../db/stores/architectures';

export class ArchitectureService {
  constructor(private readonly store: ArchitectureStore) {}

  /** By name. */
  list(): SavedArchitecture[] {
    return this.store.list();
  }

  /** The entry of a name, whatever its case; also one of which no version can be read. */
  find(name: string): NamedEntry | undefined {
    return this.store.byName(name);
  }

  get(id: number): Result<SavedArchitecture> {
    return asResult(() => ok(this.found(id)));
  }

  /**
   * Stores a version: the first of a new entry, or with an id the next of that one, whoever saved it meanwhile. Where the
   * architecture is that of the newest version there is no new one, and a note is set on that; another name renames the
   * entry. Every problem of the architecture is in `details`.
   */
  save(id: number | null, json: unknown, note?: string): Result<SavedArchitecture> {
    return asResult(() => {
      const architecture = checked(json);
      const line = checkedNote(note ?? '');
      if (!line.ok) return line;
      return this.store.atomically(() => {
        const before = id === null ? null : this.found(id);
        this.refuseNamesake(architecture.name, id);
        const at = Date.now();
        const version = { architecture, note: line.value, at };
        if (before === null) return ok(this.found(this.store.insert(version)));
        if (before.architecture.name !== architecture.name)
          this.store.rename(before.id, architecture.name, at);
        if (!isSameVersion(before.architecture, architecture)) this.store.addVersion(before.id, version);
        else if (note !== undefined) this.store.annotate(before.id, before.version, line.value);
        return ok(this.found(before.id));
      });
    });
  }

  /** The name belongs to the entry, so there is no new version. */
  rename(id: number, words: string): Result<SavedArchitecture> {
    return asResult(() => {
      const name = words.trim();
      const problem = nameProblem(name);
      if (problem !== null) return fail('invalid-input', `An architecture's name ${problem}.`);
      return this.store.atomically(() => {
        this.found(id);
        this.refuseNamesake(name, id);
        this.store.rename(id, name, Date.now());
        return ok(this.found(id));
      });
    });
  }

  /** Sets star, tags and notes, each as a whole; what is absent stays. */
  describe(id: number, { starred, tags, notes }: ArchitectureDescription): Result<SavedArchitecture> {
    return asResult(() => {
      const kept = tags === undefined ? ok(tags) : checkedTags(tags);
      if (!kept.ok) return kept;
      const text = notes === undefined ? ok(notes) : checkedNotes(notes);
      if (!text.ok) return text;
      return this.store.atomically(() => {
        this.found(id);
        this.store.describe(id, { starred, tags: kept.value, notes: text.value });
        return ok(this.found(id));
      });
    });
  }

  /** As `describe`, where what is to stand there depends on what does, whoever else may be changing it. */
  redescribe(
    id: number,
    change: (before: SavedArchitecture) => ArchitectureDescription,
  ): Result<SavedArchitecture> {
    return asResult(() => this.store.atomically(() => this.describe(id, change(this.found(id)))));
  }

  /** Newest first. */
  versions(id: number): Result<ArchitectureVersion[]> {
    return asResult(() => {
      this.found(id);
      return ok(this.store.versions(id));
    });
  }

  /** Sets the note of a version. */
  annotate(id: number, version: number, note: string): Result<ArchitectureVersion> {
    return asResult(() => {
      const line = checkedNote(note);
      if (!line.ok) return line;
      return this.store.atomically(() => {
        const { architecture } = this.found(id);
        this.store.annotate(id, version, line.value);
        const versions = this.store.versions(id);
        const found = versions.find((one) => one.version === version);
        return found ? ok(found) : fail('not-found', noSuchVersion(architecture.name, version, versions));
      });
    });
  }

  /** Hides it, whether it can be read or not; `restore` brings it back until the program starts again. Its runs stay. */
  delete(id: number): Result<void> {
    return asResult(() => {
      if (!this.store.named(id)) throw gone(id);
      this.store.setDeleted(id, Date.now());
      return ok();
    });
  }

  /** Undoes a deletion. Where the name has been given to another one meanwhile, a number is added to it. */
  restore(id: number): Result<SavedArchitecture> {
    return asResult(() =>
      this.store.atomically(() => {
        const there = this.store.get(id);
        if (there) return ok(there);
        const deleted = this.store.getDeleted(id);
        if (!deleted) {
          throw expected('not-found', `Architecture ${id} cannot be restored: it has been deleted for good.`);
        }
        const { name: before } = deleted.architecture;
        let name = before;
        for (let number = 2; this.store.byName(name); number += 1) name = `${before} (${number})`;
        if (name !== before) this.store.rename(id, name, Date.now());
        this.store.setDeleted(id, null);
        return ok(this.found(id));
      }),
    );
  }

  private found(id: number): SavedArchitecture {
    const found = this.store.get(id);
    if (!found) throw gone(id);
    return found;
  }

  /** @param id the entry that may have the name; null for a new one */
  private refuseNamesake(name: string, id: number | null): void {
    const namesake = this.store.byName(name);
    if (!namesake || namesake.id === id) return;
    throw expected(
      'conflict',
      `There is already an architecture named "${shown(namesake.name)}"` +
        (namesake.readable
          ? ': choose another name, or change that one.'
          : ', which cannot be read in the database: choose another name.'),
    );
  }
}

const gone = (id: number): ExpectedError =>
  expected('not-found', `There is no architecture ${id}: it may have been deleted meanwhile.`);

function checked(json: unknown): Architecture {
  const parsed = parseArchitecture(json);
  if (parsed.ok) return parsed.value;
  const sentences = parsed.problems.map((problem) => formatProblem(problem));
  throw expected('invalid-input', sentences[0] ?? 'The architecture is not valid.', sentences);
}
