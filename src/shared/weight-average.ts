/**
 * The exponential moving average (EMA) of the weights that a recipe asks for. It begins as the initial weights w₀ and takes in the
 * weights after every n-th step t:
 *
 *   a ← a + (1 − dⁿ) · (w − a)    d = min(decay, (1 + t) / (10 + t))
 *
 * The bound is that of TensorFlow's ExponentialMovingAverage with `num_updates`: while there have been few steps, the average forgets
 * w₀ quickly. Raised to the n-th power the decay is that of a step, whatever n is, as in hlb-CIFAR10 (every 5 steps by
 * `decay_base ** every_n_steps`); torchvision's references scale 1 − d by n for the same reason.
 *
 * It is taken of all variables, the moving statistics of batch normalisation too, as EfficientNet's training, torchvision (`use_buffers`)
 * and timm do: those of the weights themselves are not the statistics of a network with averaged weights. Keras' `use_ema`
 * averages what is trained alone. Pure.
 */
import type { Recipe } from './recipe';

export type AveragingRecipe = Pick<Recipe, 'emaDecay' | 'emaEvery'>;

export const averages = ({ emaDecay }: Pick<Recipe, 'emaDecay'>): boolean => emaDecay > 0;

/**
 * How far the average moves towards the weights after a step of the optimizer, 0 to 1; null where it does not take them in.
 * @param step counted from 1
 */
export function averageShare({ emaDecay, emaEvery }: AveragingRecipe, step: number): number | null {
  if (emaDecay === 0 || step % emaEvery !== 0) return null;
  return 1 - Math.min(emaDecay, (1 + step) / (10 + step)) ** emaEvery;
}
