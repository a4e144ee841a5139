/** Pooling and its gradient. */
import type { Graph, Shape, Tensor } from '../graph';
import { float, FLOAT, one } from './node';

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
