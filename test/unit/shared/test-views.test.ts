import { expect, test } from 'vitest';
import { averagedOver, averagedTestOfRun, testOfRun } from '../../../src/shared/test-count';
import { TEST_VIEW_KEYS, type TestViews, type TestResult } from '../../../src/shared/test-result';
import { testViews, viewOf } from '../../../src/shared/test-views';
import reference from '../../reference/test-views.json';

const shape = reference.shape as [number, number, number];
const images = Uint8Array.from(
  { length: reference.images * shape[0] * shape[1] * shape[2] },
  (_, i) => (i * 53) % 251,
);

test.each(['flip', 'flip-translate'] as const)(
  "%s averages over airbench's views, by their weights",
  (kind) => {
    const mean = new Float64Array(images.length);
    for (const { weight, ...view } of testViews(kind)) {
      viewOf(images, shape, view).forEach((value, i) => (mean[i]! += weight * value));
    }
    expect([...mean]).toEqual(reference[kind]);
  },
);

test('no averaging is one view, the image as it is; weights add up to 1', () => {
  const [only, ...others] = testViews('none');
  expect(others).toEqual([]);
  expect(viewOf(images, shape, only!)).toEqual(images);
  for (const kind of TEST_VIEW_KEYS)
    expect(testViews(kind).reduce((sum, { weight }) => sum + weight, 0)).toBe(1);
  expect(testViews('flip-translate')).toHaveLength(6);
});

test('an image of one pixel has one view', () => {
  expect(viewOf(Uint8Array.of(7), [1, 1, 1], { flip: true, by: -1 })).toEqual(Uint8Array.of(7));
});

test('a figure with averaging is never the figure of a run', () => {
  const taken = (views: TestViews, accuracy: number) => ({ views, accuracy }) as TestResult;
  const tests = [taken('none', 0.8), taken('flip', 0.82), taken('flip-translate', 0.83)];
  expect(testOfRun({ tests })!.accuracy).toBe(0.8);
  expect(averagedTestOfRun({ tests })!.accuracy).toBe(0.83);
  expect(testOfRun({ tests: tests.slice(1) })).toBeNull();
  expect(averagedTestOfRun({ tests: tests.slice(0, 1) })).toBeNull();
  expect(tests.map(averagedOver)).toEqual([
    '',
    ' (averaged: flipped)',
    ' (averaged: flipped and translated)',
  ]);
});
