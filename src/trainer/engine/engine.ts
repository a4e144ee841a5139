/**
 * What training needs of a numerical engine, whatever computes inside. Calls block until the numbers are there; an
 * engine is used by one loop at a time.
 *
 * Images come flat in NHWC order. Bytes are normalised as the recipe says, float32 values are taken as they are.
 */
import type { Mixing } from '../../shared/augmentation/mixing';
import type { ChannelStatistics } from '../../shared/augmentation/normalisation';
import type { Network } from '../../architecture/network';
import type { Recipe } from '../../shared/recipe';
import type { Classes } from '../../shared/predictions';
import type { EnginePlan, PlanChoice } from '../../shared/plan';
import type { Split } from '../../node/datasets/split';

export type Images = Uint8Array | Float32Array;
/** One class index an image, from 0; bytes where 256 classes are enough. */
export type Labels = Uint8Array | Int32Array;

export type LabelMixing = Pick<Mixing, 'partners' | 'share'>;

export interface StepResult {
  /** Mean cross-entropy with smoothed labels over the batch plus the L2 term, with the weights before the update (nats). */
  loss: number;
  /** Of the labels as they are, without the L2 term (nats). */
  crossEntropy: number;
  /** Images of the batch whose largest logit is their label's; of a mixed pair's labels the one with the larger share. */
  correct: number;
  /** Images in the batch. */
  count: number;
  /**
   * Where the engine was asked for them: √Σ over all trainable values of the squares of the gradient of the whole loss, before it is
   * clipped, and of the weights after the update.
   */
  norms?: { gradient: number; weights: number };
}

export type StepInParts = Generator<number, StepResult, void>;

export interface EvaluationResult {
  /** As the next, with the labels smoothed as the recipe says: what the loss has beside the L2 term. */
  lossSum: number;
  /** Sum over the images, so that batches of any size add up (nats). */
  crossEntropySum: number;
  correct: number;
  count: number;
}

export interface EngineVariable {
  /** Reads like the architecture: `stage2/block1/conv1/kernel`. */
  name: string;
  /** Kernels: [height, width, in, out] or, for the dense layer, [in, out]. */
  shape: number[];
  /** False for moving statistics. */
  trainable: boolean;
}

export type DatasetSplits = Record<'train' | 'eval', Split>;

/** All that training needs to resume exactly where it was. */
export interface EngineState {
  /** Steps taken. */
  step: number;
  /**
   * Flat row-major values by name: every variable, then the optimizer's slots as
   * `optimizer/<variable>/<slot>` (Adam: m, v; SGD with momentum: velocity; Muon: momentum), then, where the recipe has an average, that
   * of every variable as `average/<variable>`.
   */
  values: Map<string, Float32Array>;
}

/**
 * As EngineState, without a copy of all: each value is copied when it is asked for. Until it is released nothing may be computed or
 * written.
 */
export interface HeldState {
  step: number;
  /** What copies a value, by its name. */
  values: ReadonlyMap<string, () => Float32Array>;
  release(): void;
}

export interface EngineInfo {
  /** Version of the native TensorFlow library. */
  tensorflow: string;
  /** Name of the GPU that computes, null on the CPU. */
  gpu: string | null;
  /** Threads within an op. */
  threads: number;
}

export interface Engine {
  readonly network: Network;
  /** How it computes the convolutions; absent where there is no choice. */
  readonly plan?: EnginePlan;
  /** How it came to the plan; null or absent where it took one as it stood. */
  readonly choice?: PlanChoice | null;

