import { describe, expect, it } from 'vitest';
import type { Range } from '../../../../src/renderer/charts/curve';
import { legendOf, linesOfRuns, RunLines, sourceOf, type Line } from '../../../../src/renderer/charts/lines';
import { MetricLog } from '../../../../src/renderer/charts/metric-log';
import { curveStyle } from '../../../../src/renderer/charts/palette';
import type { XAxis } from '../../../../src/renderer/charts/series';
import type { StepMetric } from '../../../../src/shared/metrics';
import { Schedule } from '../../../../src/shared/schedule';
import { toColumns } from '../../../../src/shared/step-columns';
import { sampleEpoch, sampleRun } from '../features/runs/sample';

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
const style = curveStyle(0, false);

function logOf(taken: readonly StepMetric[] = steps): MetricLog {
  const log = new MetricLog();
  log.read(toColumns(taken));
  return log;
}

const training: Line = { runId: 1, group: 'a', label: 'a', style, from: 'steps', value: 'loss' };
const validation: Line = { runId: 1, group: 'b', label: 'b', style, from: 'epochs', value: 'valAccuracy' };

describe('the curve of a parent', () => {
  const points = (forkedAt: number, axis: XAxis, buckets = 1000, range: Range | null = null) =>
    new RunLines(logOf(), scale).draw(
      { ...training, upTo: forkedAt },
      { axis, smoothing: 0.9 },
      buckets,
      range,
    )[0]?.points ?? [];

  it('ends where the fork was taken, whatever the parent trained afterwards', () => {
    expect(points(20, 'step')).toHaveLength(20);
    expect(points(20, 'step').at(-1)).toEqual({ x: 20, y: 11 });
  });

  it('ends there over each axis that counts, by the batches of the parent', () => {
    expect(points(20, 'epoch').at(-1)?.x).toBe(2);
    expect(points(15, 'epoch').at(-1)?.x).toBeCloseTo(1.5, 12);
    expect(points(20, 'images').at(-1)?.x).toBe(1280);
    expect(points(20, 'macs').at(-1)?.x).toBe(1280 * 100 * 3);
  });

  it('has few points where few are asked for, the last among them', () => {
    const few = points(20, 'step', 4);
    expect(few.length).toBeLessThanOrEqual(10);
    expect(few[0]?.x).toBe(1);
  });

  it('is not drawn into what is shown of the fork alone', () => {
    const shown = points(20, 'step', 1000, { from: 25, to: 30 });
    expect(shown.every(({ x }) => x <= 20)).toBe(true);
    expect(shown.length).toBeLessThanOrEqual(1);
  });
});

describe('a line of steps', () => {
  it('is one curve unsmoothed, and a smoothed one over the raw one otherwise', () => {
    const lines = new RunLines(logOf(), scale);
    const drawn = (smoothing: number) =>
      lines
        .draw(training, { axis: 'step', smoothing }, 1000, null)
        .map(({ label, kind, points }) => [label, kind, points.length]);
    expect(drawn(0)).toEqual([['a', 'line', 30]]);
    expect(drawn(0.9)).toEqual([
      ['a, raw', 'faint', 30],
      ['a, smoothed', 'line', 30],
    ]);
  });

  it('takes in what its log gets', () => {
    const log = logOf(steps.slice(0, 10));
    const lines = new RunLines(log, scale);
    const length = () => lines.draw(training, { axis: 'step', smoothing: 0 }, 1000, null)[0]!.points.length;
    expect(length()).toBe(10);
    log.receive(toColumns(steps.slice(10)));
    expect(length()).toBe(30);
  });
});

describe('a line of epochs', () => {
  it.each([
    ['valAccuracy', 0.8],
    ['valLoss', 0.7],
  ] as const)('has a ring at the best %s, as soon as there are two', (value, best) => {
    const log = logOf();
    const lines = new RunLines(log, scale);
    const drawn = () =>
      lines.draw({ ...validation, from: 'epochs', value }, { axis: 'epoch', smoothing: 0 }, 1000, null);
    log.receiveEpochs([sampleEpoch(1, 0.5, { step: 10, valLoss: 0.9 })]);
    expect(drawn().map(({ kind }) => kind)).toEqual(['marked']);
    log.receiveEpochs([
      sampleEpoch(2, 0.8, { step: 20, valLoss: 0.8 }),
      sampleEpoch(3, 0.6, { step: 30, valLoss: 0.7 }),
    ]);
    const [curve, ring] = drawn();
    expect(curve!.points.map(({ x }) => x)).toEqual([1, 2, 3]);
    expect(ring).toMatchObject({ kind: 'best', label: 'b, best', points: [{ y: best }] });
  });
});

describe('the source of a chart', () => {
  const view = { axis: 'step', smoothing: 0.5 } as const;
  const byRun = new Map([
    [1, new RunLines(logOf(), scale)],
    [2, new RunLines(logOf(), scale)],
  ]);

  it('puts behind what came before, then all raw curves', () => {
    const lines: Line[] = [
      { ...training, label: 'one' },
      { ...training, runId: 2, label: 'two' },
      { ...training, runId: 2, label: 'parent', upTo: 10 },
    ];
    expect(sourceOf(lines, byRun, view)(1000, null).map(({ label }) => label)).toEqual([
      'parent',
      'one, raw',
      'two, raw',
      'one, smoothed',
      'two, smoothed',
    ]);
  });

  it('shares the points of a screen among many lines', () => {
    const log = new MetricLog();
    log.read(toColumns(Array.from({ length: 20_000 }, (_, index) => ({ ...steps[0]!, step: index + 1 }))));
    const many = new Map([[1, new RunLines(log, scale)]]);
    const drawn = (count: number) =>
      sourceOf(Array<Line>(count).fill(training), many, { axis: 'step', smoothing: 0 })(1000, null)[0]!.points
        .length;
    expect(drawn(4)).toBeGreaterThan(500);
    expect(drawn(20)).toBeLessThan(drawn(4) / 2);
  });

  it('leaves out a run that is not there any more', () => {
    expect(sourceOf([{ ...training, runId: 3 }], byRun, view)(1000, null)).toEqual([]);
  });
});

describe('the lines of runs', () => {
  const log = new MetricLog();
  const run = sampleRun({ epochs: 10 });
  const first = linesOfRuns([run], () => log, new Map());

  it('are kept while the runs only train on', () => {
    expect(linesOfRuns([{ ...run, step: 9, name: 'another' }], () => log, first)).toBe(first);
  });

  it('are kept where another run comes or goes', () => {
    const both = linesOfRuns([run, sampleRun({ id: 2 })], () => log, first);
    expect(both.get(1)).toBe(first.get(1));
    const left = linesOfRuns([run], () => log, both);
    expect([...left]).toEqual([[1, first.get(1)]]);
  });

  it('are new where a run got more epochs, or its log was forgotten', () => {
    const longer = { ...run, recipe: { ...run.recipe, epochs: 20 } };
    expect(linesOfRuns([longer], () => log, first).get(1)).not.toBe(first.get(1));
    expect(linesOfRuns([run], () => new MetricLog(), first).get(1)).not.toBe(first.get(1));
  });
});

it('a legend names each line, with dots where there is one point an epoch', () => {
  expect(legendOf([{ ...training, legend: 'Training, each step' }, validation])).toEqual([
    { group: 'a', label: 'Training, each step', style, marked: false },
    { group: 'b', label: 'b', style, marked: true },
  ]);
});
