/** The ops of our own that move weights (native/src/ops.cc, native/src/update.h). */
import type { Graph, Output, Shape, Tensor } from './graph';

/** The rule of an optimizer with its constants; `momentum` is β₁ of Adam, which alone has β₂ and ε. */
export interface FusedRule {
  rule: (typeof RULES)[number];
  momentum: number;
  beta2: number;
  epsilon: number;
}
/** In the order of the kernels' numbers for them. */
const RULES = ['descent', 'momentum', 'nesterov', 'adam'] as const;

const float = (shape: Shape): Output => ({ dtype: 'float32', shape });

/** Scalars of a step: the optimizer's rate, the share of the weights that decays, the factor of the gradients. */
export type StepScalars = Record<'rate' | 'share' | 'factor', Tensor>;

export interface UpdateOperands {
  gradients: readonly Tensor[];
  weights: readonly Tensor[];
  /** For each slot of the rule those of all variables, in their order. */
  slots: readonly (readonly Tensor[])[];
}

/** Sums of squares: of the gradient, L2's share in it, before it is clipped; and of the weights after the step. */
export type Squares = Record<'gradient' | 'weights', Tensor>;

/**
 * A step over some variables in one pass: with g = (gradient + 2·l2·w) · factor the rule moves w − share·w. New values take
 * the memory of the old ones where nobody else holds it. Op: ResbenchUpdate.
 * @returns the new values, l2 · Σ w² of the old weights, Σ g² without the factor, and Σ w² of the new weights.
 */
export function fusedUpdate(
  graph: Graph,
  { rule, ...constants }: FusedRule,
  l2: number,
  { rate, share, factor }: StepScalars,
  { gradients, weights, slots }: UpdateOperands,
  after: readonly Tensor[],
): { weights: Tensor[]; slots: Tensor[][]; l2Loss: Tensor; squares: Squares } {
  const count = weights.length;
  const kept = slots.flat();
  const outputs = graph.node(
    'ResbenchUpdate',
    'fusedUpdate',
    [rate, share, factor, ...gradients, ...weights, ...kept],
    {
      N: { int: count },
      M: { int: kept.length },
      rule: { int: RULES.indexOf(rule) },
      momentum: { float: constants.momentum },
      beta2: { float: constants.beta2 },
      epsilon: { float: constants.epsilon },
      l2: { float: l2 },
    },
    [...[...weights, ...kept].map(({ shape }) => float(shape)), float([]), float([]), float([])],
    after,
  );
  const [l2Loss, gradient, newWeights] = outputs.slice(-3) as [Tensor, Tensor, Tensor];
  return {
    weights: outputs.slice(0, count),
    slots: slots.map((_, slot) => outputs.slice(count * (slot + 1), count * (slot + 2))),
    l2Loss,
    squares: { gradient, weights: newWeights },
  };
}

/** Σ (gradient + 2·l2·w)² over some variables. Op: ResbenchGradientSquares. */
export function gradientSquares(
  graph: Graph,
  l2: number,
  { gradients, weights }: Pick<UpdateOperands, 'gradients' | 'weights'>,
): Tensor {
  const [squares] = graph.node(
    'ResbenchGradientSquares',
    'gradientSquares',
    [...gradients, ...weights],
    { N: { int: weights.length }, l2: { float: l2 } },
    [float([])],
  );
  return squares!;
}
