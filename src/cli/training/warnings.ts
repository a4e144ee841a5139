/** What a run's batches lead to, said as it is put into the queue. */
import { networkOrNull } from '../../architecture/network';
import { batchWarnings } from '../../shared/batch-warnings';
import type { TrainedRun } from '../../shared/run';
import type { Output } from '../terminal/output';

/** @param log of lines for people. */
export function warn(
  { architecture, recipe, dataset }: Pick<TrainedRun, 'architecture' | 'recipe' | 'dataset'>,
  output: Output,
  log: (line: string) => void,
): void {
  for (const message of batchWarnings(networkOrNull(architecture), recipe, dataset)) {
    output.value({ event: 'notice', kind: 'info', message });
    log(`Note: ${message}`);
  }
}
