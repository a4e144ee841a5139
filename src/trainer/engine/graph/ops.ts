/**
 * The TensorFlow ops that the step is made of, each with the shape it gives. Feature maps are NHWC, kernels HWIO. What is
 * not said here says TensorFlow's op of the same name.
 */
import { type DataType, type Graph, type Output, type Shape, type Tensor } from './graph';

const FLOAT = { T: { type: 'float32' } } as const;

/** The first (mostly the only) output. */
function one(
  graph: Graph,
  op: string,
  name: string,
  inputs: readonly Tensor[],
  attributes: Parameters<Graph['node']>[3],
  output: Output,
  after?: readonly Tensor[],
): Tensor {
  return graph.node(op, name, inputs, attributes, [output], after)[0]!;
}
const float = (shape: Shape): Output => ({ dtype: 'float32', shape });

// ------------------------------------------------------------------------------------------ constants and inputs

export const scalar = (graph: Graph, value: number): Tensor => graph.constant(Float32Array.of(value), []);
export const integers = (graph: Graph, values: readonly number[]): Tensor =>
  graph.constant(Int32Array.from(values), [values.length]);
const integer = (graph: Graph, value: number): Tensor => graph.constant(Int32Array.of(value), []);

/** A value that a call gives. */
export function placeholder(graph: Graph, name: string, { dtype, shape }: Output): Tensor {
  return one(graph, 'Placeholder', name, [], { dtype: { type: dtype }, shape: { shape } }, { dtype, shape });
}

// --------------------------------------------------------------------------------------------------- variables

/** A variable of the session, which lives from call to call. */
export interface Variable {
  readonly handle: Tensor;
  readonly dtype: Output['dtype'];
  readonly shape: Shape;
}

/** TF op: VarHandleOp. It has no value before one is assigned. */
export function variable(graph: Graph, name: string, { dtype, shape }: Output): Variable {
  const attributes = {
    dtype: { type: dtype },
    shape: { shape },
    // Within the session: variables of one name are one.
    shared_name: { string: graph.path(name) },
    container: { string: '' },
  } as const;
  return {
    handle: one(graph, 'VarHandleOp', name, [], attributes, { dtype: 'resource', shape: [] }),
    dtype,
    shape,
  };
}

/** TF op: ReadVariableOp. The value it has when this node runs; shares the variable's memory. */
export function read(graph: Graph, { handle, dtype, shape }: Variable, after?: readonly Tensor[]): Tensor {
  return one(graph, 'ReadVariableOp', 'read', [handle], { dtype: { type: dtype } }, { dtype, shape }, after);
}

/**
 * The value of a variable that nobody reads after this: its memory is the value's alone, and the variable is made again when it is
 * next assigned. TF ops: ReadVariableOp, DestroyResourceOp.
 */
export function take(graph: Graph, variable: Variable, after?: readonly Tensor[]): Tensor {
  const value = read(graph, variable, after);
  return identity(graph, 'taken', value, [release(graph, variable, [value])]);
}

/** TF op: AssignVariableOp. The variable takes over the memory of the value where nothing else holds it. */
export function assign(graph: Graph, { handle, dtype }: Variable, value: Tensor): Tensor {
  return action(graph, 'AssignVariableOp', 'assign', [handle, value], { dtype: { type: dtype } });
}

/** TF op: AssignSubVariableOp. */
export function assignSub(graph: Graph, { handle, dtype }: Variable, value: Tensor): Tensor {
  return action(graph, 'AssignSubVariableOp', 'assignSub', [handle, value], { dtype: { type: dtype } });
}

/** In place. TF op: AssignAddVariableOp. */
export function assignAdd(graph: Graph, { handle, dtype }: Variable, value: Tensor): Tensor {
  return action(graph, 'AssignAddVariableOp', 'assignAdd', [handle, value], { dtype: { type: dtype } });
}

/**
 * Takes a variable's value away, and with it the hold on its memory, until the next assignment. TF op: DestroyResourceOp.
 */
export const release = (graph: Graph, { handle }: Variable, after?: readonly Tensor[]): Tensor =>
  action(graph, 'DestroyResourceOp', 'release', [handle], { ignore_lookup_error: { bool: false } }, after);

