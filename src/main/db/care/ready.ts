/** What is seen to before a database is opened: a recovery that a killed process left, damage of the log and of the file. */
import { existsSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { fail, ok, type Result } from '../../../shared/result';
import { BUSY_MS, withRetries } from '../connect';
import { refuseLinks } from '../disk';
import { corruptSentence } from '../errors';
import type { Migration } from '../migrations/migration';
import { newestBackup } from './backup';
import { inspect } from './inspect';
import { keepLog, logProblem, noteLogDamage, settleLogDamage } from './log-damage';
import { recoverDatabase, settleRecovery } from './recover';

/** A damaged database is recovered at most this often in one opening; again would be a bug of the recovery. */
const MAX_RECOVERIES = 2;

export interface Ready {
  /** What the user is to know. */
  notices: string[];
  /** To be called with the open database: where the log was damaged, the part of it that can be read is checkpointed. */
  settle: (sqlite: Database.Database) => void;
}

/**
 * Sees to it that what lies at the path can be opened. Call it before anything else is done with the database.
 * @throws ExpectedError (`storage`) where it, or one of the files that belong to it, is a link or no file
 */
export function makeReady(path: string, migrations: readonly Migration[]): Result<Ready> {
  refuseLinks(path);
  const notices: string[] = [];
  const note = (sentence: string | null): void => {
    if (sentence) notices.push(sentence);
  };
  for (let recoveries = 0; ; recoveries++) {
    note(settleRecovery(path));
    const log = noteLogDamage(path);
    const verdict = withRetries(() => inspect(path, migrations, BUSY_MS));
    if (verdict.kind === 'refused') return { ok: false, error: verdict.error };
    if (verdict.kind === 'absent' && existsSync(path)) note(wasEmpty(path));
    const problems = [
      ...(log ? [logProblem(log)] : []),
      ...(verdict.kind === 'damaged' ? [verdict.what] : []),
    ];
    if (verdict.kind !== 'damaged' && !log?.mixed) {
      if (log) note(keepLog(path, log));
      return ok({ notices, settle: log ? (sqlite) => settleLogDamage(sqlite, path) : () => {} });
    }
    const what = problems.join('; ');
    if (recoveries === MAX_RECOVERIES) return fail('storage', corruptSentence(path, what));
    const recovered = recoverDatabase(path, what, migrations, !log?.overtaken);
    if (!recovered.ok) return recovered;
    note(recovered.value);
  }
}

/** Where there are backups there was a database: an empty file is then no new one. */
function wasEmpty(path: string): string | null {
  const backup = newestBackup(path);
  if (backup === null) return null;
  return `The database ${path} was an empty file, so Resbench has begun a new one; the newest backup is ${backup}.`;
}
