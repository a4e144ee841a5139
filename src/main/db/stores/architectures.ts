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

const SELECT = 'SELECT id, name, updated_at, starred, tags, notes FROM architectures';
/** Newest first, as far as their numbers count. */
const VERSIONS = `
  SELECT version, note, saved_at, architecture FROM architecture_versions
  WHERE architecture_id = ? AND version BETWEEN 1 AND ${MAX_ID} ORDER BY version DESC`;

/** What a save makes of an entry. */
interface NewVersion {
  architecture: Architecture;
  /** One line, which may be empty. */
  note: string;
  at: number;
}

/** An entry under its name, also one of which no version can be read. */
export interface NamedEntry {
  id: number;
  name: string;
  readable: boolean;
}

export class ArchitectureStore {
  constructor(private readonly db: Db) {}

  /** By name; one of which no version can be read is left out, and `db check` names it. */
  list(): SavedArchitecture[] {
    return this.db.read(() =>
      this.db
        .all<RawRow>(`${SELECT} WHERE deleted_at IS NULL ORDER BY name COLLATE NOCASE`)
        .map((row) => this.saved(row))
        .filter((saved) => saved !== undefined),
    );
  }

  get(id: number): SavedArchitecture | undefined {
    return this.one(`${SELECT} WHERE id = ? AND deleted_at IS NULL`, id);
  }

  getDeleted(id: number): SavedArchitecture | undefined {
    return this.one(`${SELECT} WHERE id = ? AND deleted_at IS NOT NULL`, id);
  }

  /** The one that is not deleted and has this number, whether it can be read or not. */
  named(id: number): NamedEntry | undefined {
    return this.entry(`${SELECT} WHERE id = ? AND deleted_at IS NULL`, id);
  }

  /** The one that is not deleted and has this name, whatever its case. */
  byName(name: string): NamedEntry | undefined {
    return this.entry(`${SELECT} WHERE name = ? COLLATE NOCASE AND deleted_at IS NULL`, name);
  }

  /** Newest first, of an entry that may be deleted; one that cannot be read is left out, and `db check` names it. */
  versions(id: number): ArchitectureVersion[] {
    return this.db.read(() => {
      const entry = this.db.get<RawRow>(`${SELECT} WHERE id = ?`, id);
      if (!entry) return [];
      const name = readEntryRow(entry).saved.name;
      return this.db
        .all<RawRow>(VERSIONS, id)
        .map(readVersionRow)
        .filter(({ problem }) => problem === null)
        .map(({ version }) => ({ ...version, architecture: { ...version.architecture, name } }));
    });
  }

  /** The number of the entry, of which this is version 1. */
  insert({ architecture, note, at }: NewVersion): number {
    return this.db.write('durable', () => {
      const { id } = this.db.get<{ id: number }>(
        'INSERT INTO architectures (name, created_at, updated_at) VALUES (?, ?, ?) RETURNING id',
        architecture.name,
        at,
        at,
      )!;
      this.addVersion(id, { architecture, note, at });
      return id;
    });
  }

  /** Whoever saved meanwhile, it is the version after the last. */
  addVersion(id: number, { architecture, note, at }: NewVersion): void {
    this.db.write('durable', () => {
      this.db.run(
        `INSERT INTO architecture_versions (architecture_id, version, note, saved_at, architecture)
         SELECT ?, COALESCE(MAX(version), 0) + 1, ?, ?, ? FROM architecture_versions
         WHERE architecture_id = ? AND version BETWEEN 1 AND ${MAX_ID - 1}`,
        id,
        note,
        at,
        JSON.stringify(architecture),
        id,
      );
      this.db.run('UPDATE architectures SET updated_at = ? WHERE id = ?', at, id);
    });
  }

  /** False where there is no such version. */
  annotate(id: number, version: number, note: string): boolean {
    return this.db.write(
      'durable',
      () =>
        this.db.run(
          'UPDATE architecture_versions SET note = ? WHERE architecture_id = ? AND version = ?',
          note,
          id,
          version,
        ) > 0,
    );
  }

  rename(id: number, name: string, at: number): void {
    this.db.write('durable', () =>
      this.db.run('UPDATE architectures SET name = ?, updated_at = ? WHERE id = ?', name, at, id),
    );
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

  setDeleted(id: number, at: number | null): void {
    this.db.write('durable', () =>
      this.db.run('UPDATE architectures SET deleted_at = ? WHERE id = ?', at, id),
    );
  }

  /** All of the work or nothing, while no other process writes. */
  atomically<T>(work: () => T): T {
    return this.db.write('durable', work);
  }

  private one(sql: string, id: number): SavedArchitecture | undefined {
    return this.db.read(() => {
      const row = this.db.get<RawRow>(sql, id);
      return row && this.saved(row);
    });
  }

  private entry(sql: string, key: number | string): NamedEntry | undefined {
    return this.db.read(() => {
      const row = this.db.get<RawRow>(sql, key);
      if (!row) return undefined;
      const { id, name } = readEntryRow(row).saved;
      return { id, name, readable: this.saved(row) !== undefined };
    });
  }

  /** With its newest version that can be read. */
  private saved(row: RawRow): SavedArchitecture | undefined {
    const { saved, unusable } = readEntryRow(row);
    if (unusable) return undefined;
    const { name, ...entry } = saved;
    for (const one of this.db.all<RawRow>(`${VERSIONS} LIMIT 1`, saved.id)) {
      const read = readVersionRow(one);
      if (read.problem === null) return withVersion(name, entry, read.version);
    }
    const [newest] = this.versions(saved.id);
    return newest && withVersion(name, entry, newest);
  }
}

const withVersion = (
  name: string,
  entry: Omit<SavedArchitecture, 'architecture' | 'version'>,
  { version, architecture }: ArchitectureVersion,
): SavedArchitecture => ({ ...entry, architecture: { ...architecture, name }, version });

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
