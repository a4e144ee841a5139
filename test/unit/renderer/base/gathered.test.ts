import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { gathered } from '../../../../src/renderer/base/gathered';

describe('changes that are gathered', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('are done together, in their order', () => {
    const { soon } = gathered();
    const done: string[] = [];
    soon(() => done.push('one'));
    vi.advanceTimersByTime(10);
    soon(() => done.push('two'));
    expect(done).toEqual([]);
    vi.advanceTimersByTime(10);
    expect(done).toEqual(['one', 'two']);
  });

  it('come no more often than the eye follows', () => {
    const { soon } = gathered();
    const times: number[] = [];
    const begin = performance.now();
    for (let message = 0; message < 30; message++) {
      soon(() => times.push(performance.now() - begin));
      vi.advanceTimersByTime(20);
    }
    const turns = new Set(times);
    expect(turns.size).toBeLessThanOrEqual(5);
    expect(turns.size).toBeGreaterThanOrEqual(3);
  });

  it('are done at once where something must not overtake them, and not again', () => {
    const { soon, now } = gathered();
    const change = vi.fn();
    soon(change);
    now();
    expect(change).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1000);
    expect(change).toHaveBeenCalledTimes(1);
  });

  it('may ask for more changes', () => {
    const { soon } = gathered();
    const more = vi.fn();
    soon(() => soon(more));
    vi.advanceTimersByTime(16);
    expect(more).not.toHaveBeenCalled();
    vi.advanceTimersByTime(150);
    expect(more).toHaveBeenCalledTimes(1);
  });
});
