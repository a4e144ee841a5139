/**
 * The learning rate of each step of a run: a function of the recipe, of the step's place in the run's whole schedule, and, where
 * it is reduced on plateaus, of what the epochs before have shown. Pure.
 *
 * With η the recipe's rate and t the share of the run that is past, warm-up left out, the rate is η times
 *
 *   constant    1
 *   step        γ^⌊epochs done / n⌋                                    PyTorch's StepLR
 *   multi-step  γ^(milestones reached), counted in epochs done         MultiStepLR
 *   linear      1 + (f − 1)·t                                          LinearLR; Keras' PolynomialDecay of power 1
 *   cosine      f + (1 − f)·(1 + cos πt)/2                             CosineAnnealingLR, Keras' CosineDecay (Loshchilov and Hutter 2017)
 *   one-cycle   from s up to 1, then down to f, each along a cosine    OneCycleLR (Smith and Topin 2018)
 *   plateau     γ^(standstills seen)                                   ReduceLROnPlateau
 *
 * γ is the decay factor, f the final and s the start share. Within the first w steps (or epochs) of a warm-up this is
 * multiplied by (i + 1) / (w + 1), where i counts from 0: PyTorch's LinearLR from 1/(w + 1), followed by the rest
 * (SequentialLR). Epochs of step and multi-step count from the beginning of the run, warm-up included.
 */
import { beginWatch, watched, type Watch } from './monitored';
import type { EpochMetric } from './metrics';
import type { Recipe } from './recipe';
import type { Schedule } from './schedule';

/** What a recipe says of the rate. */
export type RateRecipe = Pick<
  Recipe,
  | 'learningRate'
  | 'schedule'
  | 'stepEpochs'
  | 'milestones'
  | 'decayFactor'
  | 'finalShare'
  | 'startShare'
  | 'peakAt'
  | 'plateauMetric'
  | 'plateauPatience'
  | 'minimumRate'
  | 'warmup'
  | 'warmupLength'
  | 'rateUpdate'
>;

/** Whether each step has the recipe's learning rate. */
export const isConstantRate = ({ schedule, warmup }: Pick<Recipe, 'schedule' | 'warmup'>): boolean =>
  schedule === 'constant' && warmup === 'none';

// -------------------------------------------------------------------------------------------------------- plateau

/** What is remembered of the epochs seen, where the rate is reduced on plateaus. */
export interface Plateau extends Watch {
  /** What the reductions so far leave of the rate. */
  share: number;
}

/** Before the first epoch; null where the schedule remembers nothing. */
export const beginPlateau = ({ schedule, plateauMetric }: RateRecipe): Plateau | null =>
  schedule === 'plateau' ? { ...beginWatch(plateauMetric), share: 1 } : null;

/**
 * After another epoch. As Keras counts: the rate is reduced once `plateauPatience` epochs in a row were no better than the
 * best, and the count begins again (PyTorch's `patience` is one less).
 */
export function plateauAfter(plateau: Plateau, epoch: EpochMetric, recipe: RateRecipe): Plateau {
  const next = { ...plateau, ...watched(plateau, epoch) };
  return next.waited >= recipe.plateauPatience
    ? { ...next, waited: 0, share: next.share * recipe.decayFactor }
    : next;
}

// ----------------------------------------------------------------------------------------------------------- rate

/** From one value to another along half a cosine; `share` of the way, 0 to 1. */
const alongCosine = (from: number, to: number, share: number): number =>
  to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));

/** @param at units since the warm-up, of `all`: the last unit of the cycle has its final share. */
function oneCycle({ startShare, peakAt, finalShare }: RateRecipe, at: number, all: number): number {
  const peak = Math.max(0, peakAt * all - 1);
  const last = all - 1;
  if (at < peak) return alongCosine(startShare, 1, at / peak);
  return last > peak ? alongCosine(1, finalShare, Math.min(1, (at - peak) / (last - peak))) : 1;
}

