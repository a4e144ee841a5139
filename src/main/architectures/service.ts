/**
 * The user's library of architectures: checked before they are stored, no two of one name, each save a version, deletion
 * with undo.
 */
import type { Architecture } from '../../architecture/architecture';
import { formatProblem } from '../../architecture/problem';
import { parseArchitecture } from '../../architecture/text/architecture';
import {
  checkedNotes,
  checkedTags,
  isSameVersion,
  type ArchitectureDescription,
  type ArchitectureVersion,
  type SavedArchitecture,
} from '../../shared/saved-architecture';
import { asResult, expected, ok, type Result } from '../../shared/result';
import { checkedNote } from '../../shared/version-notes';
import type { ArchitectureStore } from '../db/stores/architectures';
import { LibraryService } from '../library/service';

export class ArchitectureService extends LibraryService<
  SavedArchitecture,
  ArchitectureVersion,
  ArchitectureStore
> {
  constructor(store: ArchitectureStore) {
    super(store, 'an architecture');
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
    return asResult(() => ok(this.versionsOf(this.found(id))));
  }

  protected nameOf({ architecture }: SavedArchitecture): string {
    return architecture.name;
  }

  protected versionsOf({ id }: SavedArchitecture): ArchitectureVersion[] {
    return this.store.versions(id);
  }
}

function checked(json: unknown): Architecture {
  const parsed = parseArchitecture(json);
  if (parsed.ok) return parsed.value;
  const sentences = parsed.problems.map((problem) => formatProblem(problem));
  throw expected('invalid-input', sentences[0] ?? 'The architecture is not valid.', sentences);
}
