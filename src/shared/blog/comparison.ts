/** The printed epochs beside those of runs here, and why they are not the same. Pure. */
import { capitalized, formatDuration, formatSetting, plural, thousands } from '../format';
import type { EpochMetric } from '../metrics';
import type { TrainedRun } from '../run';
import {
  architectureOf,
  BLOG_RECIPE,
  describeShorter,
  printedHistory,
  variantOf,
  type Variant,
} from './experiment';

/** A share of images beside the printed one. */
export interface Beside {
  value: number;
  /** In percentage points; null where nothing is printed of the epoch. */
  points: number | null;
}

export interface EpochRow {
  epoch: number;
  /** Null for an epoch beyond the printed ones. */
  printed: EpochMetric | null;
  /** Validation accuracy of each run; null where it has not had the epoch. */
  runs: (Beside | null)[];
}

/** Validation accuracies epoch by epoch: all that are printed, and what runs have beyond them. */
export function besidePrinted(runs: readonly (readonly EpochMetric[])[]): EpochRow[] {
  const printed = printedHistory().epochs;
  const count = Math.max(printed.length, ...runs.map((epochs) => epochs.at(-1)?.epoch ?? 0));
  return Array.from({ length: count }, (_, index) => {
    const epoch = index + 1;
    const known = printed.find((one) => one.epoch === epoch) ?? null;
    return {
      epoch,
      printed: known,
      runs: runs.map((epochs) => {
        const value = epochs.find((one) => one.epoch === epoch)?.valAccuracy;
        return value === undefined ? null : { value, points: known && 100 * (value - known.valAccuracy) };
      }),
    };
  });
}

/** `+6.47`, `−0.30`: percentage points. */
export const formatPoints = (points: number): string =>
  `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(2)}`;

/** Seconds of the printed epochs: the fastest, the slowest, and all. */
export function printedSeconds(): { least: number; most: number; total: number } {
  const each = printedHistory().epochs.map(({ seconds }) => seconds);
  return {
    least: Math.min(...each),
    most: Math.max(...each),
    total: each.reduce((sum, seconds) => sum + seconds, 0),
  };
}

export interface Difference {
  title: string;
  /** One or a few sentences. */
  text: string;
}

/** What stands between the printed figures and those of runs here. */
export function differencesOf(runs: readonly TrainedRun[]): Difference[] {
  const short = lessTraining(runs);
  return [
    ...(short === null ? [] : [{ title: 'Less training', text: short }]),
    { title: 'The dropped sum', text: droppedSum(runs) },
    { title: 'Machine and library', text: machineAndLibrary(runs) },
    { title: 'Random numbers', text: randomNumbers(runs) },
  ];
}

/** Runs that did less than the printed one; null where none did. */
function lessTraining(runs: readonly TrainedRun[]): string | null {
  const byShorter = new Map<string, number[]>();
  for (const run of runs) {
    const shorter = describeShorter(run);
    if (shorter !== null) byShorter.set(shorter, [...(byShorter.get(shorter) ?? []), run.id]);
  }
  if (byShorter.size === 0) return null;
  const groups = [...byShorter].map(
    ([shorter, ids]) => `${ids.map((id) => `run ${id}`).join(' and ')} (${shorter})`,
  );
  return `${capitalized(groups.join(', '))} did less than the printed run: that shows that all works, not how well the network learns.`;
}

function droppedSum(runs: readonly TrainedRun[]): string {
  const said =
    'The post adds input and output of each block (f = add([x, y])) and then activates y, not f: the sum is dropped, and with it every shortcut. ' +
    'Its printed summary has no shortcut layer either.';
  const has = (variant: Variant): boolean => runs.some((run) => variantOf(run) === variant);
  const plain = 'The plain network is therefore the one to hold against the printed figures';
  if (has('projections')) {
    return `${said} ${plain}; with projections another network is trained, whose curve may part from the printed one for that reason alone.`;
  }
  return `${said} ${plain}.`;
}

function machineAndLibrary(runs: readonly TrainedRun[]): string {
  const { least, most } = printedSeconds();
  const steps = printedHistory().stepsPerEpoch!;
  const perStep = [least, most].map((seconds) => (seconds / steps).toFixed(1)).join(' to ');
  const said = `The post names neither its machine nor its version of TensorFlow; its epochs took ${thousands(least)} to ${thousands(most)} s, ${perStep} s a step.`;
  // By the step: a shorter epoch has fewer of them.
  const here = runs.flatMap(({ id, step, seconds }) =>
    step > 0 ? [`run ${id} took ${formatDuration(seconds / step)} a step`] : [],
  );
  const versions = [...new Set(runs.map(({ versions: { tensorflow } }) => tensorflow).filter(Boolean))];
  const by = versions.length > 0 ? `, with TensorFlow ${versions.join(' and ')}` : '';
  const measured = here.length > 0 ? ` Here ${here.join(', ')}${by}.` : '';
  return `${said}${measured} Other kernels add in another order: after some hundred steps of Adam the figures part, though the arithmetic is the same.`;
}

function randomNumbers(runs: readonly TrainedRun[]): string {
  const seeds = [...new Set(runs.map(({ recipe }) => recipe.seed))];
  const here = seeds.length > 0 ? ` (here it is ${seeds.join(' and ')})` : '';
  return (
    `The post sets no random seed${here}, so initial weights and the order of the images were others. Its own validation accuracy jumps by up to ` +
    `${largestJump().toFixed(0)} points from one epoch to the next: a single epoch says little.`
  );
}

/** Percentage points between neighbouring printed epochs. */
function largestJump(): number {
  const { epochs } = printedHistory();
  return Math.max(
    ...epochs
      .slice(1)
      .map(({ valAccuracy }, index) => 100 * Math.abs(valAccuracy - epochs[index]!.valAccuracy)),
  );
}

/** What is the same here and there, a clause each. */
export function agreements(): string[] {
  const { bnMomentum, bnEpsilon } = architectureOf('plain');
  const { learningRate, batchSize, epochs, l2 } = BLOG_RECIPE;
  return [
    'pixels divided by 255, no augmentation',
    `Adam with learning rate ${formatSetting(learningRate)}, batches of ${plural(batchSize, 'image')}, ${plural(epochs, 'epoch')}, the images shuffled in each`,
    `convolutions with biases, and L2 ${formatSetting(l2)} on their kernels, counted in the loss`,
    `batch normalisation with momentum ${formatSetting(bnMomentum)} and epsilon ${formatSetting(bnEpsilon)}`,
    'initial weights after Glorot, Keras’ default',
    'validation on the 10,000 test images after each epoch',
  ];
}
