import { expect, it, vi } from 'vitest';
import { parseArchitecture } from '../../../src/architecture/text/architecture';
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

it('looks at no more unknown fields than are reported, and at none that is too long for a slip', () => {
  const fields = Object.fromEntries(
    Array.from({ length: 50_000 }, (_, i) => [`field${i}`.padEnd(90, 'x'), 1]),
  );
  // Each look makes a word and its candidates plain, which is how it can be counted.
  const words = vi.spyOn(String.prototype, 'toLowerCase');
  try {
    const parsed = parseArchitecture({ ...fields, ['y'.repeat(100_000)]: 1 });
    expect(parsed.ok ? [] : parsed.problems).toHaveLength(101);
    expect(words.mock.calls.length).toBeLessThan(100 * 20);
    words.mockClear();
    expect(nearest('resnet18'.repeat(20_000), ['resnet18'])).toBeUndefined();
    expect(words).not.toHaveBeenCalled();
  } finally {
    words.mockRestore();
  }
});
