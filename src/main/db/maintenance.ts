/** What a person asks of the database as a file: check it, copy it, make it small. */
import { dirname } from 'node:path';
import { isAlive, type ProcessIdentity } from '../../node/processes/process-identity';
import { ExpectedError, expected, type Result } from '../../shared/result';
import { shown } from '../../shared/shown';
import { attempt, checkDatabase as checkFile, type DatabaseReport } from './care';
import { bytesOf, requireFile, roomFor } from './disk';
import { openDatabase } from './open';
import { unreadableRows } from './stores/unreadable';

export { backUpDatabase } from './care';

/** Reads every page, number and row and changes nothing; a damaged database is a report of what is wrong, no failure. */
export const checkDatabase = (path: string): Result<DatabaseReport> => checkFile(path, unreadableRows);

export interface Vacuumed {
  file: string;
  bytesBefore: number;
  bytesAfter: number;
  /** What opening it found and did, for the user. */
  notices: readonly string[];
}

/** Rewrites the database without unused pages. Refused while a run is active, whose writes it would hold up. */
export function vacuumDatabase(path: string): Result<Vacuumed> {
  return attempt(path, () => {
    requireFile(path);
    const opened = openDatabase(path);
    if (!opened.ok) throw new ExpectedError(opened.error);
    const db = opened.value;
    try {
      const active = db
        .all<{ id: number; name: string; state: string } & ProcessIdentity>(
          `SELECT id, name, state, owner_pid AS pid, owner_start AS start FROM runs WHERE state IN ('preparing', 'running', 'pausing', 'stopping')`,
        )
        .find((run) => isAlive(run));
      if (active) {
        throw expected(
          'conflict',
          `run ${active.id} ("${shown(active.name)}") is ${active.state}, and its steps could not be stored meanwhile: ` +
            'wait for its end or stop it, then try again',
        );
      }
      const size = (): number => bytesOf(path) + bytesOf(`${path}-wal`);
      const bytesBefore = size();
      // The new content goes through a temporary file and the log.
      const tight = roomFor(2 * bytesBefore, dirname(path), 'to rewrite the database');
      if (tight) throw new ExpectedError(tight);
      db.raw((sqlite) => {
        sqlite.exec('VACUUM');
        sqlite.pragma('wal_checkpoint(TRUNCATE)');
      });
      return { file: path, bytesBefore, bytesAfter: size(), notices: db.notices };
    } finally {
      db.close();
    }
  });
}