/** variable ← variable − rate · x, one pass in place. TF op: ResourceApplyGradientDescent. */
export function descend(
  graph: Graph,
  { handle }: Variable,
  rate: Tensor,
  x: Tensor,
  after?: readonly Tensor[],
): Tensor {
  const attributes = { ...FLOAT, use_locking: { bool: false } } as const;
  return action(graph, 'ResourceApplyGradientDescent', 'descend', [handle, rate, x], attributes, after);
}

/** A node without an output, to be named in `after`. */
export function action(
  graph: Graph,
  op: string,
  name: string,
  inputs: readonly Tensor[],
  attributes: Parameters<Graph['node']>[3],
  after?: readonly Tensor[],
): Tensor {
  graph.node(op, name, inputs, attributes, [], after);
  return { node: graph.nodes[graph.nodes.length - 1]!.name, output: 0, dtype: 'float32', shape: [] };
}

/** TF op: NoOp; runs after all of them. */
export const group = (graph: Graph, name: string, after: readonly Tensor[]): Tensor =>
  action(graph, 'NoOp', name, [], {}, after);

/** TF op: DeepCopy. New memory: what a call gives lies in memory of JavaScript, which a variable must not keep. */
export function copy(graph: Graph, x: Tensor): Tensor {
  return one(graph, 'DeepCopy', 'copy', [x], { T: { type: x.dtype } }, x);
}

/** TF op: Identity, here to give a value only after other nodes have run. */
export function identity(graph: Graph, name: string, x: Tensor, after?: readonly Tensor[]): Tensor {
  return one(graph, 'Identity', name, [x], { T: { type: x.dtype } }, x, after);
}

/** What a call fetches whose work gives nothing: a number that is there once these nodes have run. */
export const doneAfter = (graph: Graph, after: readonly Tensor[]): Tensor =>
  identity(graph, 'done', scalar(graph, 1), after);

/** A tensor of equal values. TF op: Fill. */
export function fill(graph: Graph, shape: readonly number[], value: number | Tensor): Tensor {
  return one(
    graph,
    'Fill',
    'fill',
    [integers(graph, shape), typeof value === 'number' ? scalar(graph, value) : value],
    { ...FLOAT, index_type: { type: 'int32' } },
    float(shape),
  );
}

// ------------------------------------------------------------------------------------------- shape and position

/** TF op: Shape. */
export function shapeOf(graph: Graph, x: Tensor): Tensor {
  return one(
    graph,
    'Shape',
    'shape',
    [x],
    { T: { type: x.dtype }, out_type: { type: 'int32' } },
    { dtype: 'int32', shape: [x.shape.length] },
  );
}

/** TF op: Reshape. One length may be -1. */
export function reshape(graph: Graph, x: Tensor, shape: Shape): Tensor {
  if (x.shape.length === shape.length && x.shape.every((side, axis) => side === shape[axis])) return x;
  return one(
    graph,
    'Reshape',
    'reshape',
    [x, integers(graph, shape)],
    { T: { type: x.dtype }, Tshape: { type: 'int32' } },
    { dtype: x.dtype, shape },
  );
}

/** TF op: Transpose. */
export function transpose(graph: Graph, x: Tensor, axes: readonly number[]): Tensor {
  return one(
    graph,
    'Transpose',
    'transpose',
    [x, integers(graph, axes)],
    { ...FLOAT, Tperm: { type: 'int32' } },
    float(axes.map((axis) => x.shape[axis]!)),
  );
}

/** Zeros before and after each axis. TF op: Pad. */
export function pad(
  graph: Graph,
  x: Tensor,
  paddings: readonly (readonly [before: number, after: number])[],
): Tensor {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  const table = graph.constant(Int32Array.from(paddings.flat()), [paddings.length, 2]);
  const shape = x.shape.map((side, axis) =>
    side < 0 ? side : side + paddings[axis]![0] + paddings[axis]![1],
  );
  return one(graph, 'Pad', 'pad', [x, table], { ...FLOAT, Tpaddings: { type: 'int32' } }, float(shape));
}

/** A part of x; a size of -1 takes all that follows. TF op: Slice. */
export function slice(graph: Graph, x: Tensor, begin: readonly number[], size: readonly number[]): Tensor {
  const shape = size.map((length, axis) =>
    length >= 0 || x.shape[axis]! < 0 ? length : x.shape[axis]! - begin[axis]!,
  );
  if (begin.every((from) => from === 0) && shape.every((side, axis) => side === x.shape[axis])) return x;
  return one(
    graph,
    'Slice',
    'slice',
    [x, integers(graph, begin), integers(graph, size)],
    { T: { type: x.dtype }, Index: { type: 'int32' } },
    { dtype: x.dtype, shape },
  );
}

