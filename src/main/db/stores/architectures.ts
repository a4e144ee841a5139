/** The tables architectures and architecture_versions: the user's library. */
import type { Architecture } from '../../../architecture/architecture';
import { nameProblem } from '../../../architecture/names';
import {
  checkedNotes,
  type ArchitectureDescription,
  type ArchitectureVersion,
  type SavedArchitecture,
} from '../../../shared/saved-architecture';
import type { Db } from '../database';
import { Columns, MAX_ID, readArchitectureThatBuilds, readTags, STAND_INS, type RawRow } from '../rows';
import { LibraryStore, type NewVersion } from './library';

export class ArchitectureStore extends LibraryStore<SavedArchitecture, ArchitectureVersion> {
  constructor(db: Db) {
    super(db, {
      entries: 'architectures',
      versions: 'architecture_versions',
      of: 'architecture_id',
      entryColumns: ['starred', 'tags', 'notes'],
      versionColumns: ['architecture'],
    });
  }

  /** Newest first, of an entry that may be deleted; one that cannot be read is left out, and `db check` names it. */
  versions(id: number): ArchitectureVersion[] {
    return this.db.read(() => {
      const entry = this.row(id);
      if (!entry) return [];
      const { name } = readEntryRow(entry).saved;
      return this.readVersions(id).map((version) => ({
        ...version,
        architecture: { ...version.architecture, name },
      }));
    });
  }

  /** The number of the entry, of which this is version 1. */
  insert(version: ArchitectureToSave): number {
    return this.insertEntry(version.architecture.name, columnsOf(version));
  }

  /** Whoever saved meanwhile, it is the version after the last. */
  addVersion(id: number, version: ArchitectureToSave): void {
    this.insertVersion(id, columnsOf(version));
  }

  /** Each value as it is stored. */
  describe(id: number, { starred, tags, notes }: ArchitectureDescription): void {
    this.db.write('durable', () => {
      if (starred !== undefined)
        this.db.run('UPDATE architectures SET starred = ? WHERE id = ?', starred ? 1 : 0, id);
      if (tags !== undefined)
        this.db.run('UPDATE architectures SET tags = ? WHERE id = ?', JSON.stringify(tags), id);
      if (notes !== undefined) this.db.run('UPDATE architectures SET notes = ? WHERE id = ?', notes, id);
    });
  }

  protected identityOf(row: RawRow): { id: number; name: string } {
    const { id, name } = readEntryRow(row).saved;
    return { id, name };
  }

  protected readVersion(row: RawRow): { version: ArchitectureVersion; problem: string | null } {
    return readVersionRow(row);
  }

  /** With its newest version that can be read. */
  protected saved(row: RawRow): SavedArchitecture | undefined {
    const { saved, unusable } = readEntryRow(row);
    if (unusable) return undefined;
    const { name, ...entry } = saved;
    const newest = this.readNewest(saved.id);
    return (
      newest && {
        ...entry,
        architecture: { ...newest.architecture, name },
        version: newest.version,
      }
    );
  }
}

const columnsOf = ({ architecture, note, at }: ArchitectureToSave): NewVersion => ({
  columns: { architecture: JSON.stringify(architecture) },
  note,
  at,
});

/** What a save makes of an entry. */
interface ArchitectureToSave {
  architecture: Architecture;
  /** One line, which may be empty. */
  note: string;
  at: number;
}

/** An entry without its versions. Where what is noted of it cannot be read, nothing stands in its place. */
export function readEntryRow(row: RawRow): {
  saved: Omit<SavedArchitecture, 'architecture' | 'version'> & { name: string };
  /** Whether it cannot be told which one it is. */
  unusable: boolean;
  problem: string | null;
} {
  const of = new Columns(row);
  const [id, name] = [of.integer('id', 1, MAX_ID), of.text('name')];
  const misnamed = nameProblem(name);
  if (misnamed !== null) of.wrong(`its name ${misnamed}`);
  const unusable = of.problem !== null;
  const saved = {
    id,
    name,
    updatedAt: of.instant('updated_at'),
    starred: of.flag('starred'),
    tags: of.json('tags', readTags, []),
    notes: of.text('notes'),
  };
  if (!checkedNotes(saved.notes).ok) {
    of.wrong('its notes hold what notes never do');
    saved.notes = '';
  }
  return { saved, unusable, problem: of.problem };
}

export function readVersionRow(row: RawRow): { version: ArchitectureVersion; problem: string | null } {
  const of = new Columns(row);
  const version = {
    version: of.integer('version', 1, MAX_ID),
    architecture: of.json('architecture', readArchitectureThatBuilds, STAND_INS.architecture),
    note: of.text('note'),
    savedAt: of.instant('saved_at'),
  };
  return { version, problem: of.problem };
}
