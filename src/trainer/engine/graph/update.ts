/**
 * The end of a training step: all that happens to the trainable variables once their gradients are there. L2's share joins the
 * gradients, their common norm is clipped, weights decay, the optimizer's rule moves them. By TensorFlow's ops, a few passes over
 * memory one after the other, or by an op of our own in one pass: the same mathematics, rounded otherwise.
 */
import { fusedUpdate, gradientSquares, type Squares } from './fused-update';
import { elements, type Graph, type Tensor } from './graph';
import * as ops from './ops';
import { isHidden, ruleFor, type Optimizer } from './optimizer';
import type { TrainableVariable } from './trainable-variables';

/** A variable, and what its step is made of. */
export interface Trainable extends TrainableVariable {
  variable: ops.Variable;
  /** In the order of its rule's. */
  slots: readonly ops.Variable[];
  /** The weights before the step. */
  value: Tensor;
  /** ∂E/∂w without L2's share. */
  gradient: Tensor;
  /** Further nodes that read the weights: the update waits for them, else it had to copy these first. */
  after: readonly Tensor[];
}

/** Scalars that a call gives: the optimizer's rate and, with weight decay, the share of the weights that it takes away. */
export interface Rates {
  rate: Tensor;
  share: Tensor | null;
}

export interface Updates {
  /** Nodes after which all is done. */
  done: Tensor[];
  /** Σ l2·‖w‖² before the step. */
  l2: Tensor;
  /** Adds the nodes that give the norms of all gradients, L2's share in them, before they are clipped, and of all weights after the step. */
  norms: () => Squares;
}

export type UpdateWay = (
  graph: Graph,
  optimizer: Optimizer,
  trainables: readonly Trainable[],
  rates: Rates,
) => Updates;

/** Sum of the variables' losses. */
export const totalLoss = (graph: Graph, losses: readonly Tensor[]): Tensor =>
  losses.length === 0 ? ops.scalar(graph, 0) : ops.addN(graph, 'l2Sum', losses);

/**
 * The factor of all gradients that keeps their common norm n at most c: c / max(n, c). Keras' `global_clipnorm`;
 * Pascanu et al. 2013, algorithm 1. TF ops: Sqrt, Maximum, RealDiv.
 * @param squares n²
 */
function clipFactor(graph: Graph, squares: Tensor, clipNorm: number): Tensor {
  const limit = ops.scalar(graph, clipNorm);
  return ops.divide(graph, limit, ops.maximum(graph, ops.squareRoot(graph, squares), limit));
}

/** A scalar times a constant; without a node where that is 1. */
const times = (graph: Graph, scalar: Tensor, factor: number): Tensor =>
  factor === 1 ? scalar : ops.multiply(graph, scalar, ops.scalar(graph, factor));

const rootsOf = (graph: Graph, { gradient, weights }: Squares): Squares => ({
  gradient: ops.squareRoot(graph, gradient),
  weights: ops.squareRoot(graph, weights),
});

// ------------------------------------------------------------------------------------------- by TensorFlow's ops

export const updateByNativeOps: UpdateWay = (graph, optimizer, trainables, rates) => {
  const { wholes, losses } = withLosses(graph, trainables);
  const { clipNorm } = optimizer;
  const factor =
    clipNorm === null
      ? null
      : graph.scope('clip', () => clipFactor(graph, gradientSquaresOf(graph, wholes), clipNorm));
  const done = moveAll(graph, optimizer, wholes, rates, factor);
  const norms = () => graph.scope('norms', () => rootsOf(graph, normSquaresOf(graph, wholes, done)));
  return { done, l2: totalLoss(graph, losses), norms };
};

/** The variables with L2's share in their gradients, which are then what Keras clips: those of the whole loss. */
function withLosses(
  graph: Graph,
  trainables: readonly Trainable[],
): { wholes: Trainable[]; losses: Tensor[] } {
  const losses: Tensor[] = [];
  const wholes = trainables.map((trainable) => {
    const { name, gradient, value, l2 } = trainable;
    if (l2 === 0) return trainable;
    const { loss, sum } = graph.scope(`${name}/update`, () => withL2(graph, gradient, value, l2));
    losses.push(loss);
    return { ...trainable, gradient: sum };
  });
  return { wholes, losses };
}

