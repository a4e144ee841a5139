import { describe, expect, it } from 'vitest';
import { MetricLog } from '../../../../src/renderer/charts/metric-log';
import { ParentCurves } from '../../../../src/renderer/charts/parent-curves';
import type { StepMetric } from '../../../../src/shared/metrics';
import { Schedule } from '../../../../src/shared/schedule';
import { toColumns } from '../../../../src/shared/step-columns';

/** 640 images, batch 64: ten steps make an epoch. */
const scale = { schedule: new Schedule(640, 64, 3), macs: 100 };
const steps = Array.from({ length: 30 }, (_, index): StepMetric => ({
  step: index + 1,
  epoch: Math.floor(index / 10) + 1,
  loss: 30 - index,
  crossEntropy: 30 - index,
  accuracy: 0.5,
  seconds: index,
}));

function curves(forkedAt: number): ParentCurves {
  const log = new MetricLog();
  log.read(toColumns(steps));
  return new ParentCurves(log, scale, forkedAt);
}

describe('the curve of a parent', () => {
  it('ends where the fork was taken, whatever the parent trained afterwards', () => {
    const points = curves(20).points('loss', 'step', 1000, null);
    expect(points).toHaveLength(20);
    expect(points.at(-1)).toEqual({ x: 20, y: 11 });
  });

  it('ends there over each axis that counts, by the batches of the parent', () => {
    expect(curves(20).points('loss', 'epoch', 1000, null).at(-1)?.x).toBe(2);
    expect(curves(15).points('loss', 'epoch', 1000, null).at(-1)?.x).toBeCloseTo(1.5, 12);
    expect(curves(20).points('loss', 'samples', 1000, null).at(-1)?.x).toBe(1280);
    expect(curves(20).points('loss', 'macs', 1000, null).at(-1)?.x).toBe(1280 * 100 * 3);
  });

  it('has few points where few are asked for, the last among them', () => {
    const points = curves(20).points('loss', 'step', 4, null);
    expect(points.length).toBeLessThanOrEqual(10);
    expect(points[0]?.x).toBe(1);
  });

  it('is not drawn into what is shown of the fork alone', () => {
    const shown = curves(20).points('loss', 'step', 1000, { from: 25, to: 30 });
    expect(shown.every(({ x }) => x <= 20)).toBe(true);
    expect(shown.length).toBeLessThanOrEqual(1);
  });
});
