/**
 * The averages of the variables, as variables of their own (`src/shared/weight-average.ts`). They are updated by a call of their own
 * after the steps that are due, and exchanged with the variables where they are to be evaluated.
 */
import { averageName } from '../../../shared/checkpoint-content';
import { fusedUpdate } from './fused-update';
import type { Graph, Tensor } from './graph';
import * as ops from './ops';
import type { Signature } from './session';
import { isSmall } from './update';

export interface AverageGraph {
  /** In the order of the variables. */
  averages: ops.Variable[];
  /** The share of the weights that the averages take in → (nothing of use). */
  update: Signature;
  /** Variables become averages, and averages variables. */
  exchange: Signature;
}

/** @param fused whether an op of our own may be used, which takes one pass over memory */
export function averageGraph(
  graph: Graph,
  variables: ReadonlyMap<string, ops.Variable>,
  fused: boolean,
): AverageGraph {
  const averages = [...variables].map(([name, variable]) => ops.variable(graph, averageName(name), variable));
  const pairs = [...variables.values()].map((variable, index) => ({ variable, average: averages[index]! }));
  return graph.scope('averages', () => {
    const share = ops.placeholder(graph, 'share', { dtype: 'float32', shape: [] });
    const updated = graph.scope('update', () => (fused ? moveByOwnOp : moveByNativeOps)(graph, pairs, share));
    const exchanged = graph.scope('exchange', () => exchange(graph, pairs));
    return {
      averages,
      update: { name: 'average', inputs: [share], outputs: [ops.doneAfter(graph, updated)] },
      exchange: { name: 'exchangeAverages', inputs: [], outputs: [ops.doneAfter(graph, exchanged)] },
    };
  });
}

interface Pair {
  variable: ops.Variable;
  average: ops.Variable;
}

/** a ← a − share · (a − w). TF ops: Sub, ResourceApplyGradientDescent; there is none that does both in one pass. */
const moveByNativeOps = (graph: Graph, pairs: readonly Pair[], share: Tensor): Tensor[] =>
  pairs.map(({ variable, average }) => {
    const ahead = ops.subtract(graph, ops.read(graph, average), ops.read(graph, variable));
    return ops.descend(graph, average, share, ahead);
  });

/**
 * The same by the op of our own that moves weights, as a step down the "gradient" w at the rate −share, of which share · a decays: in one pass,
 * a ← (a − share · a) + share · w. As in `update.ts` large averages are released, so that the new ones take their memory.
 */
function moveByOwnOp(graph: Graph, pairs: readonly Pair[], share: Tensor): Tensor[] {
  const old = pairs.map(({ average }) => ops.read(graph, average));
  const released = pairs.flatMap(({ average }, index) =>
    isSmall(average) ? [] : [ops.release(graph, average, [old[index]!])],
  );
  const none = { rule: 'descent', momentum: 0, beta2: 0, epsilon: 0 } as const;
  const rate = ops.multiply(graph, share, ops.scalar(graph, -1));
  const { weights } = fusedUpdate(
    graph,
    none,
    0,
    { rate, share, factor: ops.scalar(graph, 1) },
    { gradients: pairs.map(({ variable }) => ops.read(graph, variable)), weights: old, slots: [] },
    released,
  );
  return pairs.map(({ average }, index) => ops.assign(graph, average, weights[index]!));
}

/** Only the memory changes its owner: nothing is copied. */
function exchange(graph: Graph, pairs: readonly Pair[]): Tensor[] {
  const both = pairs.flatMap(({ variable, average }) => [
    { to: average, value: ops.read(graph, variable) },
    { to: variable, value: ops.read(graph, average) },
  ]);
  const read = [
    ops.group(
      graph,
      'read',
      both.map(({ value }) => value),
    ),
  ];
  return both.map(({ to, value }) => ops.assign(graph, to, ops.identity(graph, 'held', value, read)));
}
