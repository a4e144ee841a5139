import { describe, expect, it } from 'vitest';
import { formatProblem, type Path } from '../../../src/architecture/problem';

const sentence = 'must be right';

describe('the place of a problem in words', () => {
  it.each<[Path, string]>([
    [[], 'architecture'],
    [['tabel'], 'architecture'],
    [['constructor'], 'architecture'],
    [['name'], 'name'],
    [['inputShape', 1], 'inputShape'],
    [['stem', 'kernel', 0], 'stem'],
    [['stem', 'strides'], 'stem'],
    [['table'], 'table'],
    [['table', 1], 'stage 2'],
    [['table', 1, 0], 'stage 2'],
    [['table', 1, 1], 'stage 2'],
    [['table', 1, 1, 2], 'stage 2, convolution 3'],
    [['table', 1, 1, 2, 1, 0], 'stage 2, convolution 3'],
    [['table', 1, 'block', 0], 'stage 2, block 1'],
    [['table', 1, 'block', 0, 'convolution', 2], 'stage 2, block 1, convolution 3'],
    [['table', 1, 'block', 0, 'projection'], 'stage 2, block 1, projection'],
  ])('%j', (path, place) => {
    expect(formatProblem({ path, sentence })).toBe(`${place}: ${sentence}`);
  });

  it('is the position where the text cannot be read', () => {
    const at = { line: 3, column: 5, offset: 20, length: 1 };
    expect(formatProblem({ path: null, sentence, at })).toBe(`line 3, column 5: ${sentence}`);
  });

  it('names the table of several, as one line whatever it is called', () => {
    expect(formatProblem({ path: ['table', 0], sentence, table: 'a\u202e\nb' })).toBe(
      `a\ufffd b, stage 1: ${sentence}`,
    );
    expect(formatProblem({ path: [], sentence, table: 'b' })).toBe(`b: ${sentence}`);
  });

  it('leaves the whole out where it is said already', () => {
    expect(formatProblem({ path: [], sentence }, { whole: null })).toBe(sentence);
    expect(formatProblem({ path: ['stem'], sentence }, { whole: null })).toBe(`stem: ${sentence}`);
  });
});
