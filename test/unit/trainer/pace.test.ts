import { expect, test } from 'vitest';
import { Pace } from '../../../src/trainer/pace';

test('before the first step nothing is known', () => {
  const pace = new Pace();
  expect([pace.imagesPerSecond, pace.secondsLeft(10, 1)]).toEqual([null, null]);
});

test('time left is the median step for each step', () => {
  const pace = new Pace();
  for (const seconds of [30, 2, 2, 2, 3]) pace.step(seconds, 64);
  expect(pace.secondsLeft(10, 5)).toBe(20);
});

test('validations count once one has been timed', () => {
  const pace = new Pace();
  for (let i = 0; i < 4; i++) pace.step(2, 64);
  pace.validation(7);
  expect(pace.secondsLeft(10, 3)).toBe(20 + 21);
});

test('images per second is the median over the steps, whatever their batch', () => {
  const pace = new Pace();
  for (const [seconds, images] of [
    [20, 64],
    [2, 64],
    [1, 32],
  ] as const)
    pace.step(seconds, images);
  expect(pace.imagesPerSecond).toBe(32);
});

test('steps long past are forgotten', () => {
  const pace = new Pace();
  for (let i = 0; i < 200; i++) pace.step(1, 10);
  for (let i = 0; i < 60; i++) pace.step(4, 10);
  expect(pace.secondsLeft(1, 0)).toBe(4);
});

test('time left is not told from the first steps, which are slower than all others', () => {
  const pace = new Pace();
  const told = [2, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5].map((seconds) => {
    pace.step(seconds, 64);
    return pace.secondsLeft(100, 0);
  });
  expect(told).toEqual([null, null, null, null, null, null, 50, 50, 50, 50, 50]);
});

test('a few slow steps are enough to tell the time left, many quick ones are too', () => {
  const slow = new Pace();
  for (let i = 0; i < 3; i++) slow.step(30, 64);
  expect(slow.secondsLeft(10, 0)).toBeNull();
  slow.step(30, 64);
  expect(slow.secondsLeft(10, 0)).toBe(300);

  const quick = new Pace();
  for (let i = 0; i < 10; i++) quick.step(0.01, 64);
  expect(quick.secondsLeft(10, 0)).toBeNull();
  quick.step(0.01, 64);
  expect(quick.secondsLeft(10, 0)).toBeCloseTo(0.1);
});

test('speed forgets the first step once there is a second', () => {
  const pace = new Pace();
  pace.step(8, 64);
  expect(pace.imagesPerSecond).toBe(8);
  pace.step(2, 64);
  expect(pace.imagesPerSecond).toBe(32);
});
