/**
 * Expected failures are values: a code for programs and one sentence for people. Bugs throw and are logged.
 */

/** Stable names of expected failures; the command line maps each to an exit code (see src/cli/terminal/exit-codes.ts). */
export type FailureCode =
  | 'invalid-input'
  | 'not-found'
  | 'conflict'
  | 'data-missing'
  | 'data-corrupt'
  | 'network'
  | 'storage'
  | 'newer-database'
  | 'foreign-folder'
  | 'trainer'
  | 'cancelled'
  | 'unsupported'
  /** What a run has to ask before it trains (`run.ts`). */
  | 'other-kernels';

export interface Failure {
  code: FailureCode;
  /** One sentence: what is wrong, where, and what to do. */
  message: string;
  /** One entry a field or place where several things are wrong at once. */
  details?: string[];
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: Failure };

export function ok(): Result<void>;
export function ok<T>(value: T): Result<T>;
export function ok<T>(value?: T): Result<T | undefined> {
  return { ok: true, value };
}

export function fail(code: FailureCode, message: string, details?: string[]): { ok: false; error: Failure } {
  return { ok: false, error: details ? { code, message, details } : { code, message } };
}

/** Carries a Failure through code that can only throw; the edge (IPC, command line) turns it back into a value. */
export class ExpectedError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
    this.name = 'ExpectedError';
  }
}

export function expected(code: FailureCode, message: string, details?: string[]): ExpectedError {
  return new ExpectedError(fail(code, message, details).error);
}

/** Runs work that may throw an expected failure, and gives it back as a value. */
export function asResult<T>(work: () => Result<T>): Result<T> {
  try {
    return work();
  } catch (error) {
    if (error instanceof ExpectedError) return { ok: false, error: error.failure };
    throw error;
  }
}
