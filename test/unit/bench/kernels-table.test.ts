import { describe, expect, it } from 'vitest';
import { load } from '../scripts/load';

interface Shape {
  measurements: { run: { median: number }; share: number }[];
}
const { judgeShape, shapeTable } = await load<{
  judgeShape(shape: object, gflopsPerSecond: number): Shape;
  shapeTable(shape: Shape): string;
}>('bench/kernels-table.mjs');

const measured = {
  key: '8x8x64-3x3/1-same-8x8x64',
  batch: 16,
  uses: { resnet20: 5, resnet56: 17 },
  flops: 1e9,
  measurements: [
    {
      direction: 'forward',
      lowering: 'native',
      rounds: [[20, 20], [20]],
      error: { rootMeanSquare: 4e-7, largest: 3.8e-6 },
    },
    {
      direction: 'filterGradient',
      lowering: 'winograd4',
      rounds: [[5], [3, 5]],
      error: { rootMeanSquare: 5.7e-7, largest: 2.6e-6 },
    },
  ],
};

describe('what was measured of a convolution', () => {
  it('has the median of all runs, and its share of the peak by the operations of the definition', () => {
    const { measurements } = judgeShape(measured, 100);
    // 1 GFLOP at 100 GFLOP/s takes 10 ms.
    expect(measurements.map(({ run, share }) => [run.median, share])).toEqual([
      [20, 0.5],
      [5, 2],
    ]);
  });

  it('is a row for each direction and lowering, and says which layers it stands for', () => {
    const lines = shapeTable(judgeShape(measured, 100)).split('\n');
    expect(lines[0]).toMatch(/^8x8x64-3x3\/1-same-8x8x64, batch 16 +ms +quartiles +of the peak/);
    expect(lines[1]).toMatch(/^forward, native +20\.0 +20\.0-20\.0 +50 % +4\.0e-7 +3\.8e-6$/);
    expect(lines[2]).toMatch(/^kernel gradient, winograd4 +5\.00 +4\.00-5\.00 +200 % +5\.7e-7 +2\.6e-6$/);
    expect(lines[3]).toBe('1.00 GFLOP each; layers: 5 of resnet20, 17 of resnet56');
  });
});
