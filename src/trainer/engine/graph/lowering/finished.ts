/**
 * Convolutions whose outputs are finished by a bias, a sum and a ReLU, by the lowerings of the forward pass: what is left of a
 * convolution and its batch normalisation where that is folded into it. What a lowering makes of the kernel alone is made beforehand.
 */
import type { ConvShape } from '../../../../architecture/convolutions';
import type { Graph, Tensor } from '../graph';
import * as ops from '../ops';
import {
  asMap,
  convolve,
  denseMatrix,
  pixels,
  pointKernel,
  wholeMaps,
  WINOGRAD_TILES,
  windows,
} from './lowerings';

/** y = convolution + bias (+ addend) (and the ReLU of that). */
export interface Finishing {
  /** [channels] */
  bias: Tensor;
  /** Of the output's shape; null: none. */
  addend: Tensor | null;
  relu: boolean;
}

interface Finished {
  /** What is kept of a kernel from call to call. */
  prepare(graph: Graph, kernel: Tensor, shape: ConvShape): Tensor;
  build(graph: Graph, x: Tensor, prepared: Tensor, shape: ConvShape, finishing: Finishing): Tensor;
}

const finish = (graph: Graph, y: Tensor, { bias, addend, relu }: Finishing): Tensor => {
  const biased = ops.biasAdd(graph, y, bias);
  const sum = addend ? ops.add(graph, biased, ops.reshape(graph, addend, y.shape)) : biased;
  return relu ? ops.relu(graph, sum) : sum;
};

/** A product [pixels, channels] is finished as it stands, so that TensorFlow can do it with the product. */
const finishRows = (graph: Graph, product: Tensor, shape: ConvShape, finishing: Finishing): Tensor => {
  const { outHeight, outWidth, outChannels } = shape;
  const map = (rows: Tensor) => asMap(graph, rows, outHeight, outWidth, outChannels);
  return product.shape[1] === outChannels
    ? map(finish(graph, product, finishing))
    : finish(graph, map(product), finishing);
};

/** By the names of the lowerings. */
const FINISHED: Record<string, Finished> = {
  native: {
    prepare: (_graph, kernel) => kernel,
    build: (graph, x, kernel, shape, finishing) =>
      finish(graph, convolve(graph, x, kernel, shape), finishing),
  },
  matmul: {
    prepare: (graph, kernel) => pointKernel(graph, kernel),
    build: (graph, x, matrix, shape, finishing) => {
      const rows = pixels(graph, ops.subsample(graph, x, shape.stride));
      return finishRows(graph, ops.matMul(graph, rows, matrix), shape, finishing);
    },
  },
  dense: {
    prepare: denseMatrix,
    build: (graph, x, matrix, shape, finishing) =>
      finishRows(graph, ops.matMul(graph, wholeMaps(graph, x), matrix), shape, finishing),
  },
  im2col: {
    prepare: (graph, kernel, { kernel: [height, width], inChannels, outChannels }) =>
      ops.reshape(graph, kernel, [height * width * inChannels, outChannels]),
    build: (graph, x, matrix, shape, finishing) =>
      finishRows(graph, ops.matMul(graph, windows(graph, x, shape), matrix), shape, finishing),
  },
  ...Object.fromEntries(
    WINOGRAD_TILES.map((tile): [string, Finished] => [
      `winograd${tile}`,
      {
        prepare: (_graph, kernel) => kernel,
        build: (graph, x, kernel, _shape, finishing) =>
          ops.finishedWinograd(graph, x, kernel, tile, finishing),
      },
    ]),
  ),
};

/** What a lowering needs of a kernel, [height, width, in, out], computed from it alone. */
export const preparedKernel = (graph: Graph, lowering: string, kernel: Tensor, shape: ConvShape): Tensor =>
  FINISHED[lowering]!.prepare(graph, kernel, shape);

/** The nodes that compute the finished convolution by a lowering, from what was prepared for it. */
export const finishedConvolution = (
  graph: Graph,
  lowering: string,
  { x, prepared }: { x: Tensor; prepared: Tensor },
  shape: ConvShape,
  finishing: Finishing,
): Tensor => FINISHED[lowering]!.build(graph, x, prepared, shape, finishing);

/** The parameters of a batch normalisation in inference, [channels] each, with the bias of the convolution before it. */
export interface Normalising {
  gamma: Tensor;
  beta: Tensor;
  mean: Tensor;
  variance: Tensor;
  bias: Tensor | null;
  epsilon: number;
}

/**
 * A batch normalisation folded into the convolution before it (Jacob et al. 2018, Quantization and Training of Neural Networks for
 * Efficient Integer-Arithmetic-Only Inference, section 3.2, and the bias by the same algebra), w the kernel [height, width, in, out],
 * b the convolution's bias:
 *
 *   w' = w · γ / √(σ² + ε)    b' = β − (μ − b) · γ / √(σ² + ε)
 */
export function fold(
  graph: Graph,
  kernel: Tensor,
  { gamma, beta, mean, variance, bias, epsilon }: Normalising,
): { kernel: Tensor; bias: Tensor } {
  const deviation = ops.squareRoot(graph, ops.add(graph, variance, ops.scalar(graph, epsilon)));
  const scale = ops.divide(graph, gamma, deviation);
  const shift = bias ? ops.subtract(graph, mean, bias) : mean;
  return {
    kernel: ops.multiply(graph, kernel, scale),
    bias: ops.subtract(graph, beta, ops.multiply(graph, shift, scale)),
  };
}
