/** Random values. */
import type { Graph, Shape, Tensor } from '../graph';
import { integers } from './constants';
import { float, one } from './node';

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
