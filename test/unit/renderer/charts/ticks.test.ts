import { describe, expect, it } from 'vitest';
import { logTicks, roundStep, roundTicks } from '../../../../src/renderer/charts/ticks';
import { randomOf } from './random-series';

describe('round ticks', () => {
  it('are multiples of 1, 2 or 5 times a power of ten, without stray digits', () => {
    expect(roundTicks(0, 1, 7)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(roundTicks(0, 0.3, 7)).toEqual([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3]);
    expect(roundTicks(-3, 12_345, 6)).toEqual([0, 5000, 10_000]);
  });

  it('are whole where only whole numbers mean something', () => {
    expect(roundTicks(0, 3, 9)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3]);
    expect(roundTicks(0, 3, 9, true)).toEqual([0, 1, 2, 3]);
  });

  it('of a range without length are its place', () => {
    expect(roundTicks(5, 5, 9)).toEqual([5]);
  });

  it('stay within any range, at equal distances, and are no more than asked for', () => {
    const random = randomOf(1);
    for (let round = 0; round < 2000; round++) {
      const size = 10 ** (random.next() * 16 - 6);
      const from = (random.next() - 0.5) * 3 * size;
      const most = random.whole(2, 12);
      const ticks = roundTicks(from, from + size, most);
      expect(ticks.length).toBeLessThanOrEqual(most);
      for (const tick of ticks) {
        expect(tick).toBeGreaterThanOrEqual(from - 1e-5 * size);
        expect(tick).toBeLessThanOrEqual(from + size + 1e-5 * size);
      }
      const step = roundStep(size / (most - 1));
      ticks.slice(1).forEach((tick, index) => expect((tick - ticks[index]!) / step).toBeCloseTo(1, 4));
      // There are about as many as there is room for: steps grow by 2.5 at most.
      expect(ticks.length).toBeGreaterThanOrEqual(Math.floor((most - 1) / 2.5));
    }
  });
});

it('a round step is the smallest of 1, 2, 5 times a power of ten that is large enough', () => {
  expect([0.11, 0.2, 1, 1.01, 3, 5, 7, 600].map((least) => roundStep(least))).toEqual([
    0.2, 0.2, 1, 2, 5, 5, 10, 1000,
  ]);
  expect([0.11, 1, 1.5].map((least) => roundStep(least, true))).toEqual([1, 1, 2]);
});

describe('ticks of a logarithmic axis', () => {
  it('are powers of ten, with rounder numbers between as far as there is room', () => {
    expect(logTicks(1, 1000)).toEqual([1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]);
    expect(logTicks(1, 1e8).filter((tick) => Math.log10(tick) % 1 !== 0)).toEqual([]);
    expect(logTicks(0.8, 4)).toEqual([0.8, 1, 2, 3, 4]);
  });

  it('stay within, in order, and apart', () => {
    const random = randomOf(2);
    for (let round = 0; round < 500; round++) {
      const from = 10 ** (random.next() * 12 - 6);
      const to = from * 10 ** (0.05 + random.next() * 6);
      const ticks = logTicks(from, to);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      for (const [index, tick] of ticks.entries()) {
        expect(tick).toBeGreaterThanOrEqual(from * (1 - 1e-6));
        expect(tick).toBeLessThanOrEqual(to * (1 + 1e-6));
        if (index > 0) expect(tick).toBeGreaterThan(ticks[index - 1]!);
      }
      expect(ticks.length).toBeLessThanOrEqual(12);
    }
  });

  it('are plain round numbers where it is zoomed in so far that it is hardly bent', () => {
    expect(logTicks(5010, 5040)).toEqual([5010, 5020, 5030, 5040]);
    expect(logTicks(1.001, 1.002)).toEqual([1.001, 1.0012, 1.0014, 1.0016, 1.0018, 1.002]);
  });
});
