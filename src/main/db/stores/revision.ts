/** The count of all changes of runs: a watcher reads only rows with a revision above the last it has seen. */
import type { Db } from '../database';

/** Belongs into a `write`. */
export const nextRevision = (db: Db): number =>
  db.get<{ value: number }>('UPDATE revision SET value = value + 1 WHERE id = 1 RETURNING value')!.value;

/** Marks the run as changed for watchers; false where there is none. */
export const touchRun = (db: Db, id: number): boolean =>
  db.run('UPDATE runs SET revision = ? WHERE id = ?', nextRevision(db), id) > 0;
