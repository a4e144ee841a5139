/** What a training takes, in words for window and terminal alike, and what will be in its way. Pure. */
import type { Network } from '../../architecture/network';
import type { DatasetInfo } from '../dataset';
import {
  DAY,
  formatBytes,
  formatDiskBytes,
  formatDuration,
  formatRoundDuration,
  HOUR,
  MINUTE,
  plural,
  thousands,
} from '../format';
import type { Recipe } from '../recipe';
import { largestUsualBatch, leastMemory, memoryProblem } from '../training-memory';
import { costBatch, type CostEstimate, type TimeEstimate } from './estimate';
import type { KnownCosts } from './known';

/** `21 min`, `2 min 6 s`, `2 h 5 min`, `3.4 s`: two figures at most, which is what an estimate knows. */
export function formatAbout(seconds: number): string {
  if (seconds < MINUTE - 0.5) return formatDuration(seconds);
  const unit = seconds < 10 * MINUTE ? 1 : seconds < 10 * HOUR ? MINUTE : seconds < 10 * DAY ? HOUR : DAY;
  return formatRoundDuration(Math.round(seconds / unit) * unit);
}

/** `about 21 min, 2 min 6 s an epoch` */
export const describeTime = ({ run, epoch }: Pick<TimeEstimate, 'run' | 'epoch'>): string =>
  `about ${formatAbout(run)}, ${formatAbout(epoch)} an epoch`;

/** What the estimate rests on, and how far it may be off. */
export function describeBasis({ factor, error }: Pick<TimeEstimate, 'factor' | 'error'>): string {
  const share = `${Math.round(error * 100)} %`;
  return factor === null
    ? `Steps of this network were measured here; runs vary by about ${share}.`
    : `From the times of its layers, measured here by themselves, times ${factor.toFixed(2)} as steps of other networks took; ` +
        `usually off by about ${share}.`;
}

/** A sentence where a run trains now; null where none does. */
export function describeShared({ training }: Pick<KnownCosts, 'training'>): string | null {
  if (training.length === 0) return null;
  const [first] = training;
  const who = training.length === 1 ? `Run ${first} is` : `${plural(training.length, 'run')} are`;
  return `${who} being trained on this machine: beside ${training.length === 1 ? 'it' : 'them'} everything takes longer than estimated.`;
}

export interface Obstacles {
  network: Pick<Network, 'layers' | 'architecture'>;
  recipe: Recipe;
  dataset: DatasetInfo;
  /** Absent: it is there. */
  missing?: boolean;
  estimate: CostEstimate;
  known: Pick<KnownCosts, 'memory' | 'freeBytes' | 'usesGpu'>;
}

/** Sentences on what will be in the way of a training, each with what to do; none where nothing is. */
export function obstaclesTo({ network, recipe, dataset, missing, estimate, known }: Obstacles): string[] {
  const sentences: string[] = [];
  const batch = costBatch(recipe, dataset.trainCount);
  // What a GPU has only the trainer knows.
  const impossible = known.usesGpu
    ? null
    : memoryProblem(leastMemory(network, recipe, dataset), batch, known.memory.totalBytes, 'machine');
  if (impossible !== null) sentences.push(impossible);
  else if (!known.usesGpu && estimate.memoryBytes > known.memory.availableBytes) {
    const largest = largestUsualBatch(network, recipe, dataset, known.memory.availableBytes);
    const smaller =
      largest === null
        ? 'a smaller network'
        : `a batch size or micro-batch size of ${thousands(largest)} or less`;
    sentences.push(
      `Training with batches of ${thousands(batch)} images will take about ${formatBytes(estimate.memoryBytes)} of memory, and ` +
        `this machine has ${formatBytes(known.memory.availableBytes)} free: close other programs, or choose ${smaller}.`,
    );
  }
  const { freeBytes } = known;
  if (freeBytes !== null && estimate.diskBytes > freeBytes) {
    sentences.push(
      `Its checkpoints will take ${formatDiskBytes(estimate.diskBytes)}, and the disk with the data folder has ` +
        `${formatDiskBytes(freeBytes)} left: free some space, or keep fewer checkpoints (Settings).`,
    );
  }
  if (missing) sentences.push(`${dataset.title} is not on this machine yet: get it first.`);
  const seconds = estimate.time?.run ?? 0;
  if (seconds > DAY) {
    const epochs = Math.max(1, Math.floor((DAY * recipe.epochs) / seconds));
    const fewer = epochs < recipe.epochs ? `, fewer epochs (${thousands(epochs)} take a day)` : '';
    sentences.push(
      `It will take more than a day, about ${formatAbout(seconds)}: choose a smaller network${fewer}, or fewer images.`,
    );
  }
  return sentences;
}