const everyNth = (graph: Graph, stride: number) => ({
  range: [
    integers(graph, [0, 0, 0, 0]),
    integers(graph, [0, 0, 0, 0]),
    integers(graph, [1, stride, stride, 1]),
  ],
  // Begin and end are those of the axes.
  attributes: {
    ...FLOAT,
    Index: { type: 'int32' },
    begin_mask: { int: 15 },
    end_mask: { int: 15 },
    ellipsis_mask: { int: 0 },
    new_axis_mask: { int: 0 },
    shrink_axis_mask: { int: 0 },
  } as const,
});

/** Every stride-th row and column of a map, from the first. TF op: StridedSlice. */
export function subsample(graph: Graph, x: Tensor, stride: number): Tensor {
  if (stride === 1) return x;
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const { range, attributes } = everyNth(graph, stride);
  const shape = [batch, Math.ceil(height / stride), Math.ceil(width / stride), channels];
  return one(graph, 'StridedSlice', 'subsample', [x, ...range], attributes, float(shape));
}

/**
 * dx of y = subsample(x): dy where x was taken, zeros elsewhere. The images, rows and columns are those of x, the channels
 * those of dy. TF op: StridedSliceGrad.
 */
export function subsampleGradient(graph: Graph, dy: Tensor, x: Tensor, stride: number): Tensor {
  if (stride === 1) return dy;
  const { range, attributes } = everyNth(graph, stride);
  const more = dy.shape[3]! - x.shape[3]!;
  const dimensions =
    more === 0
      ? shapeOf(graph, x)
      : one(
          graph,
          'AddV2',
          'dimensions',
          [shapeOf(graph, x), integers(graph, [0, 0, 0, more])],
          { T: { type: 'int32' } },
          { dtype: 'int32', shape: [4] },
        );
  const shape = [...x.shape.slice(0, 3), dy.shape[3]!];
  return one(
    graph,
    'StridedSliceGrad',
    'subsampleGradient',
    [dimensions, ...range, dy],
    attributes,
    float(shape),
  );
}

/** The entries of x's first axis at the indices. TF op: GatherV2. */
export function gather(graph: Graph, x: Tensor, indices: Tensor): Tensor {
  return one(
    graph,
    'GatherV2',
    'gather',
    [x, indices, integer(graph, 0)],
    {
      Tparams: { type: x.dtype },
      Tindices: { type: 'int32' },
      Taxis: { type: 'int32' },
      batch_dims: { int: 0 },
    },
    { dtype: x.dtype, shape: [...indices.shape, ...x.shape.slice(1)] },
  );
}

/** y[k] = Σ x[i] over all i with segments[i] = k; a segment of -1 is left out. TF op: UnsortedSegmentSum. */
export function segmentSum(graph: Graph, x: Tensor, segments: Tensor, count: number): Tensor {
  return one(
    graph,
    'UnsortedSegmentSum',
    'segmentSum',
    [x, segments, integer(graph, count)],
    { ...FLOAT, Tindices: { type: 'int32' }, Tnumsegments: { type: 'int32' } },
    float([count, ...x.shape.slice(1)]),
  );
}

/** Tensors of one shape along a new first axis. TF op: Pack. */
export function stack(graph: Graph, parts: readonly Tensor[]): Tensor {
  const shape = [parts.length, ...parts[0]!.shape];
  const attributes = { ...FLOAT, N: { int: parts.length }, axis: { int: 0 } } as const;
  return one(graph, 'Pack', 'stack', parts, attributes, float(shape));
}

/** TF op: BroadcastTo. */
export function broadcastTo(graph: Graph, x: Tensor, like: Tensor): Tensor {
  return one(
    graph,
    'BroadcastTo',
    'broadcast',
    [x, shapeOf(graph, like)],
    { ...FLOAT, Tidx: { type: 'int32' } },
    float(like.shape),
  );
}

