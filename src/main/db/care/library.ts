/**
 * What is particular to the libraries (saved architectures, saved recipes) where a damaged database is read: an entry and its
 * versions tell of each other.
 */
import type Database from 'better-sqlite3';
import { LIMITS } from '../../../architecture/limits';
import { beginning } from '../../../architecture/names';
import { MAX_ID } from '../rows';

export interface Library {
  entries: string;
  versions: string;
  /** The column of the versions that names their entry. */
  of: string;
  /** The name that the entry had when a version was saved, of a row of the versions. */
  name: string;
  /** `architecture 3`, where no name is left. */
  word: string;
}

const LIBRARIES: readonly Library[] = [
  {
    entries: 'architectures',
    versions: 'architecture_versions',
    of: 'architecture_id',
    name: `json_extract(architecture, '$.name')`,
    word: 'architecture',
  },
  { entries: 'recipes', versions: 'recipe_versions', of: 'recipe_id', name: 'name', word: 'recipe' },
];

/** Those that a version of the database has. */
export const librariesOf = (tables: { has(name: string): boolean }): readonly Library[] =>
  LIBRARIES.filter(({ versions }) => tables.has(versions));

/** An entry whose own row is lost, and versions of which are not, comes back under the name that they had. */
export function reviveEntries(
  target: Database.Database,
  { entries, versions, of, name, word }: Library,
): void {
  const lost = target
    .prepare(
      `SELECT ${of} AS id, MIN(saved_at) AS first, MAX(saved_at) AS last FROM ${versions}
       WHERE ${of} BETWEEN 1 AND ? AND ${of} NOT IN (SELECT id FROM ${entries})
       GROUP BY ${of}`,
    )
    .all(MAX_ID) as { id: number; first: number; last: number }[];
  const names = target
    .prepare(`SELECT ${name} FROM ${versions} WHERE ${of} = ? ORDER BY version DESC`)
    .pluck();
  const insert = target.prepare(
    `INSERT OR IGNORE INTO ${entries} (id, name, created_at, updated_at) VALUES (?, ?, ?, ?)`,
  );
  for (const { id, first, last } of lost) {
    const known = names.all(id).find((one): one is string => typeof one === 'string') ?? `${word} ${id}`;
    // Another may have that name.
    for (const free of [known, `${beginning(known, LIMITS.nameLength - 40)} (recovered, ${id})`])
      if (insert.run(id, free, first, last).changes > 0) break;
  }
}

/** Numbers beyond this one are none that somebody has come to by saving. */
const MOST_VERSIONS = 1_000_000;

/** How many versions are gone, as far as later ones of their entry, or the entry, tell. */
export const missingVersions = (target: Database.Database, { entries, versions, of }: Library): number =>
  target
    .prepare(
      `SELECT COALESCE(SUM(MAX(last, 1) - known), 0) FROM (
         SELECT COALESCE(MAX(v.version), 0) AS last, COUNT(v.id) AS known FROM ${entries} a
           LEFT JOIN ${versions} v ON v.${of} = a.id AND v.version BETWEEN 1 AND ${MOST_VERSIONS}
         GROUP BY a.id)`,
    )
    .pluck()
    .get() as number;
