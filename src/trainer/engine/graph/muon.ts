/** Muon's rule by TensorFlow's ops; what it computes is said in `../muon.ts`. */
import { matrixOf, NEWTON_SCHULZ } from '../muon';
import type { Graph, Tensor } from './graph';
import type { NativeRule } from './native-rule';
import * as ops from './ops';

/** @param share of the old momentum that is kept; without, the gradients themselves are orthogonalised. */
export function muon(share: number, nesterov: boolean): NativeRule {
  return {
    slots: share > 0 ? ['momentum'] : [],
    linear: false,
    update(graph, variable, slots, gradient, rate, after) {
      const { rows, columns, scale } = matrixOf(variable.shape);
      const { direction, kept } = withMomentum(graph, slots[0], gradient, share, nesterov);
      const orthogonal = orthogonalise(graph, ops.reshape(graph, direction, [rows, columns]));
      return ops.descend(
        graph,
        variable,
        scale === 1 ? rate : ops.multiply(graph, rate, ops.scalar(graph, scale)),
        ops.reshape(graph, orthogonal, variable.shape),
        [...after, ...kept],
      );
    },
  };
}

/** u, and the node that keeps m. */
function withMomentum(
  graph: Graph,
  slot: ops.Variable | undefined,
  gradient: Tensor,
  share: number,
  nesterov: boolean,
): { direction: Tensor; kept: Tensor[] } {
  if (!slot) return { direction: gradient, kept: [] };
  /** from + by · (to − from) */
  const between = (from: Tensor, to: Tensor, by: number) =>
    ops.add(graph, from, ops.multiply(graph, ops.subtract(graph, to, from), ops.scalar(graph, by)));
  const momentum = between(ops.read(graph, slot), gradient, 1 - share);
  return {
    direction: nesterov ? between(gradient, momentum, share) : momentum,
    kept: [ops.assign(graph, slot, momentum)],
  };
}

/**
 * The Newton-Schulz iteration over a matrix, each product on its shorter side: X (a I + A (b I + c A)) with A = XᵀX where it is tall, which
 * is the transposed of what the equation has. TF ops: L2Loss, MatMul, MatrixDiag.
 *
 * No sum has more than two terms: TensorFlow may order those of longer ones by the names of nodes, which depend on what else is in
 * the graph, and the bits with them.
 */
export function orthogonalise(graph: Graph, matrix: Tensor): Tensor {
  const { a, b, c, steps, epsilon } = NEWTON_SCHULZ;
  const [rows, columns] = matrix.shape as [number, number];
  const isTall = rows >= columns;
  const squares = ops.multiply(graph, ops.halfSquares(graph, matrix), ops.scalar(graph, 2));
  const norm = ops.maximum(graph, ops.squareRoot(graph, squares), ops.scalar(graph, epsilon));
  const [aIdentity, bIdentity] = [a, b].map((value) =>
    ops.diagonal(graph, ops.fill(graph, [Math.min(rows, columns)], value)),
  ) as [Tensor, Tensor];
  let x = ops.divide(graph, matrix, norm);
  for (let step = 0; step < steps; step++) {
    const gram = ops.matMul(graph, x, x, isTall ? { transposeA: true } : { transposeB: true });
    const inner = ops.add(graph, ops.multiply(graph, gram, ops.scalar(graph, c)), bIdentity);
    const polynomial = ops.add(graph, ops.matMul(graph, gram, inner), aIdentity);
    x = isTall ? ops.matMul(graph, x, polynomial) : ops.matMul(graph, polynomial, x);
  }
  return x;
}
