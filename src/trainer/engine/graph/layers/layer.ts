/** What the layer kinds have in common: a forward pass for inference, and one for training that knows its way back. */
import type { BnLayer } from '../../../../architecture/layers';
import type { Graph, Tensor } from '../graph';
import type { Variable } from '../ops';
import type { Plan } from '../lowering/plan';

export interface Pass {
  readonly graph: Graph;
  readonly plan: Plan;
  /** The value of a variable before this call changes any. */
  value(name: string): Tensor;
  /** The bias, if any, that the convolution before a batch normalisation left to it; see convolution.ts. */
  biasOf(layer: string): Tensor | null;
}

export interface TrainingPass extends Pass {
  /** Float32 number of images in the pass. */
  readonly images: Tensor;
  /** Float32 number of images over which the loss is a mean: those in the pass, or all of the batch of which it computes a part. */
  readonly lossImages: Tensor;
  variable(name: string): Variable;
  /**
   * Tells ∂E/∂w of a trainable variable, E the sum of the images' cross-entropies divided by `lossImages`.
   * @param after further nodes that read w: an update waits for them, else it had to copy w first.
   */
  gradient(name: string, gradient: Tensor, after?: readonly Tensor[]): void;
  /** Takes the statistics of a batch, [channels] each, the variance that divided by n; they move those of the layer once everything else has read them. */
  statistics(layer: BnLayer, batch: { mean: Tensor; variance: Tensor }): void;
}

export interface Trained {
  output: Tensor;
  /**
   * The gradients of the layer's inputs from that of its output; tells those of its variables on the way.
   * @param wanted false where the inputs are the images, whose gradient nobody needs.
   */
  backward(dOutput: Tensor, wanted: boolean): Tensor[];
}

export interface LayerKind<L> {
  infer(pass: Pass, layer: L, inputs: readonly Tensor[]): Tensor;
  train(pass: TrainingPass, layer: L, inputs: readonly Tensor[]): Trained;
}
