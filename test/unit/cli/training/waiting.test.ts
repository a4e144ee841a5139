import { describe, expect, it } from 'vitest';
import { waitingLine, waitingOf } from '../../../../src/cli/training/waiting';
import { aRun, queued } from '../fake-runs';

const lineOf = (...[run, ...others]: ReturnType<typeof aRun>[]): string | null => {
  const waiting = waitingOf(run!, [run!, ...others]);
  return waiting && waitingLine(waiting);
};

describe('what a run waits for', () => {
  it('are the runs that train and those before it, in the order of the queue', () => {
    expect(
      waitingOf(queued(7, 4), [
        queued(9, 3),
        queued(8, 5),
        queued(7, 4),
        queued(6, 1, { queue: { place: 1, held: true } }),
        queued(10, 2),
        aRun({ id: 5, state: 'running' }),
        aRun({ id: 4, state: 'paused' }),
        aRun({ id: 3, state: 'completed' }),
      ]),
    ).toEqual({ id: 7, place: 4, held: false, asks: false, training: [5], before: [10, 9] });
  });

  it('is nothing for a run that does not wait', () => {
    expect(waitingOf(aRun({ state: 'running' }), [])).toBe(null);
  });
});

describe('as a sentence', () => {
  it.each([
    [[queued(7, 1)], 'Run 7 waits in the queue: it is next'],
    [
      [queued(7, 2), queued(6, 1), aRun({ id: 5, state: 'pausing' })],
      'Run 7 waits in the queue: 2 before it (run 5 trains, run 6 waits)',
    ],
    [
      [queued(7, 5), queued(6, 4), queued(5, 3), queued(4, 2), queued(3, 1)],
      'Run 7 waits in the queue: 4 before it (run 3 waits, run 4 waits, run 5 waits, …)',
    ],
    [
      [queued(7, 1, { queue: { place: 1, held: true } })],
      'Run 7 is held in the queue until `queue release 7` releases it',
    ],
  ])('%#', (runs, line) => expect(lineOf(...runs)).toBe(line));
});
