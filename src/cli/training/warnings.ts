/** What a run's batches lead to and what becomes of its architecture's L2, said as it is put into the queue. */
import { networkOrNull } from '../../architecture/network';
import { batchWarnings } from '../../shared/batch-warnings';
import { regularisationNotice } from '../../shared/regularisation';
import type { TrainedRun } from '../../shared/run';
import type { Output } from '../terminal/output';

/** @param log of lines for people. */
export function warn(
  { architecture, recipe, dataset }: Pick<TrainedRun, 'architecture' | 'recipe' | 'dataset'>,
  output: Output,
  log: (line: string) => void,
): void {
  const regularisation = regularisationNotice(recipe, architecture);
  const messages = [
    ...batchWarnings(networkOrNull(architecture), recipe, dataset),
    ...(regularisation === null ? [] : [regularisation]),
  ];
  for (const message of messages) {
    output.value({ event: 'notice', kind: 'info', message });
    log(`Note: ${message}`);
  }
}
