import { describe, expect, it } from 'vitest';
import { queuePlacement } from '../../../../src/cli/flags/queue';

describe('how a run is to enter the queue', () => {
  it.each([
    [{}, { queue: 'last', start: { now: false, otherKernels: false }, stay: true }],
    [{ queue: 'next' as const }, { queue: 'next', start: { now: false, otherKernels: false }, stay: true }],
    [{ now: true }, { queue: 'last', start: { now: true, otherKernels: false }, stay: true }],
    [{ otherKernels: true }, { queue: 'last', start: { now: false, otherKernels: true }, stay: true }],
    [{ background: true }, { queue: 'last', start: { now: false, otherKernels: false }, stay: false }],
    [
      { background: true, queue: 'next' as const },
      { queue: 'next', start: { now: false, otherKernels: false }, stay: false },
    ],
    [{ queue: 'held' as const }, { queue: 'held', start: { now: false, otherKernels: false }, stay: false }],
  ])('%j', (options, placement) => expect(queuePlacement(options, 'last')).toEqual(placement));

  it('is the usual place of the command where none is given', () => {
    expect(queuePlacement({}, 'next').queue).toBe('next');
    expect(queuePlacement({ queue: 'last' }, 'next').queue).toBe('last');
  });

  it.each([
    [{ now: true, queue: 'held' as const }, '--now and --queue held contradict each other; leave one out'],
    [{ now: true, background: true }, '--now and --background contradict each other; leave one out'],
  ])('%j is refused', (options, sentence) => expect(() => queuePlacement(options, 'last')).toThrow(sentence));
});
