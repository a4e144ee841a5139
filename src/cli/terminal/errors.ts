import type { CommanderError } from 'commander';
import { type Command } from 'commander';
import { errorCode, storageFailure } from '../../node/files/file-errors';
import { ExpectedError, fail, type Failure, type Result } from '../../shared/result';
import { EXIT, exitCodeOf, type ExitCode } from './exit-codes';

/** What ends a command: the code for programs, the sentence for people, the status for shells. */
export interface Ending {
  failure: { code: Failure['code'] | 'unexpected'; message: string; details?: string[] };
  exit: ExitCode;
  /** The bug itself, shown with RESBENCH_DEBUG=1. */
  bug?: unknown;
}

/** A command that ended well but for a status: its result is already printed. */
export class ExitStatus extends Error {
  constructor(
    readonly exit: ExitCode,
    /** One sentence for stderr, null where everything has been said. */
    readonly sentence: string | null,
  ) {
    super(sentence ?? '');
    this.name = 'ExitStatus';
  }
}

/** The value of a Result, or its failure thrown up to the edge of the program. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new ExpectedError(result.error);
}

/** A mistake in the words of the command line, with the command that met it. */
export class UsageError extends Error {
  constructor(
    override readonly cause: CommanderError,
    readonly command: Command,
  ) {
    super(cause.message);
    this.name = 'UsageError';
  }
}

/** `runs show`, empty for the program itself. */
export function commandPath(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return names.join(' ');
}

/** One sentence of our own for each mistake that commander reports. */
function usageSentence({ cause, command }: UsageError): string {
  const path = commandPath(command);
  const help = `\`npm start -- ${path === '' ? '--help' : `${path} --help`}\``;
  const near = /\(Did you mean (?:one of )?(.+?)\?\)/s.exec(cause.message)?.[1];
  const meant = near === undefined ? `; see ${help}` : `; did you mean ${near}?`;
  const quoted = /'([^']*)'/s.exec(cause.message)?.[1] ?? '';
  switch (cause.code) {
    case 'commander.unknownOption':
      return `${path === '' ? 'there is' : `${path} has`} no flag ${quoted}${meant}`;
    case 'commander.unknownCommand':
      return `there is no command ${JSON.stringify(path === '' ? quoted : `${path} ${quoted}`)}${meant}`;
    case 'commander.missingArgument':
      return `${path} needs ${quoted.toUpperCase()}; see ${help}`;
    case 'commander.optionMissingArgument':
      return `${quoted.split(/[ ,|=]/).find((word) => word.startsWith('--')) ?? quoted} needs a value; see ${help}`;
    case 'commander.missingMandatoryOptionValue':
      return `${path} needs ${quoted.replace(/<(.+)>/, (_, name: string) => name.toUpperCase())}; see ${help}`;
    case 'commander.excessArguments':
      return `${path} got more words than it takes; see ${help}`;
    case 'commander.help': {
      const words = command.commands.map((child) => child.name()).filter((name) => name !== 'help');
      return `say what to do with ${path}: ${words.join(', ')}`;
    }
    default:
      return cause.message.replace(/^error: /, '').replace(/\s+/g, ' ');
  }
}

/** What the file system refuses is no bug: full or read-only disks, files that went away. */
function systemFailure(error: unknown): Failure | null {
  const code = errorCode(error);
  if (code === undefined) return null;
  const path = (error as NodeJS.ErrnoException).path ?? 'the data folder';
  if (code === 'ENOENT') return fail('not-found', `${path} does not exist`).error;
  return storageFailure(error, path)?.failure ?? null;
}

export function endingOf(error: unknown): Ending {
  if (error instanceof UsageError) {
    return { failure: { code: 'invalid-input', message: usageSentence(error) }, exit: EXIT.wrongUse };
  }
  const failure = error instanceof ExpectedError ? error.failure : systemFailure(error);
  if (failure) return { failure, exit: exitCodeOf(failure.code) };
  const message = error instanceof Error ? error.message : String(error);
  return {
    failure: {
      code: 'unexpected',
      message: `something went wrong that should not: ${message.replace(/\s+/g, ' ')} (RESBENCH_DEBUG=1 shows where)`,
    },
    exit: EXIT.unexpected,
    bug: error,
  };
}
