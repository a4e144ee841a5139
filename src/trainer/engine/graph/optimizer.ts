/**
 * The update of a variable w by its gradient g, each one native op that reads and writes every value once. The rules are
 * those of Keras 3 (keras/src/optimizers/{adam,sgd}.py).
 */
import type { Recipe } from '../../../shared/recipe';
import type { Graph, Tensor } from './graph';
import * as ops from './ops';

interface Rule {
  /** Names of the values it keeps for each variable; each has the variable's shape and starts at 0. */
  readonly slots: readonly string[];
  /** Whether w and its slots move by rate · g and in no other way by g: a factor of g is then one of the rate. */
  readonly linear: boolean;
  /**
   * @param rate what `rate` gives, as a scalar.
   * @param after nodes that must have read w.
   * @returns the node that updates w and its slots.
   */
  update(
    graph: Graph,
    variable: ops.Variable,
    slots: readonly ops.Variable[],
    gradient: Tensor,
    rate: Tensor,
    after: readonly Tensor[],
  ): Tensor;
  /**
   * The rate of a step, in double precision.
   * @param step counted from 1.
   */
  rate(learningRate: number, step: number): number;
}

/** A rule, and what happens to gradients and weights before it. */
export interface Optimizer extends Rule, Pick<Recipe, 'clipNorm' | 'weightDecay'> {}

export function createOptimizer(recipe: Recipe): Optimizer {
  const { clipNorm, weightDecay } = recipe;
  return { ...ruleOf(recipe), clipNorm, weightDecay };
}

function ruleOf(recipe: Recipe): Rule {
  if (recipe.optimizer === 'adam') return adam();
  return recipe.momentum > 0 ? momentum(recipe.momentum, recipe.nesterov) : gradientDescent;
}

/**
 * The factor of all gradients that keeps their common norm n = √Σ‖g‖² at most c: c / max(n, c). Keras' `global_clipnorm`;
 * Pascanu et al. 2013, algorithm 1. TF ops: L2Loss, AddN, Mul, Sqrt, Maximum, RealDiv.
 */
export function clipFactor(graph: Graph, gradients: readonly Tensor[], clipNorm: number): Tensor {
  const halves = gradients.map((gradient) => ops.halfSquares(graph, gradient));
  const sum = ops.multiply(graph, ops.addN(graph, 'halfSquaresSum', halves), ops.scalar(graph, 2));
  const limit = ops.scalar(graph, clipNorm);
  return ops.divide(graph, limit, ops.maximum(graph, ops.squareRoot(graph, sum), limit));
}

/**
 * w ← w − share · w, share = learning rate · weight decay: apart from the gradient, so that Adam does not rescale it
 * (Loshchilov and Hutter 2019, algorithm 2). TF ops: Mul, AssignSubVariableOp: w · (1 − share) would be one pass less,
 * but float32 rounds 1 − 1e-6 by 6 % of that millionth.
 * @param after nodes that must have read w.
 * @returns the node to wait for.
 */
export function decay(
  graph: Graph,
  variable: ops.Variable,
  value: Tensor,
  share: Tensor,
  after: readonly Tensor[],
): Tensor {
  return ops.assignSub(graph, variable, ops.multiply(graph, value, share, after));
}

/**
 * m ← m + (1 − β₁)(g − m)    v ← v + (1 − β₂)(g² − v)    w ← w − rate · m / (√v + ε)
 * rate = lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ)
 *
 * Kingma and Ba 2015, the form before section 2.1. TF op: ResourceApplyAdam, told that β₁ᵗ and β₂ᵗ are 0, which takes its
 * rate as it is: in float32 1 − β₂ᵗ would be off by 1e-5 in the first steps.
 */
export function adam(beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7): Rule {
  // The op computes with these; with the same numbers here the bias of the first step cancels exactly.
  const [b1, b2] = [Math.fround(beta1), Math.fround(beta2)];
  return {
    slots: ['m', 'v'],
    linear: false,
    update(graph, variable, slots, gradient, rate, after) {
      const [m, v] = slots as [ops.Variable, ops.Variable];
      const none = ops.scalar(graph, 0);
      const constants = [beta1, beta2, epsilon].map((value) => ops.scalar(graph, value));
      return ops.action(
        graph,
        'ResourceApplyAdam',
        'adam',
        [variable.handle, m.handle, v.handle, none, none, rate, ...constants, gradient],
        { T: { type: 'float32' }, use_locking: { bool: false }, use_nesterov: { bool: false } },
        after,
      );
    },
    rate: (learningRate, step) => (learningRate * Math.sqrt(1 - b2 ** step)) / (1 - b1 ** step),
  };
}

/** w ← w − lr · g. TF op: ResourceApplyGradientDescent. */
const gradientDescent: Rule = {
  slots: [],
  linear: true,
  update: (graph, variable, _slots, gradient, rate, after) =>
    ops.descend(graph, variable, rate, gradient, after),
  rate: (learningRate) => learningRate,
};

/**
 * velocity ← momentum · velocity − lr · g
 * w ← w + velocity, or with Nesterov w ← w + momentum · velocity − lr · g
 *
 * TF op: ResourceApplyKerasMomentum.
 */
function momentum(share: number, nesterov: boolean): Rule {
  return {
    slots: ['velocity'],
    linear: true,
    update: (graph, { handle }, slots, gradient, rate, after) =>
      ops.action(
        graph,
        'ResourceApplyKerasMomentum',
        'momentum',
        [handle, slots[0]!.handle, rate, gradient, ops.scalar(graph, share)],
        { T: { type: 'float32' }, use_locking: { bool: false }, use_nesterov: { bool: nesterov } },
        after,
      ),
    rate: (learningRate) => learningRate,
  };
}
