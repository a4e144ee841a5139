/** What is particular to saved architectures where a damaged database is read: an entry and its versions tell of each other. */
import type Database from 'better-sqlite3';
import { LIMITS } from '../../../architecture/limits';
import { beginning } from '../../../architecture/names';
import { MAX_ID } from '../rows';

/** A saved architecture whose own row is lost, and versions of which are not, comes back under the name that they had. */
export function reviveEntries(target: Database.Database): void {
  const lost = target
    .prepare(
      `SELECT architecture_id AS id, MIN(saved_at) AS first, MAX(saved_at) AS last FROM architecture_versions
       WHERE architecture_id BETWEEN 1 AND ? AND architecture_id NOT IN (SELECT id FROM architectures)
       GROUP BY architecture_id`,
    )
    .all(MAX_ID) as { id: number; first: number; last: number }[];
  const names = target
    .prepare(
      `SELECT json_extract(architecture, '$.name') FROM architecture_versions WHERE architecture_id = ?
       ORDER BY version DESC`,
    )
    .pluck();
  const insert = target.prepare(
    'INSERT OR IGNORE INTO architectures (id, name, created_at, updated_at) VALUES (?, ?, ?, ?)',
  );
  for (const { id, first, last } of lost) {
    const name = names.all(id).find((one): one is string => typeof one === 'string') ?? `architecture ${id}`;
    // Another may have that name.
    for (const free of [name, `${beginning(name, LIMITS.nameLength - 40)} (recovered, ${id})`])
      if (insert.run(id, free, first, last).changes > 0) break;
  }
}

/** Numbers beyond this one are none that somebody has come to by saving. */
const MOST_VERSIONS = 1_000_000;

/** How many versions are gone, as far as later ones of their entry, or the entry, tell. */
export const missingVersions = (target: Database.Database): number =>
  target
    .prepare(
      `SELECT COALESCE(SUM(MAX(last, 1) - known), 0) FROM (
         SELECT COALESCE(MAX(v.version), 0) AS last, COUNT(v.id) AS known FROM architectures a
           LEFT JOIN architecture_versions v ON v.architecture_id = a.id AND v.version BETWEEN 1 AND ${MOST_VERSIONS}
         GROUP BY a.id)`,
    )
    .pluck()
    .get() as number;
