/** Variables of the session, and nodes that only say what runs after what. */
import type { Graph, Output, Shape, Tensor } from '../graph';
import { integers, scalar } from './constants';
import { FLOAT, float, one } from './node';

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
