import { describe, expect, it } from 'vitest';
import type { Problem } from '../../../../../src/architecture/problem';
import { highlight, markRanges } from '../../../../../src/renderer/features/models/highlight';

const at = (offset: number, length: number): Problem => ({
  path: null,
  sentence: '',
  at: { line: 1, column: 1, offset, length },
});
const marked = (text: string, ...problems: Problem[]): string[] =>
  highlight(text, problems)
    .filter((piece) => piece.marked)
    .map((piece) => piece.text);

const TEXTS = [
  '',
  '\n',
  '[\n  [2, [[64, 3], [64, 3]]],\n]',
  'net = [[2, [[64,(3,3)]]]] # a comment (3,3)\r\n# 二 [2]\r\n',
  '{ "name": "a \\" b", "l2": 1e-4, "open',
  'x1 [[-2.5e3, 1_000]] \u{1f600}',
];

describe('highlighted pieces', () => {
  it.each(TEXTS)('of %j joined are the text again', (text) => {
    const problems = [at(0, 3), at(5, 1), at(4, 4), at(text.length, 0)];
    expect(
      highlight(text, problems)
        .map((piece) => piece.text)
        .join(''),
    ).toBe(text);
  });

  it('tell numbers, brackets, strings and comments apart', () => {
    const kinds = highlight('a1 = [-2, "x"] # 3', []).filter(({ kind }) => kind !== 'plain');
    expect(kinds.map(({ kind, text }) => [kind, text])).toEqual([
      ['bracket', '['],
      ['number', '-2'],
      ['string', '"x"'],
      ['bracket', ']'],
      ['comment', '# 3'],
    ]);
  });

  it('mark the spot of a problem across colours', () => {
    expect(marked('[2, 64]', at(1, 3))).toEqual(['2', ', ']);
  });

  it('mark the last character where the text ends too early', () => {
    expect(marked('[[2', at(3, 0))).toEqual(['2']);
  });

  it('leave a megabyte uncoloured but marked', () => {
    const text = '[2], '.repeat(200_000);
    const pieces = highlight(text, [at(10, 2)]);
    expect(pieces).toHaveLength(3);
    expect(pieces[1]).toEqual({ text: text.slice(10, 12), kind: 'plain', marked: true });
  });
});

it('joins marks that touch or overlap, and leaves out what has no spot', () => {
  expect(
    markRanges('0123456789', [at(4, 3), at(1, 2), at(3, 1), at(9, 5), { path: [], sentence: '' }]),
  ).toEqual([
    { start: 1, end: 7 },
    { start: 9, end: 10 },
  ]);
});