/** TF op: ReverseV2. */
export function reverse(graph: Graph, x: Tensor, axes: readonly number[]): Tensor {
  return one(
    graph,
    'ReverseV2',
    'reverse',
    [x, integers(graph, axes)],
    { ...FLOAT, Tidx: { type: 'int32' } },
    float(x.shape),
  );
}

// ------------------------------------------------------------------------------------------------- elementwise

/** The shape of two that are stretched along axes of length 1, counted from the last one. */
function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [one, other] = [a, b].map((shape) => shape[axis - rank + shape.length] ?? 1) as [number, number];
    return one === 1 ? other : one;
  });
}

function elementwise(op: string, name: string) {
  return (graph: Graph, a: Tensor, b: Tensor, after?: readonly Tensor[]): Tensor =>
    one(
      graph,
      op,
      name,
      [a, b],
      { T: { type: a.dtype } },
      { dtype: a.dtype, shape: broadcast(a.shape, b.shape) },
      after,
    );
}
export const add = elementwise('AddV2', 'add');
export const subtract = elementwise('Sub', 'subtract');
export const multiply = elementwise('Mul', 'multiply');
export const divide = elementwise('RealDiv', 'divide');
export const maximum = elementwise('Maximum', 'maximum');
export const minimum = elementwise('Minimum', 'minimum');

/** TF op: Sqrt. */
export const squareRoot = (graph: Graph, x: Tensor): Tensor =>
  one(graph, 'Sqrt', 'squareRoot', [x], FLOAT, float(x.shape));

/** Sum of tensors of one shape. TF op: AddN. */
export function addN(graph: Graph, name: string, terms: readonly Tensor[]): Tensor {
  if (terms.length === 1) return terms[0]!;
  return one(graph, 'AddN', name, terms, { ...FLOAT, N: { int: terms.length } }, float(terms[0]!.shape));
}

/** TF op: Cast. */
export function cast(graph: Graph, x: Tensor, dtype: DataType): Tensor {
  const attributes = { SrcT: { type: x.dtype }, DstT: { type: dtype } } as const;
  return one(graph, 'Cast', 'cast', [x], attributes, { dtype, shape: x.shape });
}
export const toFloat = (graph: Graph, x: Tensor): Tensor => cast(graph, x, 'float32');

/** max(x, 0). TF op: Relu. */
export const relu = (graph: Graph, x: Tensor): Tensor =>
  one(graph, 'Relu', 'relu', [x], FLOAT, float(x.shape));

/** dy where y > 0, else 0. TF op: ReluGrad. */
export const reluGradient = (graph: Graph, dy: Tensor, y: Tensor): Tensor =>
  one(graph, 'ReluGrad', 'reluGradient', [dy, y], FLOAT, float(y.shape));

// -------------------------------------------------------------------------------------------------- reductions

/** Number of images, as float32. TF op: Size. */
export function countOf(graph: Graph, vector: Tensor): Tensor {
  const size = one(
    graph,
    'Size',
    'count',
    [vector],
    { T: { type: vector.dtype }, out_type: { type: 'int32' } },
    { dtype: 'int32', shape: [] },
  );
  return toFloat(graph, size);
}

function reduction(op: string, name: string) {
  return (graph: Graph, x: Tensor, axes: readonly number[]): Tensor =>
    one(
      graph,
      op,
      name,
      [x, integers(graph, axes)],
      { ...FLOAT, Tidx: { type: 'int32' }, keep_dims: { bool: false } },
      float(x.shape.filter((_, axis) => !axes.includes(axis))),
    );
}
export const mean = reduction('Mean', 'mean');

/** Σ x² / 2. TF op: L2Loss. */
export const halfSquares = (graph: Graph, x: Tensor, after?: readonly Tensor[]): Tensor =>
  one(graph, 'L2Loss', 'halfSquares', [x], FLOAT, float([]), after);

// ------------------------------------------------------------------------------------------------- linear maps

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

// ----------------------------------------------------------------------------------------------------- pooling

const poolAttributes = (pool: readonly [number, number], stride: number, padding: string) =>
  ({
    ...FLOAT,
    ksize: { ints: [1, ...pool, 1] },
    strides: { ints: [1, stride, stride, 1] },
    padding: { string: padding.toUpperCase() },
    explicit_paddings: { ints: [] },
    data_format: { string: 'NHWC' },
  }) as const;

