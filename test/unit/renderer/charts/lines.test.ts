import { describe, expect, it } from 'vitest';
import type { Curve } from '../../../../src/renderer/charts/curve';
import { legendOf, linesOfRuns, RunLines, sourceOf, type Line } from '../../../../src/renderer/charts/lines';
import { MetricLog } from '../../../../src/renderer/charts/metric-log';
import { curveStyle } from '../../../../src/renderer/charts/palette';
import { countOf, endOf, firstOf, type Point } from '../../../../src/renderer/charts/samples';
import { NO_SMOOTHING, type Smoothing } from '../../../../src/renderer/charts/smoothing';
import type { XAxis } from '../../../../src/renderer/charts/series';
import type { StepMetric } from '../../../../src/shared/metrics';
import { Schedule } from '../../../../src/shared/schedule';
import { toColumns } from '../../../../src/shared/step-columns';
import { sampleEpoch, sampleRun } from '../features/runs/sample';

/** 640 images, batch 64: ten steps make an epoch. */
const scale = { schedule: new Schedule(640, 64, 3), macs: 100, startedAt: null, gaps: [] };
const steps = Array.from({ length: 30 }, (_, index): StepMetric => ({
  step: index + 1,
  epoch: Math.floor(index / 10) + 1,
  loss: 30 - index,
  crossEntropy: 30 - index,
  accuracy: 0.5,
  seconds: index,
  learningRate: 0.001,
}));
const style = curveStyle(0, false);

const strong: Smoothing = { kind: 'ema', weight: 0.9 };
const plain = { smoothing: NO_SMOOTHING, skip: 0 } as const;

/** The points of a curve that count. */
function pointsOf({ samples }: Curve): Point[] {
  const points: Point[] = [];
  for (let index = firstOf(samples); index < endOf(samples); index++) {
    points.push({ x: samples.xs.at(index), y: samples.ys.at(index) });
  }
  return points;
}

function logOf(taken: readonly StepMetric[] = steps): MetricLog {
  const log = new MetricLog();
  log.read(toColumns(taken));
  return log;
}

const training: Line = { runId: 1, group: 'a', label: 'a', style, from: 'steps', value: 'loss' };
const validation: Line = { runId: 1, group: 'b', label: 'b', style, from: 'epochs', value: 'valAccuracy' };

describe('the curve of a parent', () => {
  const points = (forkedAt: number, axis: XAxis): Point[] =>
    new RunLines(logOf(), scale)
      .draw({ ...training, upTo: forkedAt }, { axis, smoothing: strong, skip: 0 })
      .flatMap(pointsOf);

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

  it('is not there where the fork was taken before all that is shown of it', () => {
    const drawn = (skip: number) =>
      new RunLines(logOf(), scale).draw({ ...training, upTo: 20 }, { axis: 'step', smoothing: strong, skip });
    expect(drawn(20)).toEqual([]);
    expect(
      drawn(15)
        .flatMap(pointsOf)
        .map(({ x }) => x),
    ).toEqual([16, 17, 18, 19, 20]);
  });
});

describe('a line of steps', () => {
  it('is one curve unsmoothed, and a smoothed one over the raw one otherwise', () => {
    const lines = new RunLines(logOf(), scale);
    const drawn = (smoothing: Smoothing) =>
      lines
        .draw(training, { axis: 'step', smoothing, skip: 0 })
        .map(({ label, kind, smooth, samples }) => [label, kind, smooth ?? false, countOf(samples)]);
    expect(drawn(NO_SMOOTHING)).toEqual([['a', 'line', false, 30]]);
    const both = [
      ['a, raw', 'faint', false, 30],
      ['a, smoothed', 'line', true, 30],
    ];
    expect(drawn(strong)).toEqual(both);
    expect(drawn({ kind: 'median', window: 5 })).toEqual(both);
  });

  it('leaves out the first steps on request, which still count for what is smoothed', () => {
    const lines = new RunLines(logOf(), scale);
    const all = lines.draw(training, { axis: 'step', smoothing: strong, skip: 0 }).map(pointsOf);
    const later = lines.draw(training, { axis: 'step', smoothing: strong, skip: 12 }).map(pointsOf);
    expect(later).toEqual(all.map((points) => points.slice(12)));
  });

  it('takes in what its log gets', () => {
    const log = logOf(steps.slice(0, 10));
    const lines = new RunLines(log, scale);
    const length = () => countOf(lines.draw(training, { axis: 'step', ...plain })[0]!.samples);
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
    const drawn = () => lines.draw({ ...validation, from: 'epochs', value }, { axis: 'epoch', ...plain });
    log.receiveEpochs([sampleEpoch(1, 0.5, { step: 10, valLoss: 0.9 })]);
    expect(drawn().map(({ kind }) => kind)).toEqual(['marked']);
    log.receiveEpochs([
      sampleEpoch(2, 0.8, { step: 20, valLoss: 0.8 }),
      sampleEpoch(3, 0.6, { step: 30, valLoss: 0.7 }),
    ]);
    const [curve, ring] = drawn();
    expect(pointsOf(curve!).map(({ x }) => x)).toEqual([1, 2, 3]);
    expect(ring).toMatchObject({ kind: 'best', label: 'b, best' });
    expect(pointsOf(ring!).map(({ y }) => y)).toEqual([best]);
  });

  it('leaves out those that end within the steps that are left out', () => {
    const log = logOf();
    log.receiveEpochs([1, 2, 3].map((epoch) => sampleEpoch(epoch, 1 - epoch / 10, { step: epoch * 10 })));
    const drawn = new RunLines(log, scale).draw(validation, {
      axis: 'epoch',
      smoothing: NO_SMOOTHING,
      skip: 10,
    });
    expect(drawn.map(pointsOf)).toEqual([
      [
        { x: 2, y: 0.8 },
        { x: 3, y: 0.7 },
      ],
      [{ x: 2, y: 0.8 }],
    ]);
  });

  it('has no ring at what nobody aims at', () => {
    const log = logOf();
    log.receiveEpochs([1, 2].map((epoch) => sampleEpoch(epoch, 0.5, { step: epoch * 10 })));
    for (const value of ['imagesPerSecond', 'memoryBytes', 'seconds'] as const) {
      const drawn = new RunLines(log, scale).draw(
        { ...validation, from: 'epochs', value },
        { axis: 'epoch', ...plain },
      );
      expect(drawn.map(({ kind }) => kind)).toEqual(['marked']);
    }
  });
});

