/** What the command line's exit status means; documented in docs/COMMANDS.md. */
import type { FailureCode } from '../../shared/result';

export const EXIT = {
  ok: 0,
  /** A bug of Resbench: nothing the user typed explains it. */
  unexpected: 1,
  /** Wrong flag, name, table or file content: what was asked for cannot be done as it stands. */
  wrongUse: 2,
  /** A run, data set or file that does not exist. */
  notFound: 3,
  /** A data set that is not on this machine, or whose files are damaged. */
  data: 4,
  /** The data folder or its database cannot be used: read-only, full, somebody else's, or written by a newer Resbench. */
  storage: 5,
  /** Training began and failed. */
  training: 6,
  network: 7,
  /** Ended by Ctrl-C or a termination signal; what was done so far is kept. As shells report SIGINT: 128 + 2. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const BY_FAILURE: Record<FailureCode, ExitCode> = {
  'invalid-input': EXIT.wrongUse,
  conflict: EXIT.wrongUse,
  unsupported: EXIT.wrongUse,
  'other-kernels': EXIT.wrongUse,
  'not-found': EXIT.notFound,
  'data-missing': EXIT.data,
  'data-corrupt': EXIT.data,
  storage: EXIT.storage,
  'newer-database': EXIT.storage,
  'foreign-folder': EXIT.storage,
  trainer: EXIT.training,
  network: EXIT.network,
  cancelled: EXIT.interrupted,
};

export const exitCodeOf = (code: FailureCode): ExitCode => BY_FAILURE[code];
