/** Held against SciPy's figures (test/reference/comparison.py). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mcnemar, pairedCounts } from '../../../../src/shared/comparison/paired';
import { correctBits, type Predictions } from '../../../../src/shared/predictions';

interface Figures {
  both: number;
  first: number;
  second: number;
  neither: number;
  p: number;
  low: number;
  high: number;
}
const { paired } = JSON.parse(readFileSync(join(__dirname, 'scipy.json'), 'utf8')) as { paired: Figures[] };

describe('McNemar’s test', () => {
  it.each(paired)(
    'of $both images that both have right, $first and $second that one has, $neither that none has',
    ({ both, first, second, neither, p, low, high }) => {
      const found = mcnemar({ both, onlyFirst: first, onlySecond: second, neither });
      expect(Math.abs(found.p - p)).toBeLessThanOrEqual(1e-9 * p + 1e-300);
      // The normal distribution is Student's with many degrees of freedom here.
      expect(Math.abs(found.low - low)).toBeLessThan(1e-6);
      expect(Math.abs(found.high - high)).toBeLessThan(1e-6);
      expect(found.difference).toBeCloseTo((first - second) / (both + first + second + neither), 15);
      expect(found.low).toBeLessThanOrEqual(found.difference);
      expect(found.high).toBeGreaterThanOrEqual(found.difference);
    },
  );

  it('says the same from the other side', () => {
    const [one, other] = [
      mcnemar({ both: 50, onlyFirst: 20, onlySecond: 6, neither: 24 }),
      mcnemar({ both: 50, onlyFirst: 6, onlySecond: 20, neither: 24 }),
    ];
    expect(other).toEqual({ difference: -one.difference, p: one.p, low: -one.high, high: -one.low });
  });

  it('sees no difference where none or as many are right alone', () => {
    expect(mcnemar({ both: 7, onlyFirst: 0, onlySecond: 0, neither: 3 })).toMatchObject({
      p: 1,
      difference: 0,
    });
    expect(mcnemar({ both: 7, onlyFirst: 9, onlySecond: 9, neither: 3 })).toMatchObject({
      p: 1,
      difference: 0,
    });
    expect(mcnemar({ both: 0, onlyFirst: 5, onlySecond: 4, neither: 0 }).p).toBe(1);
  });
});

describe('the images that two runs have right', () => {
  const labels = Array.from({ length: 21 }, (_, image) => image % 3);
  const predictions = (classes: number[], over: Partial<Predictions> = {}): Predictions => ({
    epoch: 1,
    datasetSha256: 'abc',
    classes: Uint8Array.from(classes),
    correct: correctBits(Uint8Array.from(classes), labels),
    ...over,
  });
  const first = predictions(labels.map((label, image) => (image < 12 ? label : 9)));
  const second = predictions(labels.map((label, image) => (image % 2 === 0 && image < 19 ? label : 9)));

  it('are counted, whatever the epochs', () => {
    const counts = pairedCounts(first, { ...second, epoch: 7 });
    expect(counts).toEqual({ both: 6, onlyFirst: 6, onlySecond: 4, neither: 5 });
  });

  it('are not compared across data or other numbers of images', () => {
    expect(pairedCounts(first, { ...second, datasetSha256: 'other' })).toBeNull();
    expect(pairedCounts(first, predictions([0, 1]))).toBeNull();
  });
});
