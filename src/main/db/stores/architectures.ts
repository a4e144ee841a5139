/** The table architectures: the user's own ones. */
import type { Architecture } from '../../../architecture/architecture';
import type { SavedArchitecture } from '../../../shared/saved-architecture';
import type { Db } from '../database';
import { Columns, MAX_ID, readArchitectureThatBuilds, STAND_INS, type RawRow } from '../rows';

const SELECT = 'SELECT id, name, architecture, updated_at FROM architectures';

export class ArchitectureStore {
  constructor(private readonly db: Db) {}

  /** By name; one that cannot be read is left out, and `db check` names it. */
  list(): SavedArchitecture[] {
    return this.db
      .all<RawRow>(`${SELECT} WHERE deleted_at IS NULL ORDER BY name COLLATE NOCASE`)
      .map(readArchitectureRow)
      .filter(({ problem }) => problem === null)
      .map(({ saved }) => saved);
  }

  get(id: number): SavedArchitecture | undefined {
    return this.one(`${SELECT} WHERE id = ? AND deleted_at IS NULL`, id);
  }

  getDeleted(id: number): SavedArchitecture | undefined {
    return this.one(`${SELECT} WHERE id = ? AND deleted_at IS NOT NULL`, id);
  }

  /** The one that is not deleted and has this name, whatever its case. */
  byName(name: string): (SavedArchitecture & { readable: boolean }) | undefined {
    const row = this.db.get<RawRow>(`${SELECT} WHERE name = ? COLLATE NOCASE AND deleted_at IS NULL`, name);
    if (!row) return undefined;
    const { saved, problem } = readArchitectureRow(row);
    return { ...saved, readable: problem === null };
  }

  private one(sql: string, id: number): SavedArchitecture | undefined {
    const row = this.db.get<RawRow>(sql, id);
    const read = row && readArchitectureRow(row);
    return read?.problem === null ? read.saved : undefined;
  }

  insert(architecture: Architecture, at: number): number {
    return this.db.write('durable', () => {
      const row = this.db.get<{ id: number }>(
        'INSERT INTO architectures (name, architecture, created_at, updated_at) VALUES (?, ?, ?, ?) RETURNING id',
        architecture.name,
        JSON.stringify(architecture),
        at,
        at,
      );
      return row!.id;
    });
  }

  update(id: number, architecture: Architecture, at: number): void {
    this.db.write('durable', () =>
      this.db.run(
        'UPDATE architectures SET name = ?, architecture = ?, updated_at = ? WHERE id = ?',
        architecture.name,
        JSON.stringify(architecture),
        at,
        id,
      ),
    );
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
}

export function readArchitectureRow(row: RawRow): { saved: SavedArchitecture; problem: string | null } {
  const of = new Columns(row);
  const name = of.text('name');
  const saved = {
    id: of.integer('id', 1, MAX_ID),
    architecture: of.json('architecture', readArchitectureThatBuilds, { ...STAND_INS.architecture, name }),
    updatedAt: of.instant('updated_at'),
  };
  return { saved, problem: of.problem };
}