/** TF op: MaxPool. */
export function maxPool(
  graph: Graph,
  x: Tensor,
  pool: readonly [number, number],
  stride: number,
  padding: string,
  outputShape: Shape,
): Tensor {
  const shape = [x.shape[0]!, ...outputShape];
  return one(graph, 'MaxPool', 'maxPool', [x], poolAttributes(pool, stride, padding), float(shape));
}

/** TF op: MaxPoolGrad. */
export function maxPoolGradient(
  graph: Graph,
  x: Tensor,
  y: Tensor,
  dy: Tensor,
  pool: readonly [number, number],
  stride: number,
  padding: string,
): Tensor {
  return one(
    graph,
    'MaxPoolGrad',
    'maxPoolGradient',
    [x, y, dy],
    poolAttributes(pool, stride, padding),
    float(x.shape),
  );
}

// ----------------------------------------------------------------------------------------- batch normalisation

export interface BatchNorm {
  y: Tensor;
  mean: Tensor;
  /** Of the batch divided by n - 1 (by 1 where n is 1) in training, as given in inference. */
  variance: Tensor;
  /** What the gradient op wants back. */
  reserve: readonly [Tensor, Tensor, Tensor];
}

const normAttributes = (epsilon: number, training: boolean) =>
  ({
    ...FLOAT,
    U: { type: 'float32' },
    epsilon: { float: epsilon },
    data_format: { string: 'NHWC' },
    is_training: { bool: training },
  }) as const;

/** TF op: FusedBatchNormV3. Mean and variance are given in inference only. */
export function batchNorm(
  graph: Graph,
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  epsilon: number,
  given?: { mean: Tensor; variance: Tensor },
): BatchNorm {
  const empty = graph.constant(new Float32Array(0), [0]);
  const vector = float(gamma.shape);
  const [y, mean, variance, ...reserve] = graph.node(
    'FusedBatchNormV3',
    'batchNorm',
    [x, gamma, beta, given?.mean ?? empty, given?.variance ?? empty],
    { ...normAttributes(epsilon, given === undefined), exponential_avg_factor: { float: 1 } },
    [float(x.shape), vector, vector, vector, vector, vector],
  );
  return { y: y!, mean: mean!, variance: variance!, reserve: reserve as [Tensor, Tensor, Tensor] };
}

export interface FusedNorm {
  y: Tensor;
  mean: Tensor;
  /** Divided by n - 1 (by 1 where n is 1). */
  variance: Tensor;
  /** 1 / √(variance divided by n + ε). */
  inverse: Tensor;
}

/** What follows the normalisation in the same op. */
export interface FusedParts {
  epsilon: number;
  addend: Tensor | null;
  relu: boolean;
}

const fusedAttributes = ({ epsilon, addend, relu }: FusedParts) => ({
  epsilon: { float: epsilon },
  relu: { bool: relu },
  add: { bool: addend !== null },
});

/** Batch normalisation with a sum and a ReLU by our own kernels (native/src/ops.cc): ResbenchNormalisation. */
export function fusedNorm(
  graph: Graph,
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  parts: FusedParts,
): FusedNorm {
  const vector = float(gamma.shape);
  const [y, mean, variance, inverse] = graph.node(
    'ResbenchNormalisation',
    'fusedNorm',
    [x, gamma, beta, parts.addend ?? beta],
    fusedAttributes(parts),
    [float(x.shape), vector, vector, vector],
  );
  return { y: y!, mean: mean!, variance: variance!, inverse: inverse! };
}

/** ResbenchNormalisationGradient; `dAddend` is null where nothing was added. */
export function fusedNormGradient(
  graph: Graph,
  dy: Tensor,
  x: Tensor,
  gamma: Tensor,
  { y, mean, inverse }: Pick<FusedNorm, 'y' | 'mean' | 'inverse'>,
  parts: FusedParts,
): { dx: Tensor; dGamma: Tensor; dBeta: Tensor; dAddend: Tensor | null } {
  const vector = float(gamma.shape);
  const [dx, dGamma, dBeta, dAddend] = graph.node(
    'ResbenchNormalisationGradient',
    'fusedNormGradient',
    [dy, parts.relu ? y : x, x, gamma, mean, inverse],
    fusedAttributes(parts),
    [float(x.shape), vector, vector, float(parts.addend ? x.shape : [0])],
  );
  return { dx: dx!, dGamma: dGamma!, dBeta: dBeta!, dAddend: parts.addend ? dAddend! : null };
}

