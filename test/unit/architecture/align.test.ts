import { describe, expect, it } from 'vitest';
import { align, alignItems, MAX_COMPARED } from '../../../src/architecture/align';
import { random, whole } from './random';

const equal = (a: string, b: string): number => (a === b ? 0 : 3);
const joined = (pairs: ReturnType<typeof alignItems<string>>, side: 0 | 1): string =>
  pairs.map((pair) => pair[side] ?? '').join('');

/** The least cost by its definition, of the first `i` and the first `j` items. */
function leastCost(before: readonly number[], after: readonly number[]): number {
  if (before.length === 0 || after.length === 0) return before.length + after.length;
  const [a, b] = [before.slice(0, -1), after.slice(0, -1)];
  const last = distance(before.at(-1)!, after.at(-1)!);
  return Math.min(leastCost(a, b) + last, leastCost(a, after) + 1, leastCost(before, b) + 1);
}
const distance = (a: number, b: number): number => (a === b ? 0 : 0.5 + Math.abs(a - b) / 4);

describe('aligning', () => {
  it('keeps the longest common subsequence', () => {
    const pairs = alignItems([...'kitten'], [...'sitting'], equal);
    expect(
      joined(
        pairs.filter(([a, b]) => a !== null && b !== null),
        0,
      ),
    ).toBe('ittn');
    expect(joined(pairs, 0)).toBe('kitten');
    expect(joined(pairs, 1)).toBe('sitting');
  });

  it('costs as little as can be', () => {
    const next = random(3);
    const list = (): number[] => Array.from({ length: whole(next, 0, 6) }, () => whole(next, 1, 6));
    for (let trial = 0; trial < 200; trial++) {
      const [before, after] = [list(), list()];
      const cost = align(before, after, distance).reduce(
        (sum, [a, b]) => sum + (a === null || b === null ? 1 : distance(before[a]!, after[b]!)),
        0,
      );
      expect(cost, JSON.stringify([before, after])).toBeCloseTo(leastCost(before, after), 9);
    }
  });

  it('compares large lists place by place, between their equal ends', () => {
    let compared = 0;
    const counting = (a: string, b: string): number => {
      compared++;
      return a.startsWith('other') || b.startsWith('other') ? 3 : equal(a, b) / 2;
    };
    const list = (name: string, length: number): string[] =>
      Array.from({ length }, (_, index) => `${name}${index}`);
    const before = ['head', ...list('old', 900), 'tail'];
    const after = ['head', 'other', ...list('new', 900), 'tail'];
    const pairs = align(before, after, counting);
    expect(pairs.slice(0, 4)).toEqual([
      [0, 0],
      [1, null],
      [null, 1],
      [2, 2],
    ]);
    expect(pairs.slice(-2)).toEqual([
      [null, 901],
      [901, 902],
    ]);
    expect(compared).toBeLessThan(MAX_COMPARED);
  });

  it('counts the parts of what it compares', () => {
    const shifted = [
      ['a', 'b', 'c'],
      ['b', 'd'],
    ] as const;
    expect(align(...shifted, equal)).toContainEqual([1, 0]);
    expect(align(...shifted, equal, () => 100)).not.toContainEqual([1, 0]);
  });
});
