/** Flags of the commands that put a run into the queue. */
import type { Command } from 'commander';
import { QUEUE_ENTRIES, type QueueEntry } from '../../shared/run';
import { expected } from '../../shared/result';
import { oneOf } from './values';

export interface QueueOptions {
  queue?: QueueEntry;
  now?: boolean;
  background?: boolean;
}

/** How a run is to enter the queue. */
export interface QueuePlacement {
  queue: QueueEntry;
  /** Begin whatever else trains. */
  now: boolean;
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
    .option('--background', 'only put it into the queue: an open window or `queue run` trains it');
}

/** @throws ExpectedError where the flags contradict each other. */
export function queuePlacement(
  { queue, now = false, background = false }: QueueOptions,
  usual: QueueEntry,
): QueuePlacement {
  if (now && (queue !== undefined || background)) {
    const other = background ? '--background' : `--queue ${queue}`;
    throw expected('invalid-input', `--now and ${other} contradict each other; leave one out`);
  }
  return { queue: queue ?? usual, now, stay: !background && queue !== 'held' };
}