/** Warm-up's length, and the whole run's, in what the rate changes with: steps or epochs. */
export function unitsOf(
  { warmup, warmupLength, rateUpdate }: Pick<Recipe, 'warmup' | 'warmupLength' | 'rateUpdate'>,
  { epochs, stepsPerEpoch }: Pick<Schedule, 'epochs' | 'stepsPerEpoch'>,
): { warmup: number; all: number } {
  const perEpoch = rateUpdate === 'epoch' ? 1 : stepsPerEpoch;
  const perStep = perEpoch / stepsPerEpoch;
  const length = warmup === 'none' ? 0 : warmupLength * (warmup === 'epochs' ? perEpoch : perStep);
  return { warmup: length, all: epochs * perEpoch };
}

/**
 * The learning rate of a step.
 * @param step counted from 1 over the run
 * @param plateau what the epochs before it have shown; null: nothing yet
 */
export function rateAt(
  recipe: RateRecipe,
  schedule: Schedule,
  step: number,
  plateau: Plateau | null = null,
): number {
  const { learningRate, decayFactor, finalShare } = recipe;
  if (isConstantRate(recipe)) return learningRate;
  const position = schedule.positionOf(step);
  const epochsDone = Math.floor(position / schedule.stepsPerEpoch);
  const at = recipe.rateUpdate === 'epoch' ? epochsDone : position;
  const { warmup, all } = unitsOf(recipe, schedule);
  const warm = at < warmup ? (at + 1) / (warmup + 1) : 1;
  const since = Math.max(0, at - warmup);
  /** Of what is left beside the warm-up. */
  const past = all > warmup ? Math.min(1, since / (all - warmup)) : 0;
  switch (recipe.schedule) {
    case 'constant':
      return learningRate * warm;
    case 'step':
      return learningRate * warm * decayFactor ** Math.floor(epochsDone / recipe.stepEpochs);
    case 'multi-step':
      return learningRate * warm * decayFactor ** recipe.milestones.filter((one) => one <= epochsDone).length;
    case 'linear':
      return learningRate * warm * (1 + (finalShare - 1) * past);
    case 'cosine':
      return learningRate * warm * alongCosine(1, finalShare, past);
    case 'one-cycle':
      return learningRate * warm * oneCycle(recipe, since, all - warmup);
    case 'plateau':
      return (
        warm * Math.max(Math.min(recipe.minimumRate, learningRate), learningRate * (plateau?.share ?? 1))
      );
  }
}

// ---------------------------------------------------------------------------------------------------------- curve

export interface RateCurve {
  /** In order: epochs done where a step begins, and the rate from there on. The last one is the end of the run. */
  points: { epochs: number; rate: number }[];
  /** Of the first and the last step. */
  start: number;
  end: number;
  /** The largest, and the epochs done where it is first reached. */
  peak: number;
  peakAt: number;
}

/** Steps that are looked at, at most, besides those at which epochs begin. */
const MOST_STEPS = 400;
const MOST_EPOCHS = 1000;

/**
 * The rate over the run's own steps as far as it is known before them: reductions on plateaus are not.
 * @param after steps that are taken already
 */
export function rateCurve(recipe: RateRecipe, schedule: Schedule, after = schedule.origin.step): RateCurve {
  const [first, last] = [after + 1, schedule.totalSteps];
  const steps = new Set<number>([first, last]);
  const stride = Math.max(1, Math.ceil((last - after) / MOST_STEPS));
  for (let step = first; step < last; step += stride) steps.add(step);
  if (schedule.epochs <= MOST_EPOCHS) {
    for (let epoch = 1; epoch <= schedule.epochs; epoch++) {
      const { before } = schedule.stepsOf(epoch);
      for (const step of [before, before + 1]) if (step >= first && step <= last) steps.add(step);
    }
  }
  const points = [...steps]
    .sort((a, b) => a - b)
    .map((step) => ({ epochs: schedule.epochsAfter(step - 1), rate: rateAt(recipe, schedule, step) }));
  const end = points[points.length - 1]!.rate;
  const largest = points.reduce((best, point) => (point.rate > best.rate ? point : best));
  points.push({ epochs: schedule.epochs, rate: end });
  return { points, start: points[0]!.rate, end, peak: largest.rate, peakAt: largest.epochs };
}
