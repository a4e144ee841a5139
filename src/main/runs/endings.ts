/** How runs ended, and the sentences on it as they are stored and shown. */
import type { ProcessExit } from '../../node/processes/process-host';
import type { Question, RunState } from '../../shared/run';
import { thousands } from '../../shared/format';
import type { TrainerEnding } from './trainer';

/** Why a run that is stopping was told to. */
export type StopCause = 'user' | 'elsewhere' | 'closing';
export type PauseCause = 'user' | 'elsewhere';

const after = (step: number): string =>
  step > 0 ? ` after step ${thousands(step)}` : ' before its first step';
const kept = (step: number): string => (step > 0 ? '; what was measured until then is kept' : '');
const at = (step: number): string => (step > 0 ? ` at step ${thousands(step)}` : ' before its first step');

export const stoppedByUser = (step: number): string => `Stopped by the user${at(step)}.`;
const stoppedFromElsewhere = (step: number): string => `Stopped from another window or terminal${at(step)}.`;
const closedWhileRunning = (step: number): string => `Resbench was closed${at(step)}.`;
const stoppedItself = (step: number): string => `The training process ended the run${at(step)}.`;

const pausedBy = (step: number, from: 'user' | 'elsewhere'): string =>
  `Paused ${from === 'user' ? 'by the user' : 'from another window or terminal'}${at(step)}.`;
export const leftTheQueue = (step: number): string => `Taken out of the queue${at(step)}.`;

/** Where a run stands, and its newest intact checkpoint, null for none: from there it resumes. */
export interface RunProgress {
  step: number;
  checkpointStep: number | null;
}

const whereFrom = (checkpointStep: number | null): string =>
  checkpointStep === null ? 'from its first step' : `from step ${thousands(checkpointStep)}`;

/**
 * A sentence with a space before it, or nothing. Where the run would resume is not said here: it changes with its checkpoints,
 * and window and terminal say it of the run as it stands.
 * @param why its last checkpoint could not be written; null where it was, or where none was tried.
 */
const notWritten = (why: string | null): string =>
  why === null ? '' : ` No checkpoint could be written (${why.replace(/\.$/, '')}).`;

/** What to do with a run that resuming may help: it resumes, or begins, where it can. */
const resumeIt = ({ step, checkpointStep }: RunProgress): string =>
  'Resume the run: it ' +
  (checkpointStep !== null
    ? `resumes ${whereFrom(checkpointStep)}`
    : `starts ${step === 0 ? 'again' : 'again from its first step'}`);

/** After a cause that the trainer named, as a sentence with a space before it: what there is to fork from, or to resume. */
const newestCheckpoint = (checkpointStep: number | null): string =>
  checkpointStep === null ? '' : ` Its newest checkpoint is of step ${thousands(checkpointStep)}.`;

export const ownerExited = ({ step }: Pick<RunProgress, 'step'>): string =>
  `The window or terminal that trained this run ended without stopping it${after(step)} ` +
  `(closed by force, crashed or lost power)${kept(step)}.`;

const storeFailed = (step: number, why: string): string => `The run was stopped${after(step)}: ${why}`;

export const cannotStart = (error: unknown): string =>
  `The training process could not be started (${error instanceof Error ? error.message : String(error)}): ` +
  'run `npm run doctor` to see what is missing.';

/** Signals by which a process is ended, by number (POSIX), with what they mean for a trainer. */
const SIGNALS: Record<number, string> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
};

