import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RECIPE } from '../../../../src/shared/recipe';
import { loadDataset, partsOf } from '../../../../src/trainer/data/dataset';
import { heldOutByClass, heldOutMask, holdOut } from '../../../../src/trainer/data/hold-out';
import { Random } from '../../../../src/shared/random';
import reference from './hold-out.json';

/** As in test/reference/hold_out.py. */
const labelsOf = (n: number, classes: number): Uint8Array =>
  Uint8Array.from({ length: n }, (_, i) => (Math.floor((i * i + 3 * i) / 7) % (2 * classes - 1)) % classes);

const indices = (mask: Uint8Array, of: number): number[] => [...mask.keys()].filter((i) => mask[i] === of);

describe('which images are held out', () => {
  it.each(reference.cases)(
    'is what NumPy makes of the rule: $count of $n, $classes classes, seed $seed',
    ({ n, classes, count, seed, taken, first, sha256 }) => {
      const labels = labelsOf(n, classes);
      expect(heldOutByClass(labels, count)).toEqual(taken);
      const mask = heldOutMask(labels, { count, seed });
      expect(indices(mask, 1).slice(0, 12)).toEqual(first);
      expect(createHash('sha256').update(mask).digest('hex')).toBe(sha256);
    },
  );

  it('is within one of the share of each class, and as many as were asked for', () => {
    const random = new Random(1, 99);
    for (let round = 0; round < 200; round++) {
      const n = 2 + random.int(500);
      const classes = 1 + random.int(12);
      const labels = Uint8Array.from({ length: n }, () => random.int(classes));
      const count = 1 + random.int(n - 1);
      const taken = heldOutByClass(labels, count);
      expect(taken.reduce((a, b) => a + b, 0)).toBe(count);
      for (const [label, held] of taken.entries()) {
        const size = labels.filter((one) => one === label).length;
        expect(Math.abs(held - (count * size) / n)).toBeLessThan(1);
        expect(held).toBeLessThanOrEqual(size);
      }
      const mask = heldOutMask(labels, { count, seed: round });
      expect(indices(mask, 1)).toHaveLength(count);
    }
  });

  it('is another choice with another seed, and the same with the same', () => {
    const labels = labelsOf(1000, 10);
    const choose = (seed: number) => indices(heldOutMask(labels, { count: 100, seed }), 1);
    expect(choose(1)).toEqual(choose(1));
    const both = choose(1).filter((image) => choose(2).includes(image));
    // Of 100 out of 1,000 ten are expected in both.
    expect(both.length).toBeLessThan(40);
  });
});

/** Images of two bytes that say which they are. */
const numbered = (n: number) => ({
  count: n,
  images: Uint8Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? (i / 2) % 256 : i >> 9)),
  labels: labelsOf(n, 10),
});
const numbersIn = ({ images }: { images: Uint8Array }): number[] =>
  Array.from({ length: images.length / 2 }, (_, i) => images[2 * i]! + 256 * images[2 * i + 1]!);

describe('the two parts', () => {
  it.each([
    [null, null],
    [500, 20],
    [100, 1000],
  ])(
    'are apart, in order, and with their labels; limits take the first ones (%j, %j)',
    (limit, heldOutLimit) => {
      const labels = labelsOf(700, 10);
      const mask = heldOutMask(labels, { count: 70, seed: 3 });
      const { train, heldOut } = holdOut(numbered(700), { count: 70, seed: 3 }, limit, heldOutLimit);
      expect(numbersIn(train)).toEqual(indices(mask, 0).slice(0, limit ?? 700));
      expect(numbersIn(heldOut)).toEqual(indices(mask, 1).slice(0, heldOutLimit ?? 700));
      for (const part of [train, heldOut]) {
        const numbers = numbersIn(part);
        expect(part.count).toBe(numbers.length);
        expect([...part.labels]).toEqual(numbers.map((image) => labels[image]));
      }
    },
  );
});

it('a data set is divided as the recipe asks, whatever the limits and the run’s own seed', async () => {
  const load = (changes: object) => {
    const recipe = { ...DEFAULT_RECIPE, ...changes };
    return loadDataset('shapes', null, partsOf(recipe, { trainCount: 10_000 }));
  };
  const whole = await loadDataset('shapes', null, { train: null, eval: 0 });
  const mask = heldOutMask(whole.train.labels, { count: 1000, seed: 0 });
  const { train, eval: validation, sha256 } = await load({ seed: 5, limitTrain: 40 });
  expect([train.count, validation.count, sha256]).toEqual([40, 1000, whole.sha256]);
  const at = (image: number) => whole.train.images.subarray(image * 3072, (image + 1) * 3072);
  expect(Buffer.compare(train.images.subarray(39 * 3072), at(indices(mask, 0)[39]!))).toBe(0);
  expect(Buffer.compare(validation.images.subarray(999 * 3072), at(indices(mask, 1)[999]!))).toBe(0);
  expect(partsOf({ ...DEFAULT_RECIPE, validationSplit: 0 }, { trainCount: 10_000 }).holdOut).toBeNull();
}, 60_000);
