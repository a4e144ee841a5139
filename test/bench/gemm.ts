/**
 * Measured program: products of two large square matrices, as fast as this machine multiplies. What a step computes
 * cannot go faster than this.
 */
import '../../src/trainer/engine/node-compat';
import * as tf from '@tensorflow/tfjs-node-gpu';
import { serve } from './protocol';

/** Rows and columns. */
const SIDE = 2048;

const a = tf.randomUniform([SIDE, SIDE], -1, 1);
const b = tf.randomUniform([SIDE, SIDE], -1, 1);
const corner = (): number =>
  tf.tidy(() => tf.slice(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D), [0, 0], [1, 1]).dataSync()[0]!);

serve({
  about: { flops: 2 * SIDE ** 3 },
  train() {
    corner();
    return 0;
  },
});
