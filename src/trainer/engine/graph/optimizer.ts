/**
 * The update of a variable w by its gradient g, each one native op that reads and writes every value once; the same with all that
 * belongs to it in one op of our own is `update.ts`. The rules are those of Keras 3 (keras/src/optimizers/{adam,sgd}.py).
 */
import type { Recipe } from '../../../shared/recipe';
import { weightDecayOf, type RegularisationFields } from '../../../shared/regularisation';
import { rateFactor, type Part } from '../rate-factor';
import type { FusedRule } from './fused-update';
import { muon } from './muon';
import type { NativeRule } from './native-rule';
import * as ops from './ops';

interface Rule extends NativeRule {
  /** The same as an op of our own is told it. */
  readonly fused: FusedRule;
  /**
   * The rate of a step, in double precision.
   * @param step counted from 1.
   */
  rate(learningRate: number, step: number): number;
}

/** A rule, and what happens to gradients and weights before it. */
export interface Optimizer extends Rule, Pick<Recipe, 'clipNorm'>, RegularisationFields {
  /** Moves the kernels of hidden convolutions in place of the rule; null where that moves all. It takes the same rate. */
  hidden: NativeRule | null;
  /** The factor on the rate of a variable. */
  factorOf: (part: Part) => number;
}

export function createOptimizer(recipe: Recipe): Optimizer {
  const { clipNorm, regularisation, l2, regularised } = recipe;
  return {
    ...ruleOf(recipe),
    hidden: recipe.optimizer === 'muon' ? muon(recipe.momentum, recipe.nesterov) : null,
    clipNorm,
    regularisation,
    l2,
    weightDecay: weightDecayOf(recipe),
    regularised,
    factorOf: (part) => rateFactor(recipe, part),
  };
}

/** Whether a variable is moved by the rule for hidden kernels. */
export const isHidden = ({ hidden }: Optimizer, part: Part): boolean => hidden !== null && part === 'hidden';

/** The rule that moves a variable. */
export const ruleFor = (optimizer: Optimizer, part: Part): NativeRule =>
  part === 'hidden' ? (optimizer.hidden ?? optimizer) : optimizer;

function ruleOf(recipe: Recipe): Rule {
  if (recipe.optimizer === 'adam') return adam();
  return recipe.momentum > 0 ? momentum(recipe.momentum, recipe.nesterov) : gradientDescent;
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
    fused: { rule: 'adam', momentum: beta1, beta2, epsilon },
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
  fused: { rule: 'descent', momentum: 0, beta2: 0, epsilon: 0 },
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
    fused: { rule: nesterov ? 'nesterov' : 'momentum', momentum: share, beta2: 0, epsilon: 0 },
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
