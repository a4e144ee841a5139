/** A process of the trainer that is asked one thing, answers it, and is ended whatever came of it. */
import type { HostedProcess, ProcessHost } from '../../node/processes/process-host';
import { fail, type FailureCode, type Result } from '../../shared/result';
import { cannotStart, lastLine } from './endings';

/** Enough for an uncaught error with its stack. */
const STDERR_CHARACTERS = 10_000;

export interface Asked<T> {
  /** Resolves once the process has been told to end. */
  answer: Promise<Result<T>>;
  /** Ends it with this answer; without effect once there is one. */
  give(answer: Result<T>): void;
}

interface Question<Ask, Say, T> {
  ask: Ask;
  /** In sentences: `the test`. */
  of: string;
  /** What to do where it ended without an answer: the rest of `Try again`. */
  or: string;
  /** Takes each message but a failure; what it returns is the answer. */
  hear: (message: Exclude<Say, { type: 'failed' }>) => Result<T> | void;
}

export function askTrainer<Ask, Say extends { type: string }, T>(
  host: ProcessHost,
  { ask, of, or, hear }: Question<Ask, Say, T>,
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
  const answer = new Promise<Result<T>>((resolve) => {
    give = resolve;
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
      resolve(
        fail(
          'trainer',
          `The process of ${of} ended without a result (${signal ?? `exit code ${code ?? 'unknown'}`})` +
            `${said === '' ? '' : `; its last words were: ${said}`}. Try again${or}.`,
        ),
      );
    });
    process.send(ask);
  }).finally(() => process.kill());
  return { answer, give };
}
