import { describe, expect, test } from 'vitest';
import { score } from '../../../../src/trainer/engine/score';
import reference from '../../../reference/label-smoothing.json';

test('cross-entropy sums −log softmax of the label over the images', () => {
  const logits = Float32Array.of(1, 2, 3, 0, 0, 0);
  const expected = -Math.log(Math.exp(2) / (Math.exp(1) + Math.exp(2) + Math.exp(3))) - Math.log(1 / 3);
  expect(score(logits, Uint8Array.of(1, 0), 3).crossEntropySum).toBeCloseTo(expected, 12);
});

test('logits too large for exp give the exact loss', () => {
  expect(score(Float32Array.of(0, 1000), Uint8Array.of(0), 2).crossEntropySum).toBe(1000);
});

test('the largest logit is the answer, the first one among equals', () => {
  const logits = Float32Array.of(1, 3, 2, 5, 5, 5, 0, 1, 1);
  expect(score(logits, Uint8Array.of(1, 0, 2), 3).correct).toBe(2);
});

test('logits that are not numbers give a loss that is not a number and no answer', () => {
  const { crossEntropySum, correct } = score(Float32Array.of(NaN, NaN), Uint8Array.of(0), 2);
  expect([crossEntropySum, correct]).toEqual([NaN, 0]);
});

test('the answer of each image is given where it is wanted, none where a logit is not a number', () => {
  const logits = Float32Array.of(1, 3, 2, 5, 5, 5, 0, NaN, 1, 1, 2, -Infinity);
  const answers = new Uint8Array(4);
  expect(score(logits, Uint8Array.of(1, 1, 2, 1), 3, answers).correct).toBe(2);
  expect([...answers]).toEqual([1, 0, 255, 1]);
  const many = new Float32Array(300);
  many[299] = 1;
  const wide = new Uint16Array(1);
  score(many, Int32Array.of(299), 300, wide);
  expect([...wide]).toEqual([299]);
});

test('a label beyond the classes is refused', () => {
  expect(() => score(Float32Array.of(1, 2), Uint8Array.of(2), 2)).toThrow(
    'Label 2 of an image does not exist',
  );
});

describe('smoothed labels', () => {
  test.each(reference.cases)('as PyTorch and Keras have them: $smoothing', ({ smoothing, loss }) => {
    const { classes, labels } = reference;
    const logits = Float32Array.from(reference.logits.flat());
    const scored = score(logits, Uint8Array.from(labels), classes, null, smoothing);
    expect(scored.lossSum / labels.length).toBeCloseTo(loss.torch, 6);
    expect(scored.lossSum / labels.length).toBeCloseTo(loss.keras, 6);
    expect(scored.crossEntropySum).toBe(score(logits, Uint8Array.from(labels), classes).crossEntropySum);
  });

  test('that are none are the labels, to the bit', () => {
    const { lossSum, crossEntropySum } = score(Float32Array.of(1, 2, 3), Uint8Array.of(1), 3, null, 0);
    expect(lossSum).toBe(crossEntropySum);
  });
});
