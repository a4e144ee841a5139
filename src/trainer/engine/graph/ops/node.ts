/** How an op becomes a node: what the other files of this folder share. */
import type { Graph, Output, Shape, Tensor } from '../graph';

export const FLOAT = { T: { type: 'float32' } } as const;

/** The first (mostly the only) output. */
export function one(
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
export const float = (shape: Shape): Output => ({ dtype: 'float32', shape });
export const integer = (graph: Graph, value: number): Tensor => graph.constant(Int32Array.of(value), []);
