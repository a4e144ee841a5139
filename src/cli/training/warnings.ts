/** What a run's batches lead to, said as it is put into the queue. */
import { ArchitectureError, buildNetwork, type Network } from '../../architecture/network';
import { batchWarnings } from '../../shared/batch-warnings';
import type { TrainedRun } from '../../shared/run';
import type { Output } from '../terminal/output';

/** @param log of lines for people. */
export function warn(
  { architecture, recipe, dataset }: Pick<TrainedRun, 'architecture' | 'recipe' | 'dataset'>,
  output: Output,
  log: (line: string) => void,
): void {
  for (const message of batchWarnings(networkOf(architecture), recipe, dataset)) {
    output.value({ event: 'notice', kind: 'info', message });
    log(`Note: ${message}`);
  }
}

/** Null for one that is stored by a version with other limits. */
function networkOf(architecture: TrainedRun['architecture']): Network | null {
  try {
    return buildNetwork(architecture);
  } catch (error) {
    if (error instanceof ArchitectureError) return null;
    throw error;
  }
}
