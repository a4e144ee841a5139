import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, type EffectScope } from 'vue';
import { useRedraw, type Redraw } from '../../../src/renderer/curves/redraw';

let drawn: number[];
let scope: EffectScope;
let redraw: Redraw;
beforeEach(() => {
  vi.useFakeTimers();
  drawn = [];
  scope = effectScope();
  redraw = scope.run(() => useRedraw(() => drawn.push(performance.now())))!;
});
afterEach(() => {
  scope.stop();
  vi.useRealTimers();
});

/** A change each 5 ms for so long. */
function changes(milliseconds: number): void {
  for (let at = 0; at < milliseconds; at += 5) {
    redraw.soon();
    vi.advanceTimersByTime(5);
  }
}

describe('redrawing', () => {
  it('waits for a frame, and takes all changes before it together', () => {
    redraw.soon();
    redraw.soon();
    redraw.now();
    expect(drawn).toHaveLength(0);
    vi.advanceTimersToNextFrame();
    expect(drawn).toHaveLength(1);
    vi.runAllTimers();
    expect(drawn).toHaveLength(1);
  });

  it('keeps 120 ms between two drawings of what grows', () => {
    changes(1000);
    vi.runAllTimers();
    expect(drawn.length).toBeGreaterThan(5);
    for (const [index, at] of drawn.slice(1).entries()) {
      expect(at - drawn[index]!).toBeGreaterThanOrEqual(120);
    }
  });

  it('draws the last change, too', () => {
    changes(50);
    const before = drawn.length;
    vi.runAllTimers();
    expect(drawn.length).toBe(before + 1);
  });

  it('draws in the next frame what somebody waits for, also while something is put off', () => {
    redraw.now();
    vi.advanceTimersToNextFrame();
    redraw.soon();
    redraw.now();
    vi.advanceTimersToNextFrame();
    expect(drawn).toHaveLength(2);
    expect(drawn[1]! - drawn[0]!).toBeLessThan(120);
    vi.runAllTimers();
    expect(drawn).toHaveLength(2);
  });

  it('ends with its component', () => {
    redraw.now();
    scope.stop();
    vi.runAllTimers();
    expect(drawn).toHaveLength(0);
  });

  it('does not draw what was put off when its component is gone', () => {
    redraw.now();
    vi.advanceTimersToNextFrame();
    redraw.soon();
    scope.stop();
    vi.runAllTimers();
    expect(drawn).toHaveLength(1);
  });
});
