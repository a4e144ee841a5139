/**
 * Whether a training can fit into memory, by what it must hold at least. The bound errs to one side only: what it says
 * cannot fit does not; what it lets pass may still run out. Pure.
 */
import type { Network } from '../architecture/network';
import { formatBytes, thousands } from './format';
import { keptElements, variableElements } from '../architecture/training-memory';
import { accumulates, evaluationBatch, largestBatchOf, largestMap } from './batches';
import type { DatasetInfo } from './dataset';
import type { Recipe } from './recipe';
import { regularisationOf, type RegularisationFields } from './regularisation';
import { trainedCount, validatedCount } from './validation';
import { averages } from './weight-average';

/** Bytes of one float32. */
const FLOAT = 4;

/** Variables of the optimizer beside each trained one; Muon and the SGD beside it keep a velocity each. */
export const slotsOf = ({ optimizer, momentum }: Pick<Recipe, 'optimizer' | 'momentum'>): number =>
  optimizer === 'adam' ? 2 : momentum > 0 ? 1 : 0;

export interface TrainingMemory {
  /** Bytes whatever the batch: variables, their averages, optimizer slots, gradients that are kept, the data set. */
  fixedBytes: number;
  /** Bytes more for each image that is computed at once. */
  bytesPerImage: number;
}

/** The least that a training holds. @param dataset null where images are made as they are needed. */
export function leastMemory(
  network: Pick<Network, 'layers' | 'architecture'>,
  recipe: Pick<
    Recipe,
    | 'optimizer'
    | 'momentum'
    | 'clipNorm'
    | 'emaDecay'
    | 'batchSize'
    | 'microBatchSize'
    | 'validationSplit'
    | 'limitTrain'
    | 'limitEval'
  > &
    RegularisationFields,
  dataset: Pick<DatasetInfo, 'imageShape' | 'trainCount' | 'evalCount'> | null,
): TrainingMemory {
  const { all, trained, kernels, convolutions } = variableElements(network);
  const { l2, l2On } = regularisationOf(recipe, network.architecture);
  const batchSize = dataset ? largestBatchOf(recipe, dataset.trainCount) : recipe.batchSize;
  // Clipping waits for every gradient, and so do the parts of a batch; the share of L2 is added to gradients that are variables.
  const keepsAll = recipe.clipNorm !== null || accumulates({ ...recipe, batchSize });
  const regularised = l2 > 0 ? { convolutions, kernels, all: trained }[l2On] : 0;
  const gradients = keepsAll ? trained : regularised;
  const imageBytes = dataset?.imageShape.reduce((a, b) => a * b, 1) ?? 0;
  const images = dataset ? trainedCount(recipe, dataset.trainCount) + validatedCount(recipe, dataset) : 0;
  return {
    fixedBytes:
      FLOAT * (all * (averages(recipe) ? 2 : 1) + slotsOf(recipe) * trained + gradients) +
      imageBytes * images,
    bytesPerImage: FLOAT * keptElements(network),
  };
}

/** What a program around the least takes: TensorFlow itself, and what Node and its heap hold. */
const PROGRAM_BYTES = 400e6;
/**
 * What the process was seen to take at its peak besides the least (`npm run bench -- --part cost`): the program with what building
 * the network leaves, weights so many times more, activations by that factor, and of a validation the largest map so many times.
 */
const PEAK = { program: 400e6, weights: 1.4, activations: 1.1, validation: 2.6 };
/** Memory that steps take for each image beyond the least, measured on five presets: 1.0 to 1.6 times. */
const USUAL = 1.6;

/**
 * Bytes that the training process takes at its peak, as a rule: it depends on lowerings and on TensorFlow's pool, so it may be off.
 * @param batch images of the largest step.
 */
export function usualMemory(
  network: Pick<Network, 'layers' | 'architecture'>,
  recipe: Parameters<typeof leastMemory>[1],
  dataset: Parameters<typeof leastMemory>[2],
  batch: number,
): number {
  const { fixedBytes, bytesPerImage } = leastMemory(network, recipe, dataset);
  const weights = FLOAT * variableElements(network).all;
  const validation = FLOAT * evaluationBatch(network) * largestMap(network);
  return (
    PEAK.program +
    fixedBytes +
    PEAK.weights * weights +
    PEAK.activations * batch * bytesPerImage +
    PEAK.validation * validation
  );
}

/** The largest batch with which the process takes no more than that at its peak, as a rule; null where none is so small. */
export function largestUsualBatch(
  network: Pick<Network, 'layers' | 'architecture'>,
  recipe: Parameters<typeof leastMemory>[1],
  dataset: Parameters<typeof leastMemory>[2],
  limitBytes: number,
): number | null {
  const without = usualMemory(network, recipe, dataset, 0);
  const perImage = usualMemory(network, recipe, dataset, 1) - without;
  const fitting = Math.floor((limitBytes - without) / perImage);
  return fitting >= 1 ? roundedDown(fitting) : null;
}

const HAS = {
  machine: (size: string) => `this machine has ${size}`,
  free: (size: string) => `this machine has ${size} free`,
  gpu: (size: string) => `the GPU has ${size}`,
};

/** What is computed at once: a whole batch, or a part of one, whose gradient is accumulated. */
const UNITS = {
  batch: { several: 'batches', size: 'a batch size or micro-batch size' },
  part: { several: 'parts', size: 'a micro-batch size' },
};

/**
 * One sentence where a step cannot fit, with the largest batch that can, or part of one; null where it may.
 * @param images computed at once.
 * @param limitBytes of memory: all that the machine has, what is free of it, or what the GPU has.
 */
export function memoryProblem(
  { fixedBytes, bytesPerImage }: TrainingMemory,
  images: number,
  limitBytes: number,
  of: keyof typeof HAS,
  unit: keyof typeof UNITS = 'batch',
): string | null {
  const least = fixedBytes + images * bytesPerImage;
  if (least <= limitBytes) return null;
  const comfortable = Math.floor((limitBytes - fixedBytes - PROGRAM_BYTES) / (USUAL * bytesPerImage));
  const smaller = 'a smaller network';
  const choose =
    comfortable >= 1
      ? `${UNITS[unit].size} of ${thousands(roundedDown(comfortable))} or less, or ${smaller}`
      : smaller;
  return (
    `Training with ${UNITS[unit].several} of ${thousands(images)} images takes at least ${formatBytes(least)} of memory (weights, ` +
    `gradients, optimizer, activations, data), and ${HAS[of](formatBytes(limitBytes))}: choose ${choose}.`
  );
}

/** To two digits: more would say that it is known so well. */
function roundedDown(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(value)) - 1);
  return Math.floor(value / unit) * unit;
}
