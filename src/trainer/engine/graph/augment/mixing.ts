/**
 * Mixup and CutMix: every image and its label with a share of another's.
 *
 *   images[n] · share + images[partners[n]] · (1 - share), share [height, width] the same for all images
 *   ∂E/∂z = λ · (softmax(z) - onehot(label_n)) / N + (1 - λ) · (softmax(z) - onehot(label_partner)) / N
 *
 * The loss is the same mixture of the two cross-entropies, which is the cross-entropy with the mixed label. TF ops: GatherV2, Mul,
 * Sub, AddV2.
 */
import type { Mixing } from '../../../../shared/augmentation/mixing';
import type { Graph, Tensor } from '../graph';
import * as ops from '../ops';
import type { Values } from '../session';

export interface MixingInputs {
  /** int32 [batch]. */
  partners: Tensor;
  /** λ, float32 []. */
  share: Tensor;
  /** Share of each pixel, float32 [height, width]. */
  pixels: Tensor;
}

export function mixingInputs(graph: Graph, [height, width]: readonly number[]): MixingInputs {
  return {
    partners: ops.placeholder(graph, 'partners', { dtype: 'int32', shape: [-1] }),
    share: ops.placeholder(graph, 'share', { dtype: 'float32', shape: [] }),
    pixels: ops.placeholder(graph, 'pixelShares', { dtype: 'float32', shape: [height!, width!] }),
  };
}

/** @param images float32, NHWC. */
export function mixImages(graph: Graph, images: Tensor, { partners, pixels }: MixingInputs): Tensor {
  const shares = ops.reshape(graph, pixels, [1, ...pixels.shape, 1]);
  const rest = ops.subtract(graph, ops.scalar(graph, 1), shares);
  return ops.add(
    graph,
    ops.multiply(graph, images, shares),
    ops.multiply(graph, ops.gather(graph, images, partners), rest),
  );
}

/** Own and partner's part of a gradient, each with its share. */
export function mixGradients(graph: Graph, own: Tensor, partners: Tensor, share: Tensor): Tensor {
  const rest = ops.subtract(graph, ops.scalar(graph, 1), share);
  return ops.add(graph, ops.multiply(graph, own, share), ops.multiply(graph, partners, rest));
}

/** What the gradient of the loss needs; the pixels only where the images are mixed in the graph too. */
export const labelFeeds = ({ partners, share }: Pick<Mixing, 'partners' | 'share'>): Values[] => [
  partners,
  Float32Array.of(share),
];
