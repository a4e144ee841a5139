import { describe, expect, it } from 'vitest';
import { kernelSize } from '../../../src/architecture/block-table';
import { formatProblem } from '../../../src/architecture/problem';
import { checked } from './checked-table';

describe('a block table that is data', () => {
  it('takes squares as one number', () => {
    expect(checked([[1, [[8, [3, 3]]]]])).toEqual({ ok: true, value: [[1, [[8, 3]]]] });
  });

  it.each([
    [null, 'table: must be a list of stages [count, [[filters, kernel], …]], got null'],
    [
      '[[2,[[64,3]]]]',
      'table: must be a list of stages [count, [[filters, kernel], …]], got "[[2,[[64,3]]]]"',
    ],
    [{}, 'table: must be a list of stages [count, [[filters, kernel], …]], got an object'],
    [[['2', [[64, 3]]]], 'stage 1: count must be a whole number, got "2"'],
    [[[2, [[64, null]]]], 'stage 1, convolution 1: kernel must be one number or [height, width], got null'],
    [[[NaN, [[64, 3]]]], 'stage 1: count must be a whole number, got NaN'],
    [[[2, [[Infinity, 3]]]], 'stage 1, convolution 1: filters must be a whole number, got Infinity'],
    [[undefined], 'stage 1: must be [count, [[filters, kernel], …]], got nothing'],
  ])('%j', (json, message) => {
    const parsed = checked(json);
    expect(parsed.ok ? [] : parsed.problems.map((problem) => formatProblem(problem))).toEqual([message]);
  });

  it('says no position where there is no text', () => {
    const result = checked([[0, [[64, 3]]]]);
    expect(!result.ok && Object.keys(result.problems[0]!)).toEqual(['path', 'sentence']);
  });

  it('cuts what would be pages long', () => {
    const result = checked([[2, [[64, Array.from({ length: 100_000 }, (_, i) => i)]]]]);
    expect(!result.ok && formatProblem(result.problems[0]!)).toBe(
      'stage 1, convolution 1: kernel must be one number or [height, width], got [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, …',
    );
  });

  it('bears a list that contains itself', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(checked([[loop, [[64, 3]]]]).ok).toBe(false);
  });
});

describe('kernelSize', () => {
  it('gives height and width', () => {
    expect([kernelSize(3), kernelSize([1, 5])]).toEqual([
      [3, 3],
      [1, 5],
    ]);
  });
});