function squaresOf(graph: Graph, tensors: readonly Tensor[]): Tensor {
  const halves = tensors.map((tensor) => ops.halfSquares(graph, tensor));
  return ops.multiply(graph, ops.addN(graph, 'halfSquaresSum', halves), ops.scalar(graph, 2));
}
const gradientSquaresOf = (graph: Graph, wholes: readonly Trainable[]): Tensor =>
  squaresOf(
    graph,
    wholes.map(({ gradient }) => gradient),
  );

/** @param done what moves each variable. */
function normSquaresOf(graph: Graph, wholes: readonly Trainable[], done: readonly Tensor[]): Squares {
  const weights = wholes.map(({ variable }, index) => ops.read(graph, variable, [done[index]!]));
  return { gradient: gradientSquaresOf(graph, wholes), weights: squaresOf(graph, weights) };
}

/**
 * Each variable by its rule.
 * @param wholes with L2's share in their gradients.
 * @param factor of all gradients; null without.
 * @returns the node that moves each.
 */
function moveAll(
  graph: Graph,
  optimizer: Optimizer,
  wholes: readonly Trainable[],
  { rate, share }: Rates,
  factor: Tensor | null,
): Tensor[] {
  let clippedRate: Tensor | null = null;
  const byRate = () =>
    (clippedRate ??= factor ? graph.scope('clip', () => ops.multiply(graph, rate, factor)) : rate);
  return wholes.map(({ name, part, variable, slots, value, gradient, after, decays }) => {
    const rule = ruleFor(optimizer, part);
    const rateFactor = optimizer.factorOf(part);
    const ruleRate = rule.linear ? byRate() : rate;
    return graph.scope(`${name}/update`, () => {
      const first =
        share && decays
          ? [decay(graph, variable, value, times(graph, share, rateFactor), [gradient, ...after])]
          : after;
      const clipped = factor && !rule.linear ? ops.multiply(graph, gradient, factor) : gradient;
      return rule.update(graph, variable, slots, clipped, times(graph, ruleRate, rateFactor), first);
    });
  });
}

/**
 * The loss l2·‖w‖² of a variable w, and the gradient of the whole loss: ∂E/∂w + d(l2·‖w‖²)/dw, the latter 2·l2·w.
 *
 * The sum is made where ∂E/∂w lies, in one pass that reads w: TensorFlow has no op a·x + y for tensors, but one that
 * moves a variable by a multiple of a tensor. So the gradient becomes a variable, which takes over its memory; until the
 * step is over and no longer, or all gradients would stay in memory until the next ones are there.
 * Mul and AddV2 would be two passes more and a tensor of the kernel's size. Both readers of w wait for ∂E/∂w, since
 * its update follows and finds w in the cache; `sum` waits for both, else the update had to copy w first.
 */
function withL2(graph: Graph, gradient: Tensor, kernel: Tensor, l2: number): { loss: Tensor; sum: Tensor } {
  const held = ops.variable(graph, 'gradient', gradient);
  const holds = ops.assign(graph, held, gradient);
  const halfSquares = ops.halfSquares(graph, kernel, [holds]);
  const pulled = ops.descend(graph, held, ops.scalar(graph, -2 * l2), kernel, [holds]);
  return {
    loss: ops.multiply(graph, halfSquares, ops.scalar(graph, 2 * l2)),
    sum: ops.take(graph, held, [pulled, halfSquares]),
  };
}

/**
 * w ← w − share · w, share = learning rate · weight decay: apart from the gradient, so that Adam does not rescale it
 * (Loshchilov and Hutter 2019, algorithm 2). TF ops: Mul, AssignSubVariableOp: w · (1 − share) would be one pass less,
 * but float32 rounds 1 − 1e-6 by 6 % of that millionth.
 * @param after nodes that must have read w.
 * @returns the node to wait for.
 */
function decay(
  graph: Graph,
  variable: ops.Variable,
  value: Tensor,
  share: Tensor,
  after: readonly Tensor[],
): Tensor {
  return ops.assignSub(graph, variable, ops.multiply(graph, value, share, after));
}

// -------------------------------------------------------------------------------------------- by an op of our own

/** Values of a variable below which a call costs more than its passes over memory: such ones are updated together. */
const SMALL = 4096;