describe('the source of a chart', () => {
  const view = { axis: 'step', smoothing: { kind: 'ema', weight: 0.5 }, skip: 0 } as const;
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
    expect(sourceOf(lines, byRun, view)().map(({ label }) => label)).toEqual([
      'parent',
      'one, raw',
      'two, raw',
      'one, smoothed',
      'two, smoothed',
    ]);
  });

  it('gives all points of a line, however many others there are', () => {
    const log = new MetricLog();
    log.read(toColumns(Array.from({ length: 20_000 }, (_, index) => ({ ...steps[0]!, step: index + 1 }))));
    const many = new Map([[1, new RunLines(log, scale)]]);
    for (const count of [1, 20]) {
      const drawn = sourceOf(Array<Line>(count).fill(training), many, { axis: 'step', ...plain })();
      expect(drawn.map(({ samples }) => countOf(samples))).toEqual(Array(count).fill(20_000));
    }
  });

  it('leaves out a run that is not there any more', () => {
    expect(sourceOf([{ ...training, runId: 3 }], byRun, view)()).toEqual([]);
  });
});

describe('a line of several runs', () => {
  /** Losses that lie this much above those of the steps. */
  const shifted = (by: number) =>
    new RunLines(logOf(steps.map((step) => ({ ...step, loss: step.loss + by }))), scale);
  const byRun = new Map([
    [1, shifted(0)],
    [2, shifted(3)],
    [3, shifted(9)],
  ]);
  const mean: Line = { ...training, label: 'group', mean: { runIds: [1, 2, 3], band: 'range' } };
  const view = { axis: 'step', ...plain } as const;

  it('is their mean before its band', () => {
    const drawn = sourceOf([mean], byRun, view)();
    expect(drawn.map(({ kind, label }) => [kind, label])).toEqual([
      ['band', 'group'],
      ['line', 'group'],
    ]);
    const [band, line] = drawn;
    expect(pointsOf(line!)).toEqual(steps.map(({ step, loss }) => ({ x: step, y: loss + 4 })));
    expect(pointsOf(band!)).toEqual(steps.map(({ step, loss }) => ({ x: step, y: loss })));
    expect([...band!.upper!.ys.view()]).toEqual(steps.map(({ loss }) => loss + 9));
  });

  it('has no band where none is asked for, and is not drawn before all of them are read', () => {
    expect(
      sourceOf([{ ...mean, mean: { runIds: [1, 2], band: null } }], byRun, view)().map(({ kind }) => kind),
    ).toEqual(['line']);
    expect(sourceOf([{ ...mean, mean: { runIds: [1, 7], band: null } }], byRun, view)()).toEqual([]);
  });

  it('is of what is smoothed, and single runs lie thin behind it', () => {
    const traces = [1, 2, 3].map((runId): Line => ({
      ...training,
      runId,
      label: `run ${runId}`,
      trace: true,
    }));
    const drawn = sourceOf([...traces, mean], byRun, { ...view, smoothing: strong })();
    expect(drawn.map(({ kind, label }) => [kind, label])).toEqual([
      ['band', 'group'],
      ['faint', 'run 1, smoothed'],
      ['faint', 'run 2, smoothed'],
      ['faint', 'run 3, smoothed'],
      ['line', 'group'],
    ]);
    expect(legendOf([...traces, mean])).toEqual([{ group: 'a', label: 'group', style, marked: false }]);
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
