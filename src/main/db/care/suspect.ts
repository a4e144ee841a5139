/** Damage that somebody met: marked for the next start, and reported in one sentence. */
import { dirname } from 'node:path';
import { createOwn } from '../../../node/files/own-files';
import { ExpectedError, fail, ok, type Result } from '../../../shared/result';
import { corruptSentence, isDamage, storageFailure } from '../errors';

/** Whoever met damage leaves this mark beside the database: the next start looks at every page. */
export const suspectMark = (path: string): string => `${path}-suspect`;

export function suspect(path: string): void {
  try {
    createOwn(dirname(path), suspectMark(path), '');
  } catch {
    // A folder that cannot be written: the damage is met again.
  }
}

/** Work on the database at the path: what a user can do something about is a failure with its sentence. */
export function attempt<T>(path: string, work: () => T): Result<T> {
  try {
    return ok(work());
  } catch (error) {
    if (error instanceof ExpectedError) return { ok: false, error: error.failure };
    if (isDamage(error)) {
      suspect(path);
      return fail('storage', corruptSentence(path, (error as Error).message));
    }
    const failure = storageFailure(error, path);
    if (failure) return { ok: false, error: failure };
    throw error;
  }
}
