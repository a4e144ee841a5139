import { beforeAll, describe, expect, test } from 'vitest';
import { load } from './load';

interface Probe {
  steps: { loss: number | null; total: number; correct: number }[];
  variables: { name: string; shape: number[]; sum: number; norm: number; gradNorm: number | null }[];
  logits: (number | null)[][];
}
type Distances = Record<string, { distance: number; place: string | null }>;
interface Compare {
  compare: (ours: Probe, reference: Probe) => Distances;
  judge: (
    distances: Distances,
    self?: Distances | null,
    fromStart?: boolean,
  ) => { what: string; limit: number; passed: boolean }[];
}

let parity: Compare;
beforeAll(async () => {
  parity = await load<Compare>('parity/compare.mjs');
});

const probe = (): Probe => ({
  steps: [
    { loss: 2, total: 3, correct: 1 },
    { loss: 1, total: 2, correct: 1 },
  ],
  variables: [
    { name: 'stem/conv/kernel', shape: [2], sum: 1, norm: 1, gradNorm: 10 },
    { name: 'stem/conv/bias', shape: [1], sum: 0, norm: 0, gradNorm: 1e-6 },
    { name: 'stem/bn/movingMean', shape: [1], sum: 0.1, norm: 2, gradNorm: null },
  ],
  logits: [[4, -0.001]],
});
const changed = (change: (probe: Probe) => void): Distances => {
  const ours = probe();
  change(ours);
  return parity.compare(ours, probe());
};

describe('the distance of two probes', () => {
  test('is zero for the same', () => {
    for (const { distance } of Object.values(parity.compare(probe(), probe()))) expect(distance).toBe(0);
  });

  test.each<[string, (probe: Probe) => void, string, number, string]>([
    ['the loss', (ours) => (ours.steps[0]!.loss = 2.02), 'firstLoss', 0.01, 'loss of step 0'],
    ['a later loss', (ours) => (ours.steps[1]!.total = 2.02), 'losses', 0.01, 'total of step 1'],
    ['a gradient', (ours) => (ours.variables[0]!.gradNorm = 11), 'gradients', 0.1, 'stem/conv/kernel'],
    ['a norm', (ours) => (ours.variables[2]!.norm = 2.2), 'statistics', 0.1, 'norm of stem/bn/movingMean'],
    [
      'a sum that others cancel, relative to the norm',
      (ours) => (ours.variables[2]!.sum = 0.3),
      'statistics',
      0.1,
      'sum of stem/bn/movingMean',
    ],
    [
      'a logit, relative to the largest',
      (ours) => (ours.logits[0]![1] = 0.399),
      'logits',
      0.1,
      'logit 1 of image 0',
    ],
  ])('is that of %s', (_, change, what, distance, place) => {
    const found = changed(change)[what]!;
    expect(found.distance).toBeCloseTo(distance, 10);
    expect(found.place).toBe(place);
  });

  test('leaves gradients alone that are rounding noise on both sides', () => {
    expect(changed((ours) => (ours.variables[1]!.gradNorm = 5e-6)).gradients!.distance).toBe(0);
    expect(changed((ours) => (ours.variables[1]!.gradNorm = 0.1)).gradients!.place).toBe('stem/conv/bias');
  });

  test.each<[string, (probe: Probe) => void, string]>([
    ['a loss', (ours) => (ours.steps[0]!.loss = null), 'firstLoss'],
    ['a logit', (ours) => (ours.logits[0]![0] = null), 'logits'],
    ['a gradient that is missing', (ours) => (ours.variables[0]!.gradNorm = null), 'gradients'],
  ])('is infinite where %s is no number', (_, change, what) => {
    expect(changed(change)[what]!.distance).toBe(Infinity);
  });

  test('is refused for different networks', () => {
    expect(() => changed((ours) => (ours.variables[1]!.name = 'other'))).toThrow('not the same network');
    expect(() => changed((ours) => ours.variables.pop())).toThrow('not the same network');
    expect(() => changed((ours) => ours.steps.pop())).toThrow('not the same network');
  });
});

describe('the limit', () => {
  const distances = (distance: number): Distances =>
    Object.fromEntries(
      ['firstLoss', 'gradients', 'losses', 'statistics', 'logits'].map((what) => [
        what,
        { distance, place: what },
      ]),
    );
  const limits = (...words: Parameters<Compare['judge']>) => parity.judge(...words).map(({ limit }) => limit);

  test('is that of the definition', () => {
    expect(limits(distances(0))).toEqual([1e-5, 1e-4, 1e-3, 1e-3, 1e-3]);
    expect(parity.judge(distances(2e-4)).map(({ passed }) => passed)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  test("is three times Keras' distance from itself where that is more, after the first update", () => {
    expect(limits(distances(0), distances(0.01))).toEqual([1e-5, 1e-4, 0.03, 0.03, 0.03]);
    expect(limits(distances(0), distances(0))).toEqual([1e-5, 1e-4, 1e-3, 1e-3, 1e-3]);
  });

  test('is so from the start only where that is asked for', () => {
    expect(limits(distances(0), distances(0.01), true)).toEqual([0.03, 0.03, 0.03, 0.03, 0.03]);
  });
});
