/** Bytes of images. */
import type { Graph, Shape, Tensor } from '../graph';
import { integers } from './constants';
import { one } from './node';
import { action, type Variable } from './variables';

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
