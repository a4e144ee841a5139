import { expect, it } from 'vitest';
import { editDistance, nearest } from '../../../src/architecture/suggest';

it.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', 'ab', 1],
  ['abc', 'acb', 1],
  ['abcd', 'badc', 2],
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
])('%j and %j are %i apart', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

it.each([
  ['TABLE', ['name', 'table'], 'table'],
  ['strdie', ['stride', 'pool'], 'stride'],
  ['net7', ['net1', 'net8', 'net10'], 'net8'],
  ['xyz', ['stride', 'pool'], undefined],
  ['table', [], undefined],
])('%j among %j is %j', (word, candidates, expected) => {
  expect(nearest(word, candidates)).toBe(expected);
});
