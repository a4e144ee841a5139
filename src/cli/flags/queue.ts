/** Flags of the commands that put a run into the queue. */
import type { Command } from 'commander';
import type { StartOptions } from '../../main/queue/service';
import { inSentence } from '../../shared/format';
import { QUEUE_ENTRIES, type QueueEntry, type Run } from '../../shared/run';
import { expected, type ExpectedError } from '../../shared/result';
import { oneLine } from '../format/text';
import { typed, type CommonOptions } from '../terminal/context';
import { oneOf } from './values';

export interface QueueOptions {
  queue?: QueueEntry;
  now?: boolean;
  background?: boolean;
  otherKernels?: boolean;
}

/** How a run is to enter the queue. */
export interface QueuePlacement {
  queue: QueueEntry;
  start: StartOptions;
  /** Whether this command waits for its turn and trains it; otherwise it ends as soon as the run is stored. */
  stay: boolean;
}

/** @param usual where the command puts a run that no flag places. */
export function addQueueOptions(command: Command, usual: QueueEntry): Command {
  return command
    .option(
      '--queue <place>',
      `last, next (before all that wait), or held (passed over until \`queue release\`) (default: ${usual})`,
      oneOf('--queue', QUEUE_ENTRIES),
    )
    .option('--now', 'train at once, whatever else trains')
    .option('--background', 'only put it into the queue: an open window or `queue run` trains it')
    .option(...OTHER_KERNELS);
}

/** Answers what a run may ask before it trains. */
export const OTHER_KERNELS = [
  '--other-kernels',
  "train also where the kernels of the run's plan are missing: the numbers agree to rounding, not bit for bit",
] as const;

/** A run is held with a question: the command that answers it. */
export const answer = ({ id }: Pick<Run, 'id'>, options: CommonOptions): string =>
  typed(`runs resume ${id} --other-kernels`, options);

/** That a run cannot train before its question is answered, and by which flag it is. */
export const mustAnswer = (run: Run, options: CommonOptions): ExpectedError =>
  expected(
    run.asks ?? 'conflict',
    `run ${run.id} is held with a question: ${inSentence(oneLine(run.reason ?? 'it may be computed otherwise'))}; ` +
      `to train it so: \`${answer(run, options)}\``,
  );

/** @throws ExpectedError where the flags contradict each other. */
export function queuePlacement(
  { queue, now = false, background = false, otherKernels = false }: QueueOptions,
  usual: QueueEntry,
): QueuePlacement {
  if (now && (queue !== undefined || background)) {
    const other = background ? '--background' : `--queue ${queue}`;
    throw expected('invalid-input', `--now and ${other} contradict each other; leave one out`);
  }
  return { queue: queue ?? usual, start: { now, otherKernels }, stay: !background && queue !== 'held' };
}
