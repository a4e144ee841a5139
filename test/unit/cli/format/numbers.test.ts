import { describe, expect, it } from 'vitest';
import { bytes, clock, duration, instant, loss, percent, plural } from '../../../../src/cli/format/numbers';

describe('duration', () => {
  it.each([
    [0, '0 ms'],
    [0.412, '412 ms'],
    [0.9996, '1.0 s'],
    [8.44, '8.4 s'],
    [59.94, '59.9 s'],
    [59.96, '1:00'],
    [125, '2:05'],
    [3725, '1:02:05'],
    [NaN, '-'],
  ])('%f s → %s', (seconds, text) => expect(duration(seconds)).toBe(text));
});

it.each([
  [0.4, '0:00'],
  [5, '0:05'],
  [3599.6, '1:00:00'],
  [-1, '0:00'],
])('clock(%f) → %s', (seconds, text) => expect(clock(seconds)).toBe(text));

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [170052171, '170 MB'],
  [999600, '1.0 MB'],
  [5e15, '5000 TB'],
])('bytes(%d) → %s', (value, text) => expect(bytes(value)).toBe(text));

describe('loss', () => {
  it.each([
    [2.30258, '2.3026'],
    [0, '0.0000'],
    [0.00012, '1.200e-4'],
    [123456, '1.235e+5'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
  ])('%f → %s', (value, text) => expect(loss(value)).toBe(text));
});

it('percent keeps two decimals', () => expect(percent(0.64651)).toBe('64.65 %'));

it('plural', () => expect([plural(1, 'run'), plural(1200, 'step')]).toEqual(['1 run', '1,200 steps']));

it('instant is local time to the minute', () =>
  expect(instant(new Date(2031, 1, 3, 4, 5, 59).getTime())).toBe('2031-02-03 04:05'));
