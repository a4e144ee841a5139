import { noClass, type Classes } from '../../shared/predictions';
import type { EvaluationResult, LabelMixing, Labels } from './engine';

/**
 * Softmax cross-entropy, the same with smoothed labels, and correct answers of a batch, in double precision. −log softmax(z)[label] is computed as
 * log Σ exp(z − max z) − (z[label] − max z), which neither overflows nor loses a small loss. Where two logits are
 * equally large the first is the answer (as TensorFlow's ArgMax); an image whose logits have no softmax, since one is not a
 * number or infinite, has none.
 *
 * @param logits [images, classes] row-major.
 * @param answers takes each image's answer where it is given.
 * @param smoothing share s of each label that is spread over all K classes: the label's is then 1 − s + s/K, another's s/K
 *   (Szegedy et al. 2016, section 7).
 * @throws Error where a label is not a class.
 */
export function score(
  logits: Float32Array,
  labels: Labels,
  classes: number,
  answers: Classes | null = null,
  smoothing = 0,
): EvaluationResult {
  const none = answers && noClass(answers);
  let crossEntropySum = 0;
  let smoothedSum = 0;
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
    if (Number.isNaN(sum)) answer = -1;
    const logSum = Math.log(sum);
    const ofLabel = logits[offset + label]! - largest;
    crossEntropySum += logSum - ofLabel;
    if (smoothing > 0) {
      let ofAll = 0;
      for (let i = 0; i < classes; i++) ofAll += logits[offset + i]! - largest;
      smoothedSum += logSum - (1 - smoothing) * ofLabel - (smoothing / classes) * ofAll;
    }
    if (answer === label) correct++;
    if (answers) answers[image] = answer < 0 ? none! : answer;
  }
  const lossSum = smoothing > 0 ? smoothedSum : crossEntropySum;
  return { lossSum, crossEntropySum, correct, count: labels.length };
}

/**
 * As `score`, with labels mixed in pairs: λ of the cross-entropy with an image's own label and 1 − λ of that with its partner's,
 * which is the cross-entropy with the mixed label. An answer is correct where it is the label with the larger share.
 */
export function scoreMixed(
  logits: Float32Array,
  labels: Labels,
  classes: number,
  { partners, share }: LabelMixing,
  smoothing = 0,
): EvaluationResult {
  const ofPartners = Int32Array.from(partners, (partner) => labels[partner]!);
  const own = score(logits, labels, classes, null, smoothing);
  const others = score(logits, ofPartners, classes, null, smoothing);
  const mixed = (sum: 'lossSum' | 'crossEntropySum') => share * own[sum] + (1 - share) * others[sum];
  return {
    lossSum: mixed('lossSum'),
    crossEntropySum: mixed('crossEntropySum'),
    correct: share >= 0.5 ? own.correct : others.correct,
    count: own.count,
  };
}
