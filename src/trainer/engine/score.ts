import type { EvaluationResult, Labels } from './engine';

/**
 * Softmax cross-entropy and correct answers of a batch, in double precision. −log softmax(z)[label] is computed as
 * log Σ exp(z − max z) − (z[label] − max z), which neither overflows nor loses a small loss. Where two logits are
 * equally large the first is the answer (as TensorFlow's ArgMax), and an image with a logit that is not a number has none.
 *
 * @param logits [images, classes] row-major.
 * @throws Error where a label is not a class.
 */
export function score(logits: Float32Array, labels: Labels, classes: number): EvaluationResult {
  let crossEntropySum = 0;
  let correct = 0;
  for (let image = 0; image < labels.length; image++) {
    const label = labels[image]!;
    if (label >= classes) {
      throw new Error(
        `Label ${label} of an image does not exist: the network has ${classes} classes, counted from 0.`,
      );
    }
    const offset = image * classes;
    let answer = -1;
    let largest = -Infinity;
    for (let i = 0; i < classes; i++) {
      const logit = logits[offset + i]!;
      if (logit > largest) [answer, largest] = [i, logit];
    }
    let sum = 0;
    for (let i = 0; i < classes; i++) sum += Math.exp(logits[offset + i]! - largest);
    crossEntropySum += Math.log(sum) - (logits[offset + label]! - largest);
    if (answer === label) correct++;
  }
  return { crossEntropySum, correct, count: labels.length };
}
