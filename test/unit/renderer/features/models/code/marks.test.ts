import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../../../../src/architecture/problem';
import {
  markAt,
  marksOf,
  stepMark,
  withPlainLines,
  type Mark,
} from '../../../../../../src/renderer/features/models/code/marks';

const at = (offset: number, length: number): Problem => ({
  path: null,
  sentence: '',
  at: { line: 1, column: 1, offset, length },
});
const marked = (text: string, ...problems: Problem[]): string[] =>
  marksOf(text, problems).map(({ from, to }) => withPlainLines(text).slice(from, to));

describe('marks', () => {
  it('are where the problems are, in the order of the text; what has no place has none', () => {
    expect(marked('[[2, [[64,0]]]]', at(10, 1), at(2, 1), { path: [], sentence: '' })).toEqual(['2', '0']);
  });

  it('are one character wide at least, and the last one where the text ends too early', () => {
    expect(marked('[[2', at(1, 0), at(3, 0))).toEqual(['[', '2']);
    expect(marksOf('', [at(0, 0)])).toMatchObject([{ from: 0, to: 0 }]);
  });

  it('count a line end of two characters as the one that it is in the editor', () => {
    expect(marked('# a\r\n# b\r\n[[x]]', at(12, 1))).toEqual(['x']);
    expect(marked('# a\rx', at(4, 1))).toEqual(['x']);
  });
});

describe('steps from mark to mark', () => {
  const marks = [1, 5, 9].map((from): Mark => ({ problem: at(from, 2), from, to: from + 2 }));
  const step = (from: number, to: number, direction: 'next' | 'previous') =>
    stepMark(marks, { from, to }, direction)?.from;

  it('lead from the caret to the next one, and past the last to the first', () => {
    expect([step(0, 0, 'next'), step(2, 2, 'next'), step(5, 7, 'next'), step(9, 11, 'next')]).toEqual([
      1, 5, 9, 1,
    ]);
  });

  it('lead back the same way', () => {
    expect([step(8, 8, 'previous'), step(5, 7, 'previous'), step(0, 0, 'previous')]).toEqual([5, 1, 9]);
  });

  it('lead nowhere without marks', () => {
    expect(stepMark([], { from: 0, to: 0 }, 'next')).toBeNull();
  });
});

it('the mark at the caret is the narrowest that it touches', () => {
  const wide: Mark = { problem: at(0, 9), from: 0, to: 9 };
  const narrow: Mark = { problem: at(3, 1), from: 3, to: 4 };
  const found = (offset: number) => markAt([wide, narrow], { from: offset, to: offset });
  expect([found(4), found(6), found(10)]).toEqual([narrow, wide, null]);
});