/** TF op: FusedBatchNormGradV3. */
export function batchNormGradient(
  graph: Graph,
  dy: Tensor,
  x: Tensor,
  gamma: Tensor,
  { reserve }: BatchNorm,
  epsilon: number,
): { dx: Tensor; dGamma: Tensor; dBeta: Tensor } {
  const vector = float(gamma.shape);
  const [dx, dGamma, dBeta] = graph.node(
    'FusedBatchNormGradV3',
    'batchNormGradient',
    [dy, x, gamma, ...reserve],
    normAttributes(epsilon, true),
    [float(x.shape), vector, vector, vector, vector],
  );
  return { dx: dx!, dGamma: dGamma!, dBeta: dBeta! };
}

// -------------------------------------------------------------------------------------------------------- loss

/**
 * −log softmax(logits)[label] of each image and its gradient, softmax(logits) − onehot(label).
 * TF op: SparseSoftmaxCrossEntropyWithLogits.
 */
export function softmaxCrossEntropy(
  graph: Graph,
  logits: Tensor,
  labels: Tensor,
): { losses: Tensor; gradient: Tensor } {
  const [losses, gradient] = graph.node(
    'SparseSoftmaxCrossEntropyWithLogits',
    'softmaxCrossEntropy',
    [logits, labels],
    { ...FLOAT, Tlabels: { type: 'int32' } },
    [float([logits.shape[0]!]), float(logits.shape)],
  );
  return { losses: losses!, gradient: gradient! };
}

/** A row for each label: one value in its place, another in all others. TF op: OneHot. */
export function oneHot(graph: Graph, labels: Tensor, classes: number, on: number, off: number): Tensor {
  return one(
    graph,
    'OneHot',
    'targets',
    [labels, integer(graph, classes), scalar(graph, on), scalar(graph, off)],
    { ...FLOAT, TI: { type: 'int32' }, axis: { int: -1 } },
    float([labels.shape[0]!, classes]),
  );
}

/** The gradient of −Σ targets · log softmax(logits): softmax(logits) − targets. TF op: SoftmaxCrossEntropyWithLogits. */
export function softmaxCrossEntropyOf(graph: Graph, logits: Tensor, targets: Tensor): Tensor {
  const [, gradient] = graph.node(
    'SoftmaxCrossEntropyWithLogits',
    'softmaxCrossEntropy',
    [logits, targets],
    FLOAT,
    [float([logits.shape[0]!]), float(logits.shape)],
  );
  return gradient!;
}

// -------------------------------------------------------------------------------------------------------- bytes

/** Zeros of a shape that a call gives. TF op: Fill. */
export function zeroBytes(graph: Graph, dimensions: Tensor, shape: Shape): Tensor {
  const zero = graph.constant(Uint8Array.of(0), []);
  return one(
    graph,
    'Fill',
    'zeros',
    [dimensions, zero],
    { T: { type: 'uint8' }, index_type: { type: 'int32' } },
    { dtype: 'uint8', shape },
  );
}

/** Sets the rows begin to end - 1 in place. TF op: ResourceStridedSliceAssign. */
export function assignRows(
  graph: Graph,
  { handle, dtype }: Variable,
  begin: Tensor,
  end: Tensor,
  rows: Tensor,
): Tensor {
  const none = { int: 0 } as const;
  return action(
    graph,
    'ResourceStridedSliceAssign',
    'assignRows',
    [handle, begin, end, integers(graph, [1]), rows],
    {
      T: { type: dtype },
      Index: { type: 'int32' },
      begin_mask: none,
      end_mask: none,
      ellipsis_mask: none,
      new_axis_mask: none,
      shrink_axis_mask: none,
    },
  );
}

// --------------------------------------------------------------------------------------------------------- noise

/** Normally distributed numbers, for measurements. TF op: RandomStandardNormal. */
export function normal(graph: Graph, shape: Shape): Tensor {
  return one(
    graph,
    'RandomStandardNormal',
    'normal',
    [integers(graph, shape)],
    { dtype: { type: 'float32' }, T: { type: 'int32' }, seed: { int: 1 }, seed2: { int: 1 } },
    float(shape),
  );
}
