/** How checkpoints are shown on the command line, and how their files are checked. */
import { checkpointFiles } from '../../../node/checkpoints/names';
import { checkpointNameProblem } from '../../../shared/checkpoint-content';
import type { Checkpoint, CheckpointKind } from '../../../shared/checkpoint';
import { formatDiskBytes, formatInstant, formatPercent, plural, thousands } from '../../../shared/format';
import { formatTable } from '../../format/table';
import type { Output } from '../../terminal/output';
import type { ProgressState } from '../../terminal/progress';

const KIND_LABELS: Record<CheckpointKind, string> = {
  epoch: 'end of an epoch',
  interval: 'time had passed',
  pause: 'paused',
  stop: 'stopped',
  parent: 'of the parent',
};

export function checkpointsTable(list: readonly Checkpoint[], output: Output): string[] {
  const { style } = output;
  return formatTable(
    [
      { title: 'Checkpoint', align: 'right' },
      { title: 'Step', align: 'right' },
      { title: 'Epoch', align: 'right' },
      { title: 'Why' },
      { title: 'Val accuracy', align: 'right' },
      { title: 'Size', align: 'right' },
      { title: 'Written', optional: true },
      { title: '' },
    ],
    list.map((checkpoint) => [
      String(checkpoint.id),
      thousands(checkpoint.step),
      thousands(checkpoint.epoch),
      KIND_LABELS[checkpoint.kind],
      checkpoint.valAccuracy === null ? '-' : formatPercent(checkpoint.valAccuracy),
      formatDiskBytes(checkpoint.bytes),
      formatInstant(checkpoint.createdAt),
      [
        checkpoint.best ? style.green('best') : null,
        checkpoint.pinned ? style.cyan('pinned') : null,
        checkpoint.damaged === null ? null : style.red('damaged'),
      ]
        .filter((mark) => mark !== null)
        .join(', '),
    ]),
    output.table,
  );
}

export interface Verified {
  checkpoint: Checkpoint;
  /** One sentence, null where both files are as they were written. */
  problem: string | null;
}

/**
 * One after the other: each is read into memory as a whole.
 * @param read of a description's path: what is wrong with the checkpoint, or null.
 */
export async function verifyAll(
  list: readonly Checkpoint[],
  folderOf: (runId: number) => string,
  read: (path: string) => Promise<string | null>,
  show: (state: ProgressState) => void,
): Promise<Verified[]> {
  const total = list.reduce((sum, checkpoint) => sum + checkpoint.bytes, 0);
  const verified: Verified[] = [];
  let done = 0;
  for (const checkpoint of list) {
    show({
      label: `Reading ${plural(list.length, 'checkpoint')}`,
      fraction: total === 0 ? null : done / total,
      tail: `${formatDiskBytes(done)} of ${formatDiskBytes(total)}`,
    });
    const { file, runId } = checkpoint;
    const problem =
      checkpointNameProblem(file) ?? (await read(checkpointFiles(folderOf(runId), file).description));
    verified.push({ checkpoint, problem });
    done += checkpoint.bytes;
  }
  return verified;
}

export function verifiedTable(verified: readonly Verified[], output: Output): string[] {
  const { style } = output;
  return formatTable(
    [
      { title: 'Checkpoint', align: 'right' },
      { title: 'Run', align: 'right' },
      { title: 'Step', align: 'right' },
      { title: 'Size', align: 'right' },
      { title: 'Files' },
    ],
    verified.map(({ checkpoint, problem }) => [
      String(checkpoint.id),
      String(checkpoint.runId),
      thousands(checkpoint.step),
      formatDiskBytes(checkpoint.bytes),
      problem === null ? style.green('sound') : style.red('damaged'),
    ]),
    output.table,
  );
}
