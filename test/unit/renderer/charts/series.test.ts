import { describe, expect, it } from 'vitest';
import { MetricLog } from '../../../../src/renderer/charts/metric-log';
import {
  bestPoint,
  directionOf,
  epochPoints,
  scaleOf,
  StepCurve,
  xOfStep,
  type Scale,
  type XAxis,
} from '../../../../src/renderer/charts/series';
import { marksOf } from '../../../../src/renderer/charts/gaps';
import { countOf } from '../../../../src/renderer/charts/samples';
import { NO_SMOOTHING } from '../../../../src/renderer/charts/smoothing';
import { smooth } from './smooth';
import type { EpochMetric, StepMetric } from '../../../../src/shared/metrics';
import { BLOG_RECIPE } from '../../../../src/shared/blog/experiment';
import { Schedule } from '../../../../src/shared/schedule';
import { importedSample, sampleEpoch, sampleRun } from '../features/runs/sample';
import { toColumns, type StepColumns } from '../../../../src/shared/step-columns';

/** CIFAR-10 at batch 64: 781 full batches and one of 16. */
const SCALE: Scale = { schedule: new Schedule(50_000, 64, 10), macs: 1000, startedAt: null, gaps: [] };

describe('the x-axes', () => {
  it('count the short last batch', () => {
    const images = (step: number) => xOfStep('images', step, 0, SCALE);
    expect([1, 781, 782, 783, 7820].map(images)).toEqual([64, 49_984, 50_000, 50_064, 500_000]);
  });

  it.each([
    ['step', 391],
    ['epoch', 0.5],
    ['time', 12.5],
    ['images', 391 * 64],
    ['macs', 391 * 64 * 1000 * 3],
  ] as const)('%s', (axis, expected) => {
    expect(xOfStep(axis, 391, 12.5, SCALE)).toBe(expected);
  });

  it('take limits of the recipe into account', () => {
    const recipe = { ...BLOG_RECIPE, batchSize: 64, limitTrain: 6400 };
    const dataset = {
      id: 'cifar10' as const,
      title: 'CIFAR-10',
      sha256: null,
      trainCount: 50_000,
      evalCount: 10_000,
    };
    const { schedule, macs } = scaleOf(sampleRun({ recipe, dataset, macs: 7 }));
    expect([schedule.epochsAfter(100), schedule.imagesAfter(1), schedule.imagesAfter(100), macs]).toEqual([
      1, 64, 6400, 7,
    ]);
  });

  it('of a fork begin where its parent stood, whose batches had another size', () => {
    const run = sampleRun({
      recipe: { ...BLOG_RECIPE, batchSize: 128, epochs: 4 },
      parent: { id: 1, step: 314, images: 20_000 },
      macs: 10,
    });
    const x = (axis: XAxis) => [314, 393, 472].map((step) => xOfStep(axis, step, 0, scaleOf(run)));
    expect(x('epoch')).toEqual([2, 3, 4]);
    expect(x('images')).toEqual([20_000, 30_000, 40_000]);
    expect(x('macs')).toEqual([600_000, 900_000, 1_200_000]);
    const ends = [sampleEpoch(3, 0.5, { step: 393 }), sampleEpoch(4, 0.6, { step: 472 })];
    expect(epochPoints(ends, 'valAccuracy', 'epoch', scaleOf(run))).toEqual([
      { x: 3, y: 0.5 },
      { x: 4, y: 0.6 },
    ]);
    const [mark] = marksOf(run, 'the parent', 'epoch', scaleOf(run), new MetricLog());
    expect(mark?.x).toBe(2);
  });
});

it('a value that an epoch does not have is a hole', () => {
  const epochs = [sampleEpoch(1, 0.5), { ...sampleEpoch(2, 0.6), memoryBytes: null as unknown as number }];
  expect(epochPoints(epochs, 'memoryBytes', 'epoch', SCALE).map(({ y }) => y)).toEqual([1e9, NaN]);
});

const epoch = (n: number, valAccuracy: number): EpochMetric => ({
  epoch: n,
  step: n * 782,
  loss: 2 / n,
  crossEntropy: 1 / n,
  accuracy: 0.5,
  valLoss: 1,
  valCrossEntropy: 1,
  valAccuracy,
  seconds: 100 * n,
  imagesPerSecond: 640,
  memoryBytes: 1e9,
});

describe('epochPoints', () => {
  const epochs = [epoch(1, 0.3), epoch(2, 0.5), epoch(3, 0.5)];

  it('stand at the end of their epoch', () => {
    expect(epochPoints(epochs, 'valAccuracy', 'step', SCALE).map((p) => p.x)).toEqual([782, 1564, 2346]);
    expect(epochPoints(epochs, 'loss', 'epoch', SCALE)).toEqual([
      { x: 1, y: 2 },
      { x: 2, y: 1 },
      { x: 3, y: 2 / 3 },
    ]);
  });

  it('add up the durations on the time axis', () => {
    expect(epochPoints(epochs, 'valLoss', 'time', SCALE).map((p) => p.x)).toEqual([100, 300, 600]);
  });

  it('have their best at the earliest of equals', () => {
    const points = epochPoints(epochs, 'valAccuracy', 'epoch', SCALE);
    expect(bestPoint(points, 'max')).toEqual({ x: 2, y: 0.5 });
    expect(bestPoint(points, 'min')).toEqual({ x: 1, y: 0.3 });
    expect(bestPoint([{ x: 1, y: NaN }], 'max')).toBeNull();
  });
});

