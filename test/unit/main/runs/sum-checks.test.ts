import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SumChecks } from '../../../../src/main/runs/sum-checks';

describe('a look at the sums of runs', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('waits until no more runs are being read, and takes one at a time', () => {
    const look = vi.fn();
    const checks = new SumChecks(look);
    checks.soon(1);
    vi.advanceTimersByTime(900);
    checks.soon(2);
    vi.advanceTimersByTime(900);
    expect(look).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100);
    expect(look.mock.calls).toEqual([[1]]);
    vi.advanceTimersByTime(10);
    expect(look.mock.calls).toEqual([[1], [2]]);
  });

  it('is taken once a session, soon or now', () => {
    const look = vi.fn();
    const checks = new SumChecks(look);
    checks.now(1);
    checks.now(1);
    checks.soon(1);
    vi.advanceTimersByTime(5000);
    expect(look).toHaveBeenCalledTimes(1);
  });

  it('that fails keeps none of the others from being taken', () => {
    const look = vi.fn((id: number) => {
      if (id === 1) throw new Error('The database is closed.');
    });
    const checks = new SumChecks(look);
    checks.soon(1);
    checks.soon(2);
    vi.advanceTimersByTime(2000);
    expect(look.mock.calls).toEqual([[1], [2]]);
  });
});
