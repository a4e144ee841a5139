/** Ops that move values, or say where they lie, and compute nothing. */
import type { Graph, Shape, Tensor } from '../graph';
import { integers } from './constants';
import { float, FLOAT, integer, one } from './node';

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
