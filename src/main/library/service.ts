/**
 * What the services of the libraries (saved architectures, saved recipes) have in common: no two entries of one name, notes of
 * versions, deletion with undo.
 */
import { nameProblem } from '../../architecture/names';
import { asResult, expected, fail, ok, type ExpectedError, type Result } from '../../shared/result';
import { shown } from '../../shared/shown';
import { checkedNote, noSuchVersion } from '../../shared/version-notes';
import type { LibraryStore, NamedEntry } from '../db/stores/library';

export abstract class LibraryService<
  Saved extends { id: number },
  Version extends { version: number },
  Store extends LibraryStore<Saved, Version>,
> {
  /** @param word what an entry is called, with its article: `an architecture` */
  constructor(
    protected readonly store: Store,
    private readonly word: `${'a' | 'an'} ${string}`,
  ) {}

  protected abstract nameOf(saved: Saved): string;
  /** Newest first. */
  protected abstract versionsOf(saved: Saved): readonly Version[];

  /** By name. */
  list(): Saved[] {
    return this.store.list();
  }

  /** The entry of a name, whatever its case; also one of which no version can be read. */
  find(name: string): NamedEntry | undefined {
    return this.store.byName(name);
  }

  get(id: number): Result<Saved> {
    return asResult(() => ok(this.found(id)));
  }

  /** The name belongs to the entry, so there is no new version. */
  rename(id: number, words: string): Result<Saved> {
    return asResult(() => {
      const name = words.trim();
      this.refuseName(name);
      return this.store.atomically(() => {
        this.found(id);
        this.refuseNamesake(name, id);
        this.store.rename(id, name, Date.now());
        return ok(this.found(id));
      });
    });
  }

  /** Sets the note of a version. */
  annotate(id: number, version: number, note: string): Result<Version> {
    return asResult(() => {
      const line = checkedNote(note);
      if (!line.ok) return line;
      return this.store.atomically(() => {
        const saved = this.found(id);
        this.store.annotate(id, version, line.value);
        const versions = this.versionsOf(this.found(id));
        const found = versions.find((one) => one.version === version);
        return found ? ok(found) : fail('not-found', noSuchVersion(this.nameOf(saved), version, versions));
      });
    });
  }

  /** Hides it, whether it can be read or not; `restore` brings it back until the program starts again. Its runs stay. */
  delete(id: number): Result<void> {
    return asResult(() => {
      if (!this.store.named(id)) throw this.gone(id);
      this.store.setDeleted(id, Date.now());
      return ok();
    });
  }

  /** Undoes a deletion. Where the name has been given to another one meanwhile, a number is added to it. */
  restore(id: number): Result<Saved> {
    return asResult(() =>
      this.store.atomically(() => {
        const there = this.store.get(id);
        if (there) return ok(there);
        const deleted = this.store.getDeleted(id);
        if (!deleted) {
          throw expected(
            'not-found',
            `${capitalized(this.bare)} ${id} cannot be restored: it has been deleted for good.`,
          );
        }
        const before = this.nameOf(deleted);
        let name = before;
        for (let number = 2; this.store.byName(name); number += 1) name = `${before} (${number})`;
        if (name !== before) this.store.rename(id, name, Date.now());
        this.store.setDeleted(id, null);
        return ok(this.found(id));
      }),
    );
  }

  /** @throws ExpectedError where it cannot be the name of an entry */
  protected refuseName(name: string): void {
    const problem = nameProblem(name);
    if (problem !== null) throw expected('invalid-input', `${capitalized(this.word)}'s name ${problem}.`);
  }

  protected found(id: number): Saved {
    const found = this.store.get(id);
    if (!found) throw this.gone(id);
    return found;
  }

  /** @param id the entry that may have the name; null for a new one */
  protected refuseNamesake(name: string, id: number | null): void {
    const namesake = this.store.byName(name);
    if (!namesake || namesake.id === id) return;
    throw expected(
      'conflict',
      `There is already ${this.word} named "${shown(namesake.name)}"` +
        (namesake.readable
          ? ': choose another name, or change that one.'
          : ', which cannot be read in the database: choose another name.'),
    );
  }

  /** `architecture` */
  private get bare(): string {
    return this.word.slice(this.word.indexOf(' ') + 1);
  }

  private gone(id: number): ExpectedError {
    return expected('not-found', `There is no ${this.bare} ${id}: it may have been deleted meanwhile.`);
  }
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
