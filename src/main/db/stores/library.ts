/**
 * What the libraries (saved architectures, saved recipes) have in common in the database: a table of entries, each with a name
 * that no other has, and a table of their versions, whose content never changes.
 */
import type { Db } from '../database';
import { MAX_ID, type RawRow } from '../rows';

/** An entry under its name, also one of which no version can be read. */
export interface NamedEntry {
  id: number;
  name: string;
  readable: boolean;
}

/** What a save makes of an entry: the columns of its version that are the library's own, its note and when. */
export interface NewVersion {
  columns: Readonly<Record<string, string>>;
  /** One line, which may be empty. */
  note: string;
  at: number;
}

interface Tables {
  entries: 'architectures' | 'recipes';
  versions: 'architecture_versions' | 'recipe_versions';
  /** The column of the versions that names their entry. */
  of: 'architecture_id' | 'recipe_id';
  /** Columns of an entry beside its number, name and time, and of a version beside its number, note and time. */
  entryColumns: readonly string[];
  versionColumns: readonly string[];
}

/** @template Saved an entry as the program knows it @template Version one of its versions */
export abstract class LibraryStore<Saved extends { id: number }, Version extends { version: number }> {
  private readonly select: string;
  /** Newest first, as far as their numbers count. */
  private readonly selectVersions: string;

  constructor(
    protected readonly db: Db,
    private readonly tables: Tables,
  ) {
    const { entries, versions, of, entryColumns, versionColumns } = tables;
    this.select = `SELECT ${['id', 'name', 'updated_at', ...entryColumns].join(', ')} FROM ${entries}`;
    this.selectVersions = `
      SELECT ${['version', 'note', 'saved_at', ...versionColumns].join(', ')} FROM ${versions}
      WHERE ${of} = ? AND version BETWEEN 1 AND ${MAX_ID} ORDER BY version DESC`;
  }

  /** The entry of a row with what of its versions belongs to it; undefined where it cannot be read. */
  protected abstract saved(row: RawRow): Saved | undefined;
  /** The number and the name in a row, whatever else can be read of it. */
  protected abstract identityOf(row: RawRow): { id: number; name: string };
  protected abstract readVersion(row: RawRow): { version: Version; problem: string | null };

  /** By name; one of which no version can be read is left out, and `db check` names it. */
  list(): Saved[] {
    return this.db.read(() =>
      this.db
        .all<RawRow>(`${this.select} WHERE deleted_at IS NULL ORDER BY name COLLATE NOCASE`)
        .map((row) => this.saved(row))
        .filter((saved) => saved !== undefined),
    );
  }

  get(id: number): Saved | undefined {
    return this.one(`${this.select} WHERE id = ? AND deleted_at IS NULL`, id);
  }

  getDeleted(id: number): Saved | undefined {
    return this.one(`${this.select} WHERE id = ? AND deleted_at IS NOT NULL`, id);
  }

  /** The one that is not deleted and has this number, whether it can be read or not. */
  named(id: number): NamedEntry | undefined {
    return this.entry(`${this.select} WHERE id = ? AND deleted_at IS NULL`, id);
  }

  /** The one that is not deleted and has this name, whatever its case. */
  byName(name: string): NamedEntry | undefined {
    return this.entry(`${this.select} WHERE name = ? COLLATE NOCASE AND deleted_at IS NULL`, name);
  }

  /** The number of the entry, of which this is version 1. */
  protected insertEntry(name: string, version: NewVersion): number {
    return this.db.write('durable', () => {
      const { id } = this.db.get<{ id: number }>(
        `INSERT INTO ${this.tables.entries} (name, created_at, updated_at) VALUES (?, ?, ?) RETURNING id`,
        name,
        version.at,
        version.at,
      )!;
      this.insertVersion(id, version);
      return id;
    });
  }

  /** Whoever saved meanwhile, it is the version after the last. */
  protected insertVersion(id: number, { columns, note, at }: NewVersion): void {
    const { entries, versions, of } = this.tables;
    const names = Object.keys(columns);
    this.db.write('durable', () => {
      this.db.run(
        `INSERT INTO ${versions} (${[of, 'version', 'note', 'saved_at', ...names].join(', ')})
         SELECT ?, COALESCE(MAX(version), 0) + 1, ?, ?${', ?'.repeat(names.length)} FROM ${versions}
         WHERE ${of} = ? AND version BETWEEN 1 AND ${MAX_ID - 1}`,
        id,
        note,
        at,
        ...Object.values(columns),
        id,
      );
      this.db.run(`UPDATE ${entries} SET updated_at = ? WHERE id = ?`, at, id);
    });
  }

  /** False where there is no such version. */
  annotate(id: number, version: number, note: string): boolean {
    const { versions, of } = this.tables;
    return this.db.write(
      'durable',
      () =>
        this.db.run(`UPDATE ${versions} SET note = ? WHERE ${of} = ? AND version = ?`, note, id, version) > 0,
    );
  }

  rename(id: number, name: string, at: number): void {
    this.db.write('durable', () =>
      this.db.run(`UPDATE ${this.tables.entries} SET name = ?, updated_at = ? WHERE id = ?`, name, at, id),
    );
  }

  setDeleted(id: number, at: number | null): void {
    this.db.write('durable', () =>
      this.db.run(`UPDATE ${this.tables.entries} SET deleted_at = ? WHERE id = ?`, at, id),
    );
  }

  /** All of the work or nothing, while no other process writes. */
  atomically<T>(work: () => T): T {
    return this.db.write('durable', work);
  }

  /** The row of an entry that may be deleted. */
  protected row(id: number): RawRow | undefined {
    return this.db.get<RawRow>(`${this.select} WHERE id = ?`, id);
  }

  /** Newest first; one that cannot be read is left out, and `db check` names it. */
  protected readVersions(id: number): Version[] {
    return this.db
      .all<RawRow>(this.selectVersions, id)
      .map((row) => this.readVersion(row))
      .filter(({ problem }) => problem === null)
      .map(({ version }) => version);
  }

  /** The newest that can be read. */
  protected readNewest(id: number): Version | undefined {
    for (const row of this.db.all<RawRow>(`${this.selectVersions} LIMIT 1`, id)) {
      const read = this.readVersion(row);
      if (read.problem === null) return read.version;
    }
    return this.readVersions(id)[0];
  }

  private one(sql: string, id: number): Saved | undefined {
    return this.db.read(() => {
      const row = this.db.get<RawRow>(sql, id);
      return row && this.saved(row);
    });
  }

  private entry(sql: string, key: number | string): NamedEntry | undefined {
    return this.db.read(() => {
      const row = this.db.get<RawRow>(sql, key);
      return row && { ...this.identityOf(row), readable: this.saved(row) !== undefined };
    });
  }
}
