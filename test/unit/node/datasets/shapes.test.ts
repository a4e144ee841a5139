import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { sourceOf } from '../../../../src/node/datasets/registry';
import { DATASETS } from '../../../../src/shared/datasets';
import { drawShapes, SHAPES_IMAGE_BYTES } from '../../../../src/node/datasets/shapes';

const train = drawShapes('train', DATASETS.shapes.trainCount);
const evaluation = drawShapes('eval', DATASETS.shapes.evalCount);

/** Share of evaluation images whose nearest class mean (of the features of the training images) is their own. */
function nearestMean(size: number, features: (images: Uint8Array, at: number) => ArrayLike<number>): number {
  const means = Array.from({ length: 10 }, () => new Float64Array(size));
  const counts = new Float64Array(10);
  train.labels.forEach((label, i) => {
    const values = features(train.images, i * SHAPES_IMAGE_BYTES);
    counts[label]!++;
    for (let k = 0; k < size; k++) means[label]![k]! += values[k]!;
  });
  means.forEach((mean, label) => mean.forEach((sum, k) => (mean[k] = sum / counts[label]!)));
  let right = 0;
  evaluation.labels.forEach((label, i) => {
    const values = features(evaluation.images, i * SHAPES_IMAGE_BYTES);
    const distances = means.map((mean) => {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += (values[k]! - mean[k]!) ** 2;
      return sum;
    });
    if (distances.indexOf(Math.min(...distances)) === label) right++;
  });
  return right / evaluation.labels.length;
}

describe('shapes', () => {
  it('is the very set that its hash names', () => {
    const hash = createHash('sha256');
    for (const part of [train.images, train.labels, evaluation.images, evaluation.labels]) hash.update(part);
    expect(hash.digest('hex')).toBe(sourceOf('shapes').sha256(null));
  });

  it('begins the same whatever the limit', () => {
    const few = drawShapes('train', 37);
    expect(Buffer.compare(few.images, train.images.subarray(0, 37 * SHAPES_IMAGE_BYTES))).toBe(0);
    expect([...few.labels]).toEqual([...train.labels.subarray(0, 37)]);
  });

  it('holds each class once in every ten images', () => {
    for (const { labels } of [train, evaluation]) {
      for (let i = 0; i < labels.length; i += 10) {
        expect([...labels.subarray(i, i + 10)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      }
    }
  });

  it('has no image twice, in one split or in both', () => {
    const seen = new Set<string>();
    for (const { images } of [train, evaluation]) {
      for (let at = 0; at < images.length; at += SHAPES_IMAGE_BYTES) {
        seen.add(
          createHash('sha1')
            .update(images.subarray(at, at + SHAPES_IMAGE_BYTES))
            .digest('base64'),
        );
      }
    }
    expect(seen.size).toBe(12000);
  });

  it('cannot be told by the nearest mean image (chance is 10 %)', () => {
    const all = (images: Uint8Array, at: number) => images.subarray(at, at + SHAPES_IMAGE_BYTES);
    expect(nearestMean(SHAPES_IMAGE_BYTES, all)).toBeLessThan(0.35);
  });

  it('cannot be told by mean colour (chance is 10 %)', () => {
    const meanColour = (images: Uint8Array, at: number): number[] => {
      const sums = [0, 0, 0];
      for (let k = 0; k < SHAPES_IMAGE_BYTES; k++) sums[k % 3]! += images[at + k]!;
      return sums;
    };
    expect(nearestMean(3, meanColour)).toBeLessThan(0.16);
  });

  it('uses the whole range of brightness in every class', () => {
    for (let label = 0; label < 10; label++) {
      let low = 255;
      let high = 0;
      for (let i = 0; i < 500; i++) {
        if (train.labels[i] !== label) continue;
        for (let k = 0; k < SHAPES_IMAGE_BYTES; k++) {
          const value = train.images[i * SHAPES_IMAGE_BYTES + k]!;
          if (value < low) low = value;
          if (value > high) high = value;
        }
      }
      expect([label, low, high]).toEqual([label, 0, 255]);
    }
  });
});
