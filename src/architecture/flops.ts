/**
 * The work of each layer, by one counting rule: multiplications and additions of the convolutions and of the dense layer are
 * counted, so that a multiply-accumulate is two FLOPs; biases, batch normalisation, ReLU, pooling and sums are not. Where a
 * kernel reaches over the edge of its map, the padding's products are counted too. PyTorch's `torch.utils.flop_counter`
 * counts the same. fvcore calls a multiply-accumulate one FLOP, and adds batch normalisation and pooling; torchinfo's
 * mult-adds are multiply-accumulates that include biases, and the parameters of batch normalisation once.
 */
import type { Layer } from './layers';

/** The rule as a sentence for whoever reads a figure. */
export const FLOP_RULE =
  'FLOPs count each multiplication and each addition of convolutions and dense layer for one image, so that one MAC is two FLOPs; the backward pass computes the gradients of kernels and inputs.';

export interface LayerWork {
  /** Multiply-accumulates of a forward pass of one image. */
  macs: number;
  /** FLOPs of a forward pass of one image. */
  forwardFlops: number;
  /** FLOPs of a backward pass of one image: the gradient of the kernel, and that of the input where anything needs it. */
  backwardFlops: number;
}

/** Multiply-accumulates of one forward pass of one image, convolutions and dense layer only, padding included. */
export function layerMacs(layer: Layer): number {
  if (layer.kind === 'conv') {
    const [height, width, filters] = layer.outputShape;
    return height * width * filters * layer.fanIn;
  }
  return layer.kind === 'dense' ? layer.fanIn * layer.units : 0;
}

/** @param ofImage whether the layer takes the images themselves, whose gradient nothing needs. */
export function layerWork(layer: Layer, ofImage: boolean): LayerWork {
  const macs = layerMacs(layer);
  const forwardFlops = 2 * macs;
  return { macs, forwardFlops, backwardFlops: ofImage ? forwardFlops : 2 * forwardFlops };
}
