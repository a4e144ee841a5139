/** What a training step has to compute at least: the floating point operations of its convolutions and its dense layer. */
import { samePadding, type ConvLayer } from '../../src/architecture/layers';
import type { Network } from '../../src/architecture/network';

export interface StepWork {
  /** Operations (a multiply-add counts two) with every tap of every kernel, as ops compute them. */
  flops: number;
  /** Without the taps that fall on padding, which add nothing. */
  flopsInside: number;
}

/**
 * Forward pass, gradient by the input and gradient by the kernel are the same number of multiply-adds each. The first
 * convolution needs no gradient by its input.
 */
export function stepWork({ layers }: Pick<Network, 'layers'>, batch: number): StepWork {
  const work = { flops: 0, flopsInside: 0 };
  let first = true;
  for (const layer of layers) {
    if (layer.kind !== 'conv' && layer.kind !== 'dense') continue;
    const passes = first ? 2 : 3;
    first = false;
    const macs =
      layer.kind === 'conv'
        ? convMacs(layer)
        : { all: layer.fanIn * layer.units, inside: layer.fanIn * layer.units };
    work.flops += 2 * passes * batch * macs.all;
    work.flopsInside += 2 * passes * batch * macs.inside;
  }
  return work;
}

function convMacs(layer: ConvLayer): { all: number; inside: number } {
  const [height, width, channels] = layer.inputShape;
  const [outHeight, outWidth] = layer.outputShape;
  const [kernelHeight, kernelWidth] = layer.kernel;
  const before = (size: number, kernel: number) =>
    layer.padding === 'same' ? samePadding(size, kernel, layer.stride)[0] : 0;
  const pairs = channels * layer.filters;
  return {
    all: outHeight * outWidth * kernelHeight * kernelWidth * pairs,
    inside:
      taps(height, outHeight, kernelHeight, layer.stride, before(height, kernelHeight)) *
      taps(width, outWidth, kernelWidth, layer.stride, before(width, kernelWidth)) *
      pairs,
  };
}

/** Pairs of output position and tap along one axis that meet a pixel. */
function taps(size: number, out: number, kernel: number, stride: number, before: number): number {
  let count = 0;
  for (let o = 0; o < out; o++) {
    for (let tap = 0; tap < kernel; tap++) {
      const input = o * stride - before + tap;
      if (input >= 0 && input < size) count++;
    }
  }
  return count;
}
