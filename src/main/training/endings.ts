/** Sentences on how runs ended, as they are stored and shown. */
import type { ProcessExit } from '../../node/process-host';

/** `step 7,820`; the same digits in every locale. */
export const thousands = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

const after = (step: number): string =>
  step > 0 ? ` after step ${thousands(step)}` : ' before its first step';
const kept = (step: number): string => (step > 0 ? '; what was measured until then is kept' : '');
const at = (step: number): string => (step > 0 ? ` at step ${thousands(step)}` : ' before its first step');

export const stoppedByUser = (step: number): string => `Stopped by the user${at(step)}.`;
export const stoppedFromElsewhere = (step: number): string =>
  `Stopped from another window or terminal${at(step)}.`;
export const closedWhileRunning = (step: number): string => `Resbench was closed${at(step)}.`;
export const stoppedItself = (step: number): string => `The training process ended the run${at(step)}.`;

export const pausedBy = (step: number, from: 'user' | 'elsewhere'): string =>
  `Paused ${from === 'user' ? 'by the user' : 'from another window or terminal'}${at(step)}.`;
export const leftTheQueue = (step: number): string => `Taken out of the queue${at(step)}.`;

/** After an ending: a checkpoint that could not be written puts the next start further back. */
export const olderCheckpoint = (step: number | null, why: string): string =>
  `No checkpoint could be written (${why.replace(/\.$/, '')}): it can go on ` +
  `${step === null ? 'from its first step' : `from step ${thousands(step)}`}.`;

export const ownerGone = (step: number): string =>
  `The window or terminal that trained this run ended without stopping it${after(step)} ` +
  `(closed by force, crashed or lost power)${kept(step)}.`;

export const storeFailed = (step: number, why: string): string => `The run was stopped${after(step)}: ${why}`;

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
 * @param step Steps that were done and stored.
 * @param stderr What the trainer last wrote on its standard error, empty for nothing.
 */
export function trainerGone(exit: ProcessExit, step: number, stderr: string): string {
  const signal = signalOf(exit);
  const said = lastLine(stderr);
  const words = said === '' ? '' : ` Its last words were: ${said}`;
  if (signal === 'SIGKILL') {
    return (
      `The training process was ended by SIGKILL (out of memory, or killed from outside)${after(step)}${kept(step)}. ` +
      'Start the run again, with a smaller batch size if memory ran out.'
    );
  }
  if (signal !== null && !CRASHES.includes(signal)) {
    return `The training process was ended by ${signal} from outside${after(step)}${kept(step)}. Start the run again.`;
  }
  const crash = signal ?? WINDOWS_CRASHES[(exit.code ?? 0) >>> 0];
  if (crash !== undefined) {
    return (
      `The training process crashed (${crash})${after(step)}${kept(step)}. ` +
      `Start the run again; if it crashes once more, run \`npm run doctor\`.${words}`
    );
  }
  return (
    `The training process ended unexpectedly with exit code ${exit.code ?? 'unknown'}${after(step)}${kept(step)}. ` +
    `Start the run again; if it fails once more, run \`npm run doctor\`.${words}`
  );
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
