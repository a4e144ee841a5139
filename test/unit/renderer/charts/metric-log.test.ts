import { describe, expect, it } from 'vitest';
import { MetricLog, READ_LIMIT } from '../../../../src/renderer/charts/metric-log';
import type { EpochMetric, StepMetric } from '../../../../src/shared/metrics';
import { STEP_COLUMNS, toColumns, type StepColumns } from '../../../../src/shared/step-columns';

const step = (n: number): StepMetric => ({
  step: n,
  epoch: Math.ceil(n / 100),
  loss: 10 / n,
  crossEntropy: 9 / n,
  accuracy: 1 - 1 / n,
  seconds: n / 10,
  learningRate: 0.001,
});
const steps = (from: number, to: number): StepColumns =>
  toColumns(Array.from({ length: to - from + 1 }, (_, index) => step(from + index)));
const epoch = (n: number, valAccuracy = n / 10): EpochMetric => ({
  epoch: n,
  step: n * 100,
  loss: 1,
  crossEntropy: 1,
  accuracy: 0.5,
  valLoss: 1,
  valCrossEntropy: 1,
  valAccuracy,
  seconds: 10,
  imagesPerSecond: 640,
  memoryBytes: 1e9,
});
const numbers = (log: MetricLog): number[] =>
  Array.from({ length: log.steps.step.length }, (_, index) => log.steps.step.at(index));
const oneTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

describe('MetricLog', () => {
  it('puts events that arrive before the first read behind what the read returns, each step once', () => {
    const log = new MetricLog();
    expect(log.receive(steps(8, 12))).toBe(false);
    expect(log.read(steps(1, 10))).toBe(false);
    expect(numbers(log)).toEqual(oneTo(12));
    expect(log.receive(steps(11, 15))).toBe(true);
    expect(numbers(log)).toEqual(oneTo(15));
  });

  it('asks for a read where an event does not follow on, and closes the gap with it', () => {
    const log = new MetricLog();
    log.read(steps(1, 5));
    expect(log.receive(steps(9, 10))).toBe(false);
    expect(numbers(log)).toEqual(oneTo(5));
    expect(log.cursor).toBe(5);
    // More events while the read is on its way.
    log.receive(steps(11, 12));
    expect(log.read(steps(6, 10))).toBe(false);
    expect(numbers(log)).toEqual(oneTo(12));
  });

  it('reads once more where the read was older than the event', () => {
    const log = new MetricLog();
    log.receive(steps(20, 22));
    expect(log.read(steps(1, 10))).toBe(true);
    expect(log.read(steps(11, 22))).toBe(false);
    expect(numbers(log)).toEqual(oneTo(22));
  });

  it('accepts a hole that the database has too', () => {
    const log = new MetricLog();
    log.receive(steps(20, 21));
    expect(log.read(steps(1, 3))).toBe(true);
    expect(log.read(toColumns([]))).toBe(false);
    expect(numbers(log)).toEqual([1, 2, 3, 20, 21]);
    expect(log.receive(steps(22, 22))).toBe(true);
  });

  it('keeps apart what follows on of an event and what does not', () => {
    const log = new MetricLog();
    log.read(steps(1, 5));
    expect(log.receive(toColumns([5, 6, 7, 9, 10].map(step)))).toBe(false);
    expect(numbers(log)).toEqual(oneTo(7));
    expect(log.read(steps(8, 9))).toBe(false);
    expect(numbers(log)).toEqual(oneTo(10));
  });

  it('keeps reading after a full read', () => {
    const log = new MetricLog();
    expect(log.read(steps(1, READ_LIMIT))).toBe(true);
    expect(log.loaded).toBe(false);
    expect(log.cursor).toBe(READ_LIMIT);
    expect(log.read(steps(READ_LIMIT + 1, READ_LIMIT + 2))).toBe(false);
    expect(log.loaded).toBe(true);
    expect(log.steps.step.length).toBe(READ_LIMIT + 2);
  });

  it('keeps the columns of one length and in the order of the steps', () => {
    const log = new MetricLog();
    log.read(steps(1, 1000));
    expect(log.steps.loss.at(499)).toBe(10 / 500);
    expect(log.steps.seconds.last()).toBe(100);
    expect(Object.values(log.steps).map((column) => column.length)).toEqual(STEP_COLUMNS.map(() => 1000));
  });

  it('keeps what is not a number', () => {
    const log = new MetricLog();
    log.read(toColumns([{ ...step(1), loss: NaN }]));
    expect(log.steps.loss.at(0)).toBeNaN();
  });

  it('keeps epochs in order, each once, the later word winning', () => {
    const log = new MetricLog();
    log.receiveEpochs([epoch(2), epoch(3)]);
    log.receiveEpochs([epoch(1), epoch(2, 0.9)]);
    expect(log.epochs.map(({ epoch: n, valAccuracy }) => [n, valAccuracy])).toEqual([
      [1, 0.1],
      [2, 0.9],
      [3, 0.3],
    ]);
  });

  it('gives a new version whenever something changed', () => {
    const log = new MetricLog();
    const versions = [log.version];
    log.read(steps(1, 2));
    versions.push(log.version);
    log.receive(steps(3, 3));
    versions.push(log.version);
    log.receiveEpochs([epoch(1)]);
    versions.push(log.version);
    expect(new Set(versions).size).toBe(4);
  });
});
