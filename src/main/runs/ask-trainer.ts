/** A process of the trainer that is asked one thing, answers it, and is ended whatever came of it. */
import type { HostedProcess, ProcessHost } from '../../node/processes/process-host';
import { fail, type FailureCode, type Result } from '../../shared/result';
import { cannotStart, lastLine } from './endings';

/** Enough for an uncaught error with its stack. */
const STDERR_CHARACTERS = 10_000;

export interface Asked<T> {
  /** Resolves once there is one; by then the process has been told to end. */
  answer: Promise<Result<T>>;
  /** Ends it with this answer; without effect once there is one. */
  give(answer: Result<T>): void;
}

interface Question<Ask, Say, T> {
  ask: Ask;
  /**
   * The sentence where it ended without an answer.
   * @param how `SIGKILL`, `exit code 1`
   * @param said what it said last, to be put behind a clause; empty where that is nothing
   */
  ended: (how: string, said: string) => string;
  /** Where somebody else gives the answer: what it is told, and the milliseconds that it has then. Absent: it is ended at once. */
  stop?: { ask: Ask; graceMs: number };
  /** Takes each message but a failure; what it returns is the answer. */
  hear: (message: Exclude<Say, { type: 'failed' }>) => Result<T> | void;
}

export function askTrainer<Ask, Say extends { type: string }, T>(
  host: ProcessHost,
  { ask, ended, stop, hear }: Question<Ask, Say, T>,
): Asked<T> {
  type Failed = { type: 'failed'; code: FailureCode; message: string };
  let process: HostedProcess<Ask, Say>;
  try {
    process = host.fork<Ask, Say>('trainer');
  } catch (error) {
    return { answer: Promise.resolve(fail('trainer', cannotStart(error))), give: () => {} };
  }
  let stderr = '';
  let give: Asked<T>['give'] = () => {};
  let isAnswered = false;
  let isStopping = false;
  const answer = new Promise<Result<T>>((resolve) => {
    give = (answer) => {
      if (stop && !isAnswered) {
        isStopping = true;
        process.send(stop.ask);
        const kill = setTimeout(() => process.kill(), stop.graceMs);
        process.onExit(() => clearTimeout(kill));
      }
      resolve(answer);
    };
    process.onStderr((text) => (stderr = (stderr + text).slice(-STDERR_CHARACTERS)));
    process.onMessage((message) => {
      if (message.type === 'failed') {
        const { code, message: sentence } = message as unknown as Failed;
        return resolve(fail(code, sentence));
      }
      const heard = hear(message as Exclude<Say, { type: 'failed' }>);
      if (heard) resolve(heard);
    });
    process.onExit(({ code, signal }) => {
      const said = lastLine(stderr);
      const how = signal ?? `exit code ${code ?? 'unknown'}`;
      resolve(fail('trainer', ended(how, said === '' ? '' : `; its last words were: ${said}`)));
    });
    process.send(ask);
  }).finally(() => {
    isAnswered = true;
    if (!isStopping) process.kill();
  });
  return { answer, give };
}
