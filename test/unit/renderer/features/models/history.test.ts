import { describe, expect, it } from 'vitest';
import {
  mapped,
  MAX_STEPS,
  NO_HISTORY,
  record,
  redone,
  sealed,
  undone,
  type History,
} from '../../../../../src/renderer/features/models/history';

const equal = (a: string, b: string): boolean => a === b;
/** A history of states, one after the other, each step of what is given with it. */
function historyOf(first: string, ...steps: [state: string, gather?: string][]): History<string> {
  let before = first;
  let history: History<string> = NO_HISTORY;
  for (const [after, gather = null] of steps) {
    history = record(history, { before, after, gather, at: 0 }, equal);
    before = after;
  }
  return history;
}
const states = ({ past }: History<string>): string[] => past.map(({ before, after }) => `${before}>${after}`);

describe('steps', () => {
  it('in the same field in a row are one', () => {
    expect(states(historyOf('6', ['64', 'a'], ['641', 'a'], ['x', 'b'], ['y', 'b']))).toEqual([
      '6>641',
      '641>y',
    ]);
  });

  it('that stand alone stay apart', () => {
    expect(states(historyOf('a', ['b'], ['c'], ['d']))).toEqual(['a>b', 'b>c', 'c>d']);
  });

  it('after a field was left are new', () => {
    const left = sealed(historyOf('a', ['b', 'field']));
    expect(states(record(left, { before: 'b', after: 'c', gather: 'field', at: 0 }, equal))).toEqual([
      'a>b',
      'b>c',
    ]);
  });

  it('there and back again are none', () => {
    expect(states(historyOf('a', ['b'], ['c', 'field'], ['b', 'field']))).toEqual(['a>b']);
    expect(states(historyOf('a', ['a']))).toEqual([]);
  });

  it('are kept up to a number', () => {
    const many = historyOf('0', ...Array.from({ length: 250 }, (_, index): [string] => [String(index + 1)]));
    expect([many.past.length, states(many)[0]]).toEqual([MAX_STEPS, '50>51']);
  });
});

describe('undoing and redoing', () => {
  it('goes back and forward over the same states', () => {
    const history = historyOf('a', ['b'], ['c']);
    const [step, before] = undone(history)!;
    expect(step.before).toBe('b');
    const [again, after] = redone(before)!;
    expect(again.after).toBe('c');
    expect(after.past).toEqual(history.past);
  });

  it('ends where there is nothing left', () => {
    expect(undone(NO_HISTORY)).toBeNull();
    expect(redone(historyOf('a', ['b']))).toBeNull();
  });

  it('forgets what was undone once something else is done', () => {
    const [, back] = undone(historyOf('a', ['b'], ['c']))!;
    expect(redone(record(back, { before: 'b', after: 'd', gather: null, at: 0 }, equal))).toBeNull();
  });

  it('does not go on with a step that was undone', () => {
    const [, back] = undone(historyOf('a', ['b', 'field'], ['c']))!;
    const next = record(back, { before: 'b', after: 'bb', gather: 'field', at: 0 }, equal);
    expect(states(next)).toEqual(['a>b', 'b>bb']);
  });
});

it('the states of all steps can be changed at once', () => {
  const [, history] = undone(historyOf('a', ['b'], ['c']))!;
  const upper = mapped(history, (state) => state.toUpperCase());
  expect([states(upper), upper.future[0]!.after]).toEqual([['A>B'], 'C']);
});
