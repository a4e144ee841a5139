import { describe, expect, it } from 'vitest';
import { locate, positionAt, spanOf, type Located } from '../../../src/architecture/position';

describe('the position of an offset', () => {
  const text = 'ab\ncd\r\nef\rgh\u{1f600}i';
  it.each([
    [0, 1, 1],
    [2, 1, 3],
    [3, 2, 1],
    [6, 2, 4],
    [7, 3, 1],
    [10, 4, 1],
    // Columns count UTF-16 units.
    [14, 4, 5],
    [text.length, 4, 6],
  ])('%i is line %i, column %i', (offset, line, column) => {
    expect(positionAt(text, offset)).toEqual({ line, column });
  });

  it('spans no less than nothing', () => {
    expect(spanOf(text, 3, 5)).toEqual({ line: 2, column: 1, offset: 3, length: 2 });
    expect(spanOf(text, 3, 2)).toEqual({ line: 2, column: 1, offset: 3, length: 0 });
  });
});

describe('the place of a path', () => {
  const leaf = { start: 9, end: 10 };
  const list: Located = { start: 8, end: 12, items: [leaf, { start: 11, end: 12 }] };
  const fields = new Map<string, Located | null>([
    ['table', list],
    ['name', null],
  ]);
  const root: Located = { start: 0, end: 20, fields };

  it('is that of the value', () => {
    expect(locate(root, ['table', 0])).toBe(leaf);
    expect(locate(root, [])).toBe(root);
  });

  it('is that of what should contain it, where it is missing', () => {
    expect(locate(root, ['classes'])).toBe(root);
    expect(locate(root, ['table', 7])).toBe(list);
    expect(locate(root, ['table', 0, 'block', 2])).toBe(leaf);
  });

  it('is none of a value that the text did not give', () => {
    expect(locate(root, ['name'])).toBeNull();
    expect(locate(root, ['name', 0])).toBeNull();
  });
});