describe('StepCurve', () => {
  const metric = (n: number): StepMetric => ({
    step: n,
    epoch: 1,
    loss: Math.sin(n) + 3,
    crossEntropy: 1,
    accuracy: 0.5,
    seconds: n * 2,
    learningRate: 0.001,
  });
  const batch = (from: number, to: number): StepMetric[] =>
    Array.from({ length: to - from + 1 }, (_, index) => metric(from + index));

  const strong = { kind: 'ema', weight: 0.9 } as const;

  it('follows a log that grows, raw and smoothed', () => {
    const log = new MetricLog();
    const curve = new StepCurve(log, 'loss', 'time', SCALE);
    curve.smooth(strong);
    expect(countOf(curve.raw())).toBe(0);
    log.read(toColumns(batch(1, 10)));
    expect([...curve.raw().xs.view()]).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
    log.receive(toColumns(batch(11, 50)));
    const losses = batch(1, 50).map((m) => m.loss);
    expect([...curve.raw().ys.view()]).toEqual(losses);
    expect([...curve.smoothed()!.ys.view()]).toEqual(smooth(losses, strong));
    expect(curve.smoothed()!.xs).toHaveLength(50);
  });

  it('keeps the columns that it has while it grows: what is drawn only takes in more', () => {
    const log = new MetricLog();
    log.read(toColumns(batch(1, 10)));
    const curve = new StepCurve(log, 'loss', 'step', SCALE);
    curve.smooth(strong);
    const [raw, smoothed] = [curve.raw(), curve.smoothed()!];
    log.receive(toColumns(batch(11, 20)));
    expect(curve.raw().xs).toBe(raw.xs);
    expect(curve.raw().ys).toBe(raw.ys);
    expect(curve.smoothed()!.ys).toBe(smoothed.ys);
    curve.smooth({ kind: 'ema', weight: 0.9 });
    expect(curve.smoothed()!.ys).toBe(smoothed.ys);
  });

  it('smooths again with another smoothing, and has no smoothed curve without', () => {
    const log = new MetricLog();
    log.read(toColumns(batch(1, 30)));
    const losses = batch(1, 30).map((m) => m.loss);
    const curve = new StepCurve(log, 'loss', 'step', SCALE);
    expect(curve.smoothed()).toBeNull();
    for (const smoothing of [{ kind: 'ema', weight: 0.5 } as const, { kind: 'median', window: 7 } as const]) {
      const before = curve.smoothed()?.ys;
      curve.smooth(smoothing);
      expect([...curve.smoothed()!.ys.view()]).toEqual(smooth(losses, smoothing));
      // Another column: who has drawn the one before must begin again.
      expect(curve.smoothed()!.ys).not.toBe(before);
    }
    curve.smooth(NO_SMOOTHING);
    expect(curve.smoothed()).toBeNull();
  });
});

describe('an imported run', () => {
  const columns = {
    step: [1, 2],
    epoch: [1, 1],
    loss: [2, 1],
    accuracy: [0, 0],
    crossEntropy: [NaN, NaN],
    learningRate: [NaN, NaN],
    gradientNorm: [NaN, NaN],
    weightNorm: [NaN, NaN],
  };
  const log = (seconds: number[]): MetricLog => {
    const made = new MetricLog();
    const floats = Object.entries({ ...columns, seconds }).map(([name, of]) => [name, Float64Array.from(of)]);
    made.read(Object.fromEntries(floats) as StepColumns);
    return made;
  };

  it('has its epochs over epochs where nothing else is counted', () => {
    const scale = scaleOf(importedSample());
    const points = (axis: XAxis) =>
      epochPoints([sampleEpoch(3, 0.5, { step: NaN, seconds: NaN })], 'valAccuracy', axis, scale);
    expect(points('epoch')).toEqual([{ x: 3, y: 0.5 }]);
    for (const axis of ['step', 'time', 'images', 'macs'] as const) expect(points(axis), axis).toEqual([]);
  });

  it('has its steps over the axes that are known', () => {
    const scale = scaleOf(importedSample({ totalSteps: 20, epochs: 10 }));
    const xs = (axis: XAxis, seconds: number[]): number[] => {
      const samples = new StepCurve(log(seconds), 'loss', axis, scale).raw();
      return Array.from({ length: countOf(samples) }, (_, index) => samples.xs.at(index));
    };
    expect(xs('step', [NaN, NaN])).toEqual([1, 2]);
    expect(xs('epoch', [NaN, NaN])).toEqual([0.5, 1]);
    expect(xs('time', [5, 9])).toEqual([5, 9]);
    for (const axis of ['time', 'images', 'macs'] as const) expect(xs(axis, [NaN, NaN]), axis).toEqual([]);
  });
});

describe('the clock as an axis', () => {
  const scale: Scale = {
    ...SCALE,
    startedAt: 1_000_000,
    gaps: [
      { step: 20, lostSeconds: 100 },
      { step: 40, lostSeconds: 1000 },
    ],
  };

  it('leaves room where a run was interrupted', () => {
    const x = (step: number) => xOfStep('wall', step, step, scale);
    expect([1, 20, 21, 40, 41].map(x)).toEqual([1_001_000, 1_020_000, 1_121_000, 1_140_000, 2_141_000]);
  });

  it('has no place for a run that has not begun', () => {
    expect(xOfStep('wall', 1, 1, SCALE)).toBeNaN();
  });
});

it('each value knows which of two is better', () => {
  const values = [
    'loss',
    'valCrossEntropy',
    'accuracy',
    'valAccuracy',
    'seconds',
    'memoryBytes',
    'imagesPerSecond',
  ] as const;
  expect(values.map(directionOf)).toEqual(['min', 'min', 'max', 'max', 'min', 'min', 'max']);
});
