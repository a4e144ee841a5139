import { beforeEach, expect, test } from 'vitest';
import type { EpochMetric, StepMetric } from '../../../src/shared/metrics';
import type { FromTrainer } from '../../../src/shared/training-messages';
import { Reporter } from '../../../src/trainer/reporter';

let time: number;
let sent: FromTrainer[];
let reporter: Reporter;
beforeEach(() => {
  time = 1000;
  sent = [];
  reporter = new Reporter(
    (message) => sent.push(message),
    () => time,
  );
});

const step = (number: number): StepMetric => ({
  step: number,
  epoch: 1,
  loss: 2,
  crossEntropy: 1,
  accuracy: 0.5,
  seconds: number,
  learningRate: 0.001,
});
const epoch: EpochMetric = {
  epoch: 1,
  step: 3,
  loss: 2,
  crossEntropy: 1,
  accuracy: 0.5,
  valLoss: 2,
  valCrossEntropy: 1,
  valAccuracy: 0.5,
  seconds: 1,
  imagesPerSecond: 1,
  memoryBytes: 1,
};
const stepsOf = (messages: FromTrainer[]) =>
  messages.map((message) =>
    message.type === 'steps' ? message.steps.map((each) => each.step) : message.type,
  );

test('the first step is sent at once, fast ones after it in bunches', () => {
  for (let number = 1; number <= 5; number++) {
    reporter.step(step(number));
    time += 0.17;
  }
  expect(stepsOf(sent)).toEqual([[1], [2, 3, 4]]);
});

test('slow steps are sent one by one', () => {
  for (let number = 1; number <= 3; number++) {
    reporter.step(step(number));
    time += 0.6;
  }
  expect(stepsOf(sent)).toEqual([[1], [2], [3]]);
});

test('an epoch comes after all of its steps', () => {
  for (let number = 1; number <= 3; number++) reporter.step(step(number));
  const classes = Uint16Array.of(1, 300);
  reporter.epoch(epoch, { classes, correct: Uint8Array.of(2) });
  classes.fill(0);
  expect(stepsOf(sent)).toEqual([[1], [2, 3], 'epoch']);
  expect(sent.at(-1)).toEqual({
    type: 'epoch',
    epoch,
    predictions: { images: 2, classes: Buffer.of(1, 0, 44, 1).toString('base64'), correct: 'Ag==' },
  });
});

test('a thousand steps and reports per second make at most ten messages', () => {
  for (let number = 1; number <= 1000; number++) {
    reporter.step(step(number));
    reporter.live(() => ({ imagesPerSecond: null, secondsLeft: null, memoryBytes: 1, cores: null }));
    reporter.phase('validating', number / 1000);
    time += 0.001;
  }
  expect(sent.length).toBeLessThanOrEqual(10);
});

test('a report goes behind steps, not between them', () => {
  for (let number = 1; number <= 13; number++) {
    reporter.step(step(number));
    reporter.live(() => ({ imagesPerSecond: null, secondsLeft: null, memoryBytes: 1, cores: null }));
    time += 0.17;
  }
  expect(stepsOf(sent)).toEqual([
    [1],
    'live',
    [2, 3, 4],
    [5, 6, 7],
    'live',
    [8, 9, 10],
    [11, 12, 13],
    'live',
  ]);
});

test('a new phase is sent whatever was sent before, its progress now and then', () => {
  reporter.phase('training');
  reporter.phase('validating', 0);
  reporter.phase('validating', 0.1);
  time += 1;
  reporter.phase('validating', 0.5);
  reporter.phase('training');
  expect(sent.map((message) => message.type === 'phase' && [message.phase, message.fraction])).toEqual([
    ['training', null],
    ['validating', 0],
    ['validating', 0.5],
    ['training', null],
  ]);
});