  /**
   * One forward and backward pass and the update of all weights and moving statistics.
   * @param labels their count is the batch size, which may change from call to call.
   * Images are taken as they are, whatever augmentation the recipe has.
   * @param learningRate the recipe's unless given.
   * @param mixing of the labels; only where the recipe mixes. Absent: each image has its own label.
   */
  trainStep(images: Images, labels: Labels, learningRate?: number, mixing?: LabelMixing): StepResult;
  /**
   * Holds a data set where the engine computes, so that a step takes indices instead of images. An engine without
   * these four takes images only.
   */
  useDataset?(splits: DatasetSplits): void;
  /**
   * As trainStep, with the images of the training set at the indices, augmented as the recipe says.
   * @param epoch counted from 1 (default): what the augmentation draws depends on it.
   */
  trainStepAt?(indices: Int32Array, learningRate?: number, epoch?: number): StepResult;
  /**
   * As trainStepAt, and gives where its time was spent: milliseconds by layer, a normalisation with what is computed within it, '' for
   * the loss and the updates. Only of an engine that was opened for it.
   */
  profileStepAt?(indices: Int32Array, learningRate?: number, epoch?: number): Map<string, number>;
  /**
   * Takes a batch of the training set, augmented as the recipe says, into the statistics by which batch normalisation evaluates: for
   * the n-th batch (from 1) they become those of all images of the n batches, with the weights as they are. Only where the recipe recomputes
   * statistics.
   */
  averageStatisticsAt?(indices: Int32Array, epoch: number, n: number): void;
  /**
   * As trainStepAt, a part of the batch after the other where the recipe has a micro-batch size: between any two it yields how many
   * images are done. Nothing of the state has changed before the end: whoever leaves off earlier has not taken the step.
   */
  trainPartsAt?(indices: Int32Array, learningRate?: number, epoch?: number): StepInParts;
  /** As evaluate, with the images from (inclusive) to (exclusive) of the evaluation set. */
  evaluateAt?(from: number, to: number, answers?: Classes): EvaluationResult;
  /**
   * Forward pass in inference mode: batch normalisation by its moving statistics.
   * @param answers takes the predicted class of each image
   */
  evaluate(images: Images, labels: Labels, answers?: Classes): EvaluationResult;
  /** Logits in inference mode, [images, classes] row-major: what the softmax takes. */
  predict(images: Images): Float32Array;
  /**
   * Exchanges the variables with their averages, so that evaluations are those of the averaged weights until it is called again; nothing may be
   * trained, read or written in between. Only where the recipe has an average.
   */
  exchangeAverages(): void;
  /** Σ l2·‖w‖² over the variables that the recipe regularises so, as they are now: what a loss has beyond its cross-entropy. */
  l2Loss(): number;

  /** Layer by layer in the network's order; within a layer kernel, bias, gamma, beta, moving mean, moving variance. */
  variables(): EngineVariable[];
  /** A copy. */
  readState(): EngineState;
  holdState(): HeldState;
  /** @throws Error that names the entry which is missing, unknown or of a wrong length; then nothing was written. */
  writeState(state: EngineState): void;

  describe(): EngineInfo;
  /** Frees everything the engine holds; no call may follow. */
  dispose(): void;
}

export interface EngineOptions {
  /** Of the training images; needed where the recipe normalises per channel, if bytes are to be computed with. */
  statistics?: ChannelStatistics | null | undefined;
  /** Compute as an earlier engine did: then the same run gives the same bits. Absent: chosen for this machine. */
  plan?: EnginePlan | undefined;
  /** Folder in which measurements for a plan are kept; absent: measured again. */
  cacheFolder?: string | undefined;
  /** Whether each step gives the norms of gradients and weights; the weights that it makes have the same bits. */
  norms?: boolean | undefined;
  /** Whether steps can be profiled. */
  profile?: boolean | undefined;
  /**
   * Called and awaited between any two measurements, with how many are done of how many; what it throws ends the
   * building, and the engine has released everything by then.
   */
  between?: ((done: number, total: number) => Promise<void> | void) | undefined;
}

/** Builds the network with the initial weights of the recipe's seed. */
export type CreateEngine = (
  network: Network,
  recipe: Recipe,
  options?: EngineOptions,
) => Engine | Promise<Engine>;
