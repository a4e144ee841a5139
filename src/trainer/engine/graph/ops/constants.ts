/** Constants, and values that a call gives. */
import type { Graph, Output, Tensor } from '../graph';
import { one } from './node';

export const scalar = (graph: Graph, value: number): Tensor => graph.constant(Float32Array.of(value), []);
export const integers = (graph: Graph, values: readonly number[]): Tensor =>
  graph.constant(Int32Array.from(values), [values.length]);

/** A value that a call gives. */
export function placeholder(graph: Graph, name: string, { dtype, shape }: Output): Tensor {
  return one(graph, 'Placeholder', name, [], { dtype: { type: dtype }, shape: { shape } }, { dtype, shape });
}
