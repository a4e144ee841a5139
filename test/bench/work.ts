/** What a training step has to compute and to move at least. */
import { samePadding, type ConvLayer } from '../../src/architecture/layers';
import type { Network } from '../../src/architecture/network';
import { keptLayers, variableElements } from '../../src/architecture/training-memory';

export interface StepWork {
  /** Floating point operations (a multiply-add counts two) with every tap of every kernel, as ops compute them. */
  flops: number;
  /** Without the taps that fall on padding, which add nothing. */
  flopsInside: number;
  /** With the fewest products known for each convolution ({@link leastMacs}); additions of transforms do not count. */
  flopsLeast: number;
  /** Bytes that are read from memory and written to it ({@link stepBytes}). */
  bytes: number;
}

/** Multiply-adds of a layer for one image, one pass. */
interface Macs {
  all: number;
  inside: number;
  least: number;
}

/** Outputs along a side of the tiles of Winograd's algorithm for 3x3 kernels whose gradients keep their digits in float32. */
const TILES = [2, 4];

/**
 * Forward pass, gradient by the input and gradient by the kernel are the same number of multiply-adds each. The first
 * convolution needs no gradient by its input.
 */
export function stepWork(network: Pick<Network, 'layers'>, batch: number): StepWork {
  const work = { flops: 0, flopsInside: 0, flopsLeast: 0, bytes: stepBytes(network, batch) };
  let first = true;
  for (const layer of network.layers) {
    if (layer.kind !== 'conv' && layer.kind !== 'dense') continue;
    const passes = first ? 2 : 3;
    first = false;
    const macs = layer.kind === 'conv' ? convMacs(layer) : denseMacs(layer.fanIn * layer.units);
    work.flops += 2 * passes * batch * macs.all;
    work.flopsInside += 2 * passes * batch * macs.inside;
    work.flopsLeast += 2 * passes * batch * macs.least;
  }
  return work;
}

const denseMacs = (macs: number): Macs => ({ all: macs, inside: macs, least: macs });

/** What is counted of a convolution: its shape. */
export type Convolution = Pick<ConvLayer, 'inputShape' | 'outputShape' | 'kernel' | 'stride' | 'padding'>;

export function convMacs(layer: Convolution): Macs {
  const [height, width, channels] = layer.inputShape;
  const [outHeight, outWidth, filters] = layer.outputShape;
  const [kernelHeight, kernelWidth] = layer.kernel;
  const before = (size: number, kernel: number) =>
    layer.padding === 'same' ? samePadding(size, kernel, layer.stride)[0] : 0;
  const pairs = channels * filters;
  const inside =
    taps(height, outHeight, kernelHeight, layer.stride, before(height, kernelHeight)) *
    taps(width, outWidth, kernelWidth, layer.stride, before(width, kernelWidth)) *
    pairs;
  return {
    all: outHeight * outWidth * kernelHeight * kernelWidth * pairs,
    inside,
    least: leastMacs(layer, inside, pairs),
  };
}

/**
 * The fewest of: the taps that meet a pixel, and for 3x3 kernels at stride 1 the products of Winograd's algorithm over whole
 * tiles, (m + 2)² for m² outputs. On maps that tiles of 4x4 fill these are 4 times fewer than all taps.
 */
function leastMacs({ outputShape, kernel, stride }: Convolution, inside: number, pairs: number): number {
  if (kernel[0] !== 3 || kernel[1] !== 3 || stride !== 1) return inside;
  const [height, width] = outputShape;
  const products = (tile: number) =>
    Math.ceil(height / tile) * Math.ceil(width / tile) * (tile + 2) ** 2 * pairs;
  return Math.min(inside, ...TILES.map(products));
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

/** Bytes of a float32. */
const FLOAT = 4;
/** Forward an activation is written and read, backward its gradient is; the image is read forward and backward. */
const ACTIVATION_PASSES = 4;
const IMAGE_PASSES = 2;
/**
 * A trained value is read forward, read backward, read and written by the update; its gradient is written and read; its two
 * slots of Adam are read and written. A moving statistic is read and written.
 */
const TRAINED_PASSES = 10;
const STATISTIC_PASSES = 2;

/**
 * Bytes of the passes over memory that no fusion of ops avoids: over the activations that convolutions, batch normalisation
 * and the dense layer take, since a normalisation needs its whole batch before anything can go on, and over the variables.
 */
export function stepBytes(network: Pick<Network, 'layers'>, batch: number): number {
  const kept = keptLayers(network);
  let perImage = 0;
  for (const { kind, name, outputShape } of network.layers) {
    if (!kept.has(name)) continue;
    const elements = outputShape.reduce((product: number, side) => product * side, 1);
    perImage += elements * (kind === 'input' ? IMAGE_PASSES : ACTIVATION_PASSES);
  }
  const { all, trained } = variableElements(network);
  return FLOAT * (batch * perImage + TRAINED_PASSES * trained + STATISTIC_PASSES * (all - trained));
}
