import { expect, it } from 'vitest';
import { sparkline } from '../../../../src/cli/format/sparkline';

it('runs from lowest to highest bar', () => expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█'));
it('averages what does not fit', () => expect(sparkline([0, 2, 6, 8], 2)).toBe('▁█'));
it('is no longer than the values', () => expect(sparkline([2, 1], 60)).toBe('█▁'));
it('draws a flat curve low', () => expect(sparkline([3, 3, 3], 3)).toBe('▁▁▁'));
it('marks a diverged loss', () => expect(sparkline([1, NaN, 2], 3)).toBe('▁×█'));
it('survives a loss that was never finite', () => expect(sparkline([NaN, Infinity], 2)).toBe('××'));
it('has an ASCII form', () => expect(sparkline([0, 1], 2, false)).toBe('_#'));
it('is empty without values', () => expect(sparkline([], 10)).toBe(''));
