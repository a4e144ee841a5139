/** What `cost` prints. */
import type { Network } from '../../../architecture/network';
import {
  describeBasis,
  describeShared,
  describeTime,
  formatAbout,
  obstaclesTo,
} from '../../../shared/cost/describe';
import type { CostEstimate } from '../../../shared/cost/estimate';
import type { KnownCosts } from '../../../shared/cost/known';
import type { DatasetInfo } from '../../../shared/dataset';
import { formatBytes, formatDiskBytes, plural } from '../../../shared/format';
import type { Recipe } from '../../../shared/recipe';
import { oneLine } from '../../format/text';
import type { Output } from '../../terminal/output';

export interface ShownCost {
  network: Network;
  recipe: Recipe;
  dataset: DatasetInfo;
  estimate: CostEstimate;
  known: KnownCosts;
  missing: boolean;
}

/** Seconds and bytes; `time` is null where nothing was measured. */
export function costJson(cost: ShownCost): object {
  const { time, memoryBytes, checkpointBytes, diskBytes } = cost.estimate;
  return {
    dataset: cost.dataset.id,
    batchSize: cost.recipe.batchSize,
    epochs: cost.recipe.epochs,
    time: time && {
      stepSeconds: time.step,
      epochSeconds: time.epoch,
      runSeconds: time.run,
      validationSeconds: time.validation,
      error: time.error,
      basis: time.basis,
    },
    memoryBytes,
    checkpointBytes,
    diskBytes,
    training: cost.known.training,
    obstacles: obstaclesTo(cost),
  };
}

export function costLines({ title, ...cost }: ShownCost & { title: string }, { style }: Output): string[] {
  const { recipe, dataset, estimate, known } = cost;
  const { time, memoryBytes, checkpointBytes, diskBytes } = estimate;
  const shared = describeShared(known);
  return [
    style.bold(
      `${oneLine(title)} on ${dataset.title}, batch size ${recipe.batchSize}, ${plural(recipe.epochs, 'epoch')}`,
    ),
    '',
    time
      ? `Time    ${describeTime(time)}, ${formatAbout(time.step)} a step`
      : 'Time    not measured yet: --measure takes a few steps of it',
    `Memory  about ${formatBytes(memoryBytes)}`,
    `Disk    ${formatDiskBytes(diskBytes)}: ${plural(Math.round(diskBytes / checkpointBytes), 'checkpoint')} of ` +
      formatDiskBytes(checkpointBytes),
    ...(time ? ['', describeBasis(time)] : []),
    ...(shared ? [shared] : []),
    ...obstaclesTo(cost).map((sentence) => `Note: ${sentence}`),
  ];
}
