/** Products of matrices, and convolutions with their gradients. */
import type { Graph, Tensor } from '../graph';
import { integers } from './constants';
import { float, FLOAT, one } from './node';
import { shapeOf } from './positions';

/** a·b of matrices, each transposed first where asked. TF op: MatMul. */
export function matMul(
  graph: Graph,
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false } = {},
): Tensor {
  return one(
    graph,
    'MatMul',
    'matMul',
    [a, b],
    { ...FLOAT, transpose_a: { bool: transposeA }, transpose_b: { bool: transposeB } },
    float([a.shape[transposeA ? 1 : 0]!, b.shape[transposeB ? 0 : 1]!]),
  );
}

/** A square matrix with the values on its diagonal, and 0 elsewhere. TF op: MatrixDiag. */
export const diagonal = (graph: Graph, values: Tensor): Tensor =>
  one(graph, 'MatrixDiag', 'diagonal', [values], FLOAT, float([values.shape[0]!, values.shape[0]!]));

/** TF op: BiasAdd. */
export const biasAdd = (graph: Graph, x: Tensor, bias: Tensor): Tensor =>
  one(graph, 'BiasAdd', 'biasAdd', [x, bias], { ...FLOAT, data_format: { string: 'NHWC' } }, float(x.shape));

/** Σ dy over all axes but the last. TF op: BiasAddGrad. */
export const biasGradient = (graph: Graph, dy: Tensor): Tensor =>
  one(
    graph,
    'BiasAddGrad',
    'biasGradient',
    [dy],
    { ...FLOAT, data_format: { string: 'NHWC' } },
    float(dy.shape.slice(-1)),
  );

export interface Window {
  stride: number;
  padding: 'same' | 'valid' | Margins;
  /** Distance of neighbouring taps; 1 unless given. */
  dilation?: number;
}
/** Rows and columns of zeros around a map. */
export interface Margins {
  rows: readonly [before: number, after: number];
  columns: readonly [before: number, after: number];
}

function windowAttributes({ dtype }: Tensor, { stride, padding, dilation = 1 }: Window) {
  const named = typeof padding === 'string';
  return {
    T: { type: dtype },
    strides: { ints: [1, stride, stride, 1] },
    dilations: { ints: [1, dilation, dilation, 1] },
    padding: { string: named ? padding.toUpperCase() : 'EXPLICIT' },
    explicit_paddings: { ints: named ? [] : [0, 0, ...padding.rows, ...padding.columns, 0, 0] },
    use_cudnn_on_gpu: { bool: true },
    data_format: { string: 'NHWC' },
  } as const;
}

/** TF op: Conv2D. */
export function conv2d(
  graph: Graph,
  x: Tensor,
  kernel: Tensor,
  window: Window,
  [height, width]: readonly [number, number],
): Tensor {
  return one(graph, 'Conv2D', 'conv', [x, kernel], windowAttributes(x, window), {
    dtype: x.dtype,
    shape: [x.shape[0]!, height, width, kernel.shape[3]!],
  });
}

/** TF op: Conv2DBackpropInput. */
export function conv2dBackpropInput(
  graph: Graph,
  x: Tensor,
  kernel: Tensor,
  dy: Tensor,
  window: Window,
): Tensor {
  return one(
    graph,
    'Conv2DBackpropInput',
    'inputGradient',
    [shapeOf(graph, x), kernel, dy],
    windowAttributes(dy, window),
    { dtype: dy.dtype, shape: x.shape },
  );
}

/** TF op: Conv2DBackpropFilter. */
export function conv2dBackpropFilter(
  graph: Graph,
  x: Tensor,
  kernelShape: readonly number[],
  dy: Tensor,
  window: Window,
): Tensor {
  return one(
    graph,
    'Conv2DBackpropFilter',
    'filterGradient',
    [x, integers(graph, kernelShape), dy],
    windowAttributes(x, window),
    { dtype: x.dtype, shape: kernelShape },
  );
}

/**
 * A 3x3 convolution at stride 1 with padding 'same' by our own kernels (native/src/ops.cc): ResbenchConvolution. `tile` is the
 * side of the output tiles of Winograd's algorithm.
 */
export const winograd = (graph: Graph, x: Tensor, kernel: Tensor, tile: 2 | 4): Tensor =>
  one(
    graph,
    'ResbenchConvolution',
    'winograd',
    [x, kernel],
    { tile: { int: tile } },
    float([...x.shape.slice(0, 3), kernel.shape[3]!]),
  );

/** As `winograd`, and each output with a bias of its channel, an addend if any, and the ReLU of that: ResbenchFinishedConvolution. */
export const finishedWinograd = (
  graph: Graph,
  x: Tensor,
  kernel: Tensor,
  tile: 2 | 4,
  { bias, addend, relu }: { bias: Tensor; addend: Tensor | null; relu: boolean },
): Tensor =>
  one(
    graph,
    'ResbenchFinishedConvolution',
    'finishedWinograd',
    [x, kernel, bias, addend ?? bias],
    { tile: { int: tile }, relu: { bool: relu }, add: { bool: addend !== null } },
    float([...x.shape.slice(0, 3), kernel.shape[3]!]),
  );

/** Its gradient by x: ResbenchConvolutionInputGradient. */
export const winogradInputGradient = (graph: Graph, kernel: Tensor, dy: Tensor, tile: 2 | 4): Tensor =>
  one(
    graph,
    'ResbenchConvolutionInputGradient',
    'winogradInputGradient',
    [kernel, dy],
    { tile: { int: tile } },
    float([...dy.shape.slice(0, 3), kernel.shape[2]!]),
  );

/** Its gradient by the kernel: ResbenchConvolutionFilterGradient. */
export const winogradFilterGradient = (graph: Graph, x: Tensor, dy: Tensor, tile: 2 | 4): Tensor =>
  one(
    graph,
    'ResbenchConvolutionFilterGradient',
    'winogradFilterGradient',
    [x, dy],
    { tile: { int: tile } },
    float([3, 3, x.shape[3]!, dy.shape[3]!]),
  );

/** The window under each output pixel as one row, [batch, height, width, taps · channels]. TF op: ExtractImagePatches. */
export function patches(
  graph: Graph,
  x: Tensor,
  [kernelHeight, kernelWidth]: readonly [number, number],
  stride: number,
  padding: 'same' | 'valid',
  [height, width]: readonly [number, number],
): Tensor {
  return one(
    graph,
    'ExtractImagePatches',
    'patches',
    [x],
    {
      ...FLOAT,
      ksizes: { ints: [1, kernelHeight, kernelWidth, 1] },
      strides: { ints: [1, stride, stride, 1] },
      rates: { ints: [1, 1, 1, 1] },
      padding: { string: padding.toUpperCase() },
    },
    float([x.shape[0]!, height, width, kernelHeight * kernelWidth * x.shape[3]!]),
  );
}
