import { describe, expect, it } from 'vitest';
import { oneLine, pad, textWidth, truncate } from '../../../../src/cli/format/text';

describe('textWidth', () => {
  it.each([
    ['abc', 3],
    ['残差', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['\u001b[31mred\u001b[39m', 3],
    ['🙂', 2],
    ['', 0],
  ])('%j takes %d columns', (text, width) => expect(textWidth(text)).toBe(width));
});

describe('truncate', () => {
  it('leaves what fits', () => expect(truncate('resnet18', 8)).toBe('resnet18'));
  it('shows that something is missing', () => expect(truncate('resnet18', 5)).toBe('resn…'));
  it('never exceeds the width with wide characters', () => expect(truncate('残差網路', 4)).toBe('残…'));
  it('gives nothing where not even the ellipsis fits', () => expect(truncate('abc', 0)).toBe(''));
});

it('pads by columns, not by characters', () => expect(pad('残', 4, 'right')).toBe('  残'));

it('takes cursor movements and line breaks out of names', () =>
  expect(oneLine('a\u001b[2Jb\r\nc\u2028d')).toBe('a [2Jb c d'));
