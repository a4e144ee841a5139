/** Ops over elements, and sums over them. */
import type { DataType, Graph, Shape, Tensor } from '../graph';
import { integers } from './constants';
import { float, FLOAT, one } from './node';

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
