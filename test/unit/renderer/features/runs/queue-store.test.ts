import { describe, expect, it } from 'vitest';
import {
  moved,
  outlookOf,
  queueOf,
  queueOptions,
  startLabel,
  startSentence,
} from '../../../../../src/renderer/features/runs/queue-store';
import type { Run } from '../../../../../src/shared/run';
import { sampleRun } from './sample';

const waiting = (id: number, place: number, held = false): Run =>
  sampleRun({ id, name: `run ${id}`, state: 'queued', queue: { place, held } });
const runs = [waiting(1, 3), sampleRun({ id: 9 }), waiting(2, 1), waiting(3, 2, true)];
const queue = queueOf(runs);
const order = (list: readonly Run[]): [number, number][] => list.map((run) => [run.id, run.queue!.place]);

describe('the queue', () => {
  it('has the runs that wait, by their places', () => {
    expect(order(queue)).toEqual([
      [2, 1],
      [3, 2],
      [1, 3],
    ]);
  });

  it.each([
    ['to the front', 1, 1, [1, 2, 3]],
    ['to the back', 2, 3, [3, 1, 2]],
    ['beyond the back', 2, 99, [3, 1, 2]],
    ['before the front', 1, 0, [1, 2, 3]],
    ['where it is', 3, 2, [2, 3, 1]],
  ])('moves a run %s', (_, id, place, ids) => {
    expect(order(moved(queue, id, place))).toEqual(ids.map((one, index) => [one, index + 1]));
  });

  it('leaves runs alone that keep their place, and the given queue', () => {
    const after = moved(queue, 3, 1);
    expect(after[2]).toBe(queue[2]);
    expect(order(queue)[0]).toEqual([2, 1]);
  });

  it('stays as it is where the run does not wait any more', () => {
    expect(moved(queue, 9, 1)).toEqual(queue);
  });
});

describe('what starting leads to', () => {
  it('counts runs that would be taken before, not those held', () => {
    expect(outlookOf(1, queue, 1)).toEqual({ free: false, training: 1, waiting: 2 });
  });

  it('is free while those at work and those waiting leave room', () => {
    expect(outlookOf(0, [], 1).free).toBe(true);
    expect(outlookOf(1, queueOf([waiting(1, 1, true)]), 2).free).toBe(true);
    expect(outlookOf(1, queueOf([waiting(1, 1)]), 2).free).toBe(false);
  });

  it('offers only ways that differ', () => {
    const values = (active: number, list: Run[], atOnce: number): string[] =>
      queueOptions(outlookOf(active, queueOf(list), atOnce)).map(({ value }) => value);
    expect(values(0, [], 1)).toEqual(['last', 'held']);
    expect(values(1, [], 1)).toEqual(['last', 'held']);
    expect(values(1, runs, 1)).toEqual(['last', 'next', 'held']);
  });

  it.each([
    ['last', { free: true, training: 0, waiting: 0 }, 'Start', 'Starts at once.'],
    [
      'last',
      { free: true, training: 1, waiting: 0 },
      'Start',
      'Starts at once beside 1 other run: they share the processors, so each is slower.',
    ],
    ['last', { free: false, training: 1, waiting: 0 }, 'Queue as next', 'Starts when the current run ends.'],
    [
      'last',
      { free: false, training: 1, waiting: 2 },
      'Queue (2 before it)',
      'Starts after the 2 runs that wait before it.',
    ],
    [
      'last',
      { free: false, training: 1, waiting: 1 },
      'Queue (1 before it)',
      'Starts after the run that waits before it.',
    ],
    [
      'next',
      { free: false, training: 2, waiting: 3 },
      'Queue as next',
      'Starts when one of the current runs ends.',
    ],
    [
      'held',
      { free: true, training: 0, waiting: 0 },
      'Queue, held',
      'Waits in the queue until you release it.',
    ],
  ] as const)('says it on the button and in a sentence: %s, %j', (entry, outlook, label, sentence) => {
    expect([startLabel(entry, outlook), startSentence(entry, outlook)]).toEqual([label, sentence]);
  });
});