const CRASHES = ['SIGILL', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'];

/** Exit statuses of Windows (NTSTATUS) that mean a crash. */
const WINDOWS_CRASHES: Record<number, string> = {
  0xc0000005: 'access violation',
  0xc0000017: 'out of memory',
  0xc000001d: 'illegal instruction',
  0xc00000fd: 'stack overflow',
  0xc0000135: 'a library was not found',
  0xc0000409: 'stack buffer overrun',
};

/**
 * The signal that ended the process, null where it ended by itself. A child process tells its name; a utility process
 * only a number, which is the signal's own or, as shells count, 128 more.
 */
export function signalOf(exit: ProcessExit): string | null {
  if (exit.signal) return exit.signal;
  if (exit.code === null) return null;
  if (exit.code > 128) return SIGNALS[exit.code - 128] ?? null;
  // 1 to 3 are what programs use themselves.
  return exit.code > 3 ? (SIGNALS[exit.code] ?? null) : null;
}

/**
 * Why a run failed whose trainer went away without a word.
 * @param at Steps that were done and stored, and what it would resume from.
 * @param stderr What the trainer last wrote on its stderr, empty for nothing.
 */
export function trainerExited(exit: ProcessExit, at: RunProgress, stderr: string): string {
  const signal = signalOf(exit);
  const said = lastLine(stderr);
  const words = said === '' ? '' : ` Its last words were: ${said}`;
  const where = `${after(at.step)}${kept(at.step)}`;
  if (signal === 'SIGKILL') {
    return (
      `The training process was ended by SIGKILL (out of memory, or killed from outside)${where}. ${resumeIt(at)}; ` +
      'if memory ran out, close other programs first, or fork the run with a smaller batch size.'
    );
  }
  if (signal !== null && !CRASHES.includes(signal)) {
    return `The training process was ended by ${signal} from outside${where}. ${resumeIt(at)}.`;
  }
  const crash = signal ?? WINDOWS_CRASHES[(exit.code ?? 0) >>> 0];
  const what =
    crash === undefined
      ? `ended unexpectedly with exit code ${exit.code ?? 'unknown'}`
      : `crashed (${crash})`;
  return (
    `The training process ${what}${where}. ${resumeIt(at)}; ` +
    `if it ${crash === undefined ? 'fails' : 'crashes'} once more, run \`npm run doctor\`.${words}`
  );
}

/** What is known of a run when its trainer has ended. */
export interface AtTheEnd extends RunProgress {
  stopCause: StopCause | null;
  pauseCause: PauseCause | null;
  /** Why the last checkpoint could not be written. */
  checkpointError: string | null;
  /** Why its recipe ended it before its last epoch; null where it did not. */
  endedEarly: string | null;
  /** Why metrics could not be stored. */
  storageError: string | null;
}

/** The state that a run comes to when its trainer has ended, and why. */
export type RunEnd =
  | { state: Exclude<RunState, 'queued'>; reason: string | null }
  /** Held with a question, which the reason says. */
  | { state: 'queued'; asks: Question; reason: string };

export function endOf(ending: TrainerEnding, run: AtTheEnd): RunEnd {
  const { step, checkpointStep, stopCause, pauseCause } = run;
  if (run.storageError !== null) return { state: 'failed', reason: storeFailed(step, run.storageError) };
  const unwritten = notWritten(run.checkpointError);
  const stopped = { state: 'stopped', reason: stopReason(stopCause, step) + unwritten } as const;
  switch (ending.kind) {
    case 'completed':
      return { state: 'completed', reason: run.endedEarly };
    case 'stopped':
      return stopped;
    case 'paused':
      // A stop that came after the pause.
      if (stopCause !== null) return stopped;
      return { state: 'paused', reason: pausedBy(step, pauseCause ?? 'user') + unwritten };
    case 'asks':
      if (stopCause !== null) return stopped;
      if (pauseCause !== null) return { state: 'paused', reason: pausedBy(step, pauseCause) };
      return { state: 'queued', asks: ending.question, reason: ending.message };
    case 'failed':
      return { state: 'failed', reason: ending.message + newestCheckpoint(checkpointStep) };
    case 'gone': {
      // One that had been told to stop and was then killed has been stopped; a crash stays a failure.
      const killed = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'].includes(signalOf(ending.exit) ?? '');
      if (stopCause === 'closing' || (stopCause !== null && killed)) return stopped;
      return { state: 'failed', reason: trainerExited(ending.exit, run, ending.stderr) };
    }
  }
}

function stopReason(cause: StopCause | null, step: number): string {
  switch (cause) {
    case 'user':
      return stoppedByUser(step);
    case 'elsewhere':
      return stoppedFromElsewhere(step);
    case 'closing':
      return closedWhileRunning(step);
    case null:
      return stoppedItself(step);
  }
}

/** The last line that may name a cause: no stack frames, no source excerpts, not longer than a sentence. */
export function lastLine(stderr: string): string {
  const lines = stderr
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(at |\^+$|Node\.js v\d)/.test(line));
  // An uncaught error prints its message first and its stack after it.
  const error = lines.filter((line) => /^(\w*Error|Error)\b.*:/.test(line)).pop();
  const line = error ?? lines[lines.length - 1] ?? '';
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}