export const updateByOwnOps: UpdateWay = (graph, optimizer, trainables, rates) => {
  const { rate, share } = rates;
  const groups = groupsOf(
    optimizer,
    trainables.filter(({ part }) => !isHidden(optimizer, part)),
  );
  // A rule for hidden kernels is made of matrix products, for which TensorFlow has what it takes.
  const { wholes, losses } = withLosses(
    graph,
    trainables.filter(({ part }) => isHidden(optimizer, part)),
  );
  const { clipNorm } = optimizer;
  const factor =
    clipNorm === null
      ? null
      : graph.scope('clip', () => {
          const squares = groups.map((group) =>
            gradientSquares(graph, group[0]!.l2, {
              gradients: group.map(({ gradient }) => gradient),
              weights: group.map(({ value }) => value),
            }),
          );
          if (wholes.length > 0) squares.push(gradientSquaresOf(graph, wholes));
          return clipFactor(graph, ops.addN(graph, 'squaresSum', squares), clipNorm);
        });
  const sums: Squares[] = [];
  const hidden = moveAll(graph, optimizer, wholes, rates, factor);
  const fused = groups.flatMap((group) =>
    graph.scope(`${group[0]!.name}/update`, () => {
      const [{ l2, decays, part }] = group as [Trainable];
      const old = group.map((trainable) => oldValues(graph, trainable, factor));
      const { weights, slots, l2Loss, squares } = fusedUpdate(
        graph,
        optimizer.fused,
        l2,
        {
          rate: times(graph, rate, optimizer.factorOf(part)),
          share: share && decays ? times(graph, share, optimizer.factorOf(part)) : ops.scalar(graph, 0),
          factor: factor ?? ops.scalar(graph, 1),
        },
        {
          gradients: group.map(({ gradient }) => gradient),
          weights: old.map(({ values }) => values[0]!),
          slots: optimizer.slots.map((_, slot) => old.map(({ values }) => values[slot + 1]!)),
        },
        old.flatMap(({ released }) => released),
      );
      if (l2 > 0) losses.push(l2Loss);
      sums.push(squares);
      return group.flatMap(({ variable, slots: variables }, index) => [
        ops.assign(graph, variable, weights[index]!),
        ...variables.map((slot, at) => ops.assign(graph, slot, slots[at]![index]!)),
      ]);
    }),
  );
  const done = [...hidden, ...fused];
  const norms = () =>
    graph.scope('norms', () => {
      const all = wholes.length > 0 ? [...sums, normSquaresOf(graph, wholes, hidden)] : sums;
      return rootsOf(graph, {
        gradient: ops.addN(
          graph,
          'gradientSquares',
          all.map(({ gradient }) => gradient),
        ),
        weights: ops.addN(
          graph,
          'weightSquares',
          all.map(({ weights }) => weights),
        ),
      });
    });
  return { done, l2: totalLoss(graph, losses), norms };
};

export const isSmall = ({ shape }: Pick<TrainableVariable, 'shape'>): boolean => elements(shape) < SMALL;

/** Each large variable by itself, as soon as its gradient is there; of the small ones all that are treated alike. */
function groupsOf({ factorOf }: Optimizer, trainables: readonly Trainable[]): Trainable[][] {
  const groups = new Map<string, Trainable[]>();
  for (const trainable of trainables) {
    const { name, l2, decays, part } = trainable;
    const key = isSmall(trainable) ? `small ${l2} ${decays} ${factorOf(part)}` : name;
    groups.set(key, [...(groups.get(key) ?? []), trainable]);
  }
  return [...groups.values()];
}

/**
 * The weights and slots of a variable before the step. TensorFlow lets no op of others write into a variable. So those of a large one
 * are taken from it once nobody else needs them: the memory is then the update's own, and the new values, which lie in it, become the
 * variable's. Were the memory held elsewhere, the update would take another. For a small variable that costs more than it saves.
 */
function oldValues(
  graph: Graph,
  trainable: Trainable,
  factor: Tensor | null,
): { values: Tensor[]; released: Tensor[] } {
  const { variable, slots, value, gradient, after } = trainable;
  if (isSmall(trainable))
    return { values: [value, ...slots.map((slot) => ops.read(graph, slot))], released: [] };
  const read = [gradient, ...after, ...(factor ? [factor] : [])];
  const values = [variable, ...slots].map((one) => ops.read(graph, one, read));
  const released = [variable, ...slots].map((one, index) => ops.release(graph, one, [values[index]!]));
  return { values, released };
}
