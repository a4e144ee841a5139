/**
 * The optimizers of Keras 3 (keras/src/optimizers/{adam,sgd}.py), written out because those of tfjs differ: its Adam
 * adds epsilon to the bias-corrected root, which is not the same step where gradients are tiny.
 */
import * as tf from '@tensorflow/tfjs-node-gpu';
import type { Recipe } from '../../shared/recipe';
import { matrixOf, NEWTON_SCHULZ } from './muon';
import type { Part } from './rate-factor';

/** One rule for all variables. */
export interface Optimizer {
  /** Names of the values it keeps for each variable; each has the variable's shape and starts at 0. */
  readonly slots: readonly string[];
  /**
   * Updates a variable and its slots in place; call it within a tidy.
   * @param step counted from 1, the same for all variables of a step.
   */
  update(
    variable: tf.Variable,
    slots: tf.Variable[],
    gradient: tf.Tensor,
    step: number,
    learningRate: number,
  ): void;
}

/**
 * The factor of all gradients that keeps their common norm n = √Σ‖g‖² at most c: c / max(n, c), as Keras'
 * `global_clipnorm`. Pascanu et al. 2013, algorithm 1.
 */
export function clipFactor(gradients: readonly tf.Tensor[], clipNorm: number): tf.Scalar {
  return tf.tidy(() => {
    const squares = tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient))));
    return tf.div<tf.Scalar>(clipNorm, tf.maximum(tf.sqrt(squares), clipNorm));
  });
}

/**
 * w ← w − learning rate · weight decay · w, as Keras does before the update.
 * Loshchilov and Hutter 2019, algorithm 2.
 */
export function decay(variable: tf.Variable, weightDecay: number, learningRate: number): void {
  tf.tidy(() => variable.assign(tf.sub(variable, tf.mul(variable, learningRate * weightDecay))));
}

/** The rule of a variable. */
export function createOptimizer({ optimizer, momentum, nesterov }: Recipe): (part: Part) => Optimizer {
  const rule = optimizer === 'adam' ? adam() : sgd(momentum, nesterov);
  const hidden = optimizer === 'muon' ? muon(momentum, nesterov) : rule;
  return (part) => (part === 'hidden' ? hidden : rule);
}

/**
 * m ← m + (1 − β₁)(g − m)
 * v ← v + (1 − β₂)(g² − v)
 * w ← w − lr · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε)
 *
 * Kingma and Ba 2015, the form before section 2.1; TensorFlow op: ResourceApplyAdam.
 */
export function adam(beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7): Optimizer {
  return {
    slots: ['m', 'v'],
    update(variable, slots, gradient, step, learningRate) {
      const [m, v] = slots as [tf.Variable, tf.Variable];
      const rate = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
      m.assign(tf.add(m, tf.mul(tf.sub(gradient, m), 1 - beta1)));
      v.assign(tf.add(v, tf.mul(tf.sub(tf.square(gradient), v), 1 - beta2)));
      variable.assign(tf.sub(variable, tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), epsilon))));
    },
  };
}

/**
 * velocity ← momentum · velocity − lr · g
 * w ← w + velocity, or with Nesterov w ← w + momentum · velocity − lr · g
 *
 * TensorFlow op: ResourceApplyKerasMomentum. Without momentum no velocity is kept.
 */
export function sgd(momentum: number, nesterov: boolean): Optimizer {
  return {
    slots: momentum > 0 ? ['velocity'] : [],
    update(variable, slots, gradient, _step, learningRate) {
      const [velocity] = slots;
      const descent = tf.mul(gradient, learningRate);
      if (!velocity) {
        variable.assign(tf.sub(variable, descent));
        return;
      }
      velocity.assign(tf.sub(tf.mul(velocity, momentum), descent));
      variable.assign(tf.add(variable, nesterov ? tf.sub(tf.mul(velocity, momentum), descent) : velocity));
    },
  };
}

/** What it computes is said in `muon.ts`. */
function muon(momentum: number, nesterov: boolean): Optimizer {
  return {
    slots: momentum > 0 ? ['momentum'] : [],
    update(variable, slots, gradient, _step, learningRate) {
      const [average] = slots;
      let direction = gradient;
      if (average) {
        average.assign(tf.add(average, tf.mul(tf.sub(gradient, average), 1 - momentum)));
        direction = nesterov ? tf.add(gradient, tf.mul(tf.sub(average, gradient), momentum)) : average;
      }
      const { rows, columns, scale } = matrixOf(variable.shape);
      const orthogonal = orthogonalise(tf.reshape(direction, [rows, columns]));
      variable.assign(tf.sub(variable, tf.mul(tf.reshape(orthogonal, variable.shape), learningRate * scale)));
    },
  };
}

/** The Newton-Schulz iteration, as in `muon.ts`, on the rows of the matrix or, where it is tall, of its transposed. */
function orthogonalise(matrix: tf.Tensor2D): tf.Tensor2D {
  const { a, b, c, steps, epsilon } = NEWTON_SCHULZ;
  const isTall = matrix.shape[0] > matrix.shape[1];
  const wide: tf.Tensor2D = isTall ? tf.transpose(matrix) : matrix;
  let x: tf.Tensor2D = tf.div(wide, tf.maximum(tf.norm(wide), epsilon));
  for (let step = 0; step < steps; step++) {
    const gram = tf.matMul(x, x, false, true);
    const polynomial: tf.Tensor2D = tf.add(tf.mul(gram, b), tf.mul(tf.matMul(gram, gram), c));
    x = tf.add(tf.mul(x, a), tf.matMul(polynomial, x));
  }
  return isTall ? tf.transpose(x) : x;
}
