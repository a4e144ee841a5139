import { describe, expect, it } from 'vitest';
import { crossings } from '../../../../src/renderer/charts/crossings';
import { samplesOf } from '../../../../src/renderer/charts/samples';

const line = (...points: [x: number, y: number][]) => samplesOf(points.map(([x, y]) => ({ x, y })));

describe('crossings', () => {
  it('lie where the lines between points meet', () => {
    expect(crossings(line([0, 0], [2, 2]), line([0, 1], [2, 1]))).toEqual([{ x: 1, y: 1, rises: true }]);
    expect(crossings(line([0, 1], [2, 1]), line([0, 0], [2, 2]))).toEqual([{ x: 1, y: 1, rises: false }]);
  });

  it('need no common points', () => {
    const [found] = crossings(line([0, 0], [3, 3]), line([0.5, 2], [1.2, 2], [4, 2]));
    expect(found).toEqual({ x: 2, y: expect.closeTo(2, 12) as number, rises: true });
  });

  it('are none where curves only touch, are equal, or lie apart', () => {
    expect(crossings(line([0, 0], [1, 1], [2, 0]), line([0, 1], [2, 1]))).toEqual([]);
    expect(crossings(line([0, 1], [2, 1]), line([0, 1], [2, 1]))).toEqual([]);
    expect(crossings(line([0, 0], [1, 1]), line([2, 0], [3, -1]))).toEqual([]);
  });

  it('are found after a part in which the curves are equal', () => {
    const found = crossings(line([0, 0], [1, 1], [2, 1], [3, 2]), line([0, 1], [1, 1], [2, 1], [3, 1]));
    expect(found).toHaveLength(1);
    expect(found[0]!.rises).toBe(true);
  });

  it('are not made up across a hole', () => {
    expect(crossings(line([0, 0], [1, NaN], [2, 2]), line([0, 1], [1, 1], [2, 1]))).toEqual([]);
  });
});
