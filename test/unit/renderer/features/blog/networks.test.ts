import { expect, it } from 'vitest';
import { networkRows } from '../../../../../src/renderer/features/blog/networks';
import { printedCurve } from '../../../../../src/renderer/features/blog/printed-curve';

it('the two networks stand side by side, part by part, and add up', () => {
  const rows = networkRows();
  const [shapes, totals] = [rows.filter(({ shape }) => shape), rows.filter(({ shape }) => !shape)];
  expect(shapes.map(({ title, shape }) => [title, shape])).toEqual([
    ['Input', '32 × 32 × 3'],
    ['Stem', '8 × 8 × 64'],
    ['Stage 1', '8 × 8 × 64'],
    ['Stage 2', '4 × 4 × 128'],
    ['Stage 3', '2 × 2 × 256'],
    ['Stage 4', '1 × 1 × 512'],
    ['Head', '10'],
  ]);
  const number = (text: string): number => Number(text.replace(/,/g, ''));
  const sums = [0, 1].map((variant) => shapes.reduce((sum, { values }) => sum + number(values[variant]!), 0));
  expect(sums).toEqual([11_019_530, 11_196_042]);
  expect(totals[0]).toEqual({ title: 'Parameters', values: ['11,019,530', '11,196,042'] });
  // The first stage never changes shape, so it has no projection.
  expect(shapes[2]!.values[0]).toBe(shapes[2]!.values[1]);
});

it('the printed epochs are a curve of ten points', () => {
  const { curve, legend } = printedCurve('valAccuracy', true);
  const points = Array.from({ length: curve.samples.xs.length }, (_, index) => [
    curve.samples.xs.at(index),
    curve.samples.ys.at(index),
  ]);
  expect(points).toHaveLength(10);
  expect(points[0]).toEqual([1, 0.3473]);
  expect(points[9]).toEqual([10, 0.6465]);
  expect(legend).toMatchObject({ group: curve.group, label: 'Printed in the blog' });
});
