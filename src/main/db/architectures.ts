/** The table architectures: the user's own ones. */
import type { Architecture } from '../../architecture/architecture';
import type { SavedArchitecture } from '../../shared/domain';
import type { Db } from './open';

interface ArchitectureRow {
  id: number;
  architecture: string;
  updated_at: number;
}

const SELECT = 'SELECT id, architecture, updated_at FROM architectures';

export class ArchitectureStore {
  constructor(private readonly db: Db) {}

  /** By name. */
  list(): SavedArchitecture[] {
    return this.db
      .all<ArchitectureRow>(`${SELECT} WHERE deleted_at IS NULL ORDER BY name COLLATE NOCASE`)
      .map(toArchitecture);
  }

  get(id: number): SavedArchitecture | undefined {
    const row = this.db.get<ArchitectureRow>(`${SELECT} WHERE id = ? AND deleted_at IS NULL`, id);
    return row && toArchitecture(row);
  }

  getDeleted(id: number): SavedArchitecture | undefined {
    const row = this.db.get<ArchitectureRow>(`${SELECT} WHERE id = ? AND deleted_at IS NOT NULL`, id);
    return row && toArchitecture(row);
  }

  /** The one that is not deleted and has this name, whatever its case. */
  byName(name: string): SavedArchitecture | undefined {
    const row = this.db.get<ArchitectureRow>(
      `${SELECT} WHERE name = ? COLLATE NOCASE AND deleted_at IS NULL`,
      name,
    );
    return row && toArchitecture(row);
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

function toArchitecture(row: ArchitectureRow): SavedArchitecture {
  return {
    id: row.id,
    architecture: JSON.parse(row.architecture) as Architecture,
    updatedAt: row.updated_at,
  };
}
