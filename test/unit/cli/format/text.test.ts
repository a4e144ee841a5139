import { describe, expect, it } from 'vitest';
import {
  asCell,
  colour,
  forTerminal,
  oneLine,
  pad,
  textWidth,
  truncate,
} from '../../../../src/cli/format/text';

describe('textWidth', () => {
  it.each([
    ['abc', 3],
    ['残差', 4],
    ['é', 1],
    ['e\u0301', 1],
    [`${colour(31)}red${colour(39)}`, 3],
    ['🙂', 2],
    ['', 0],
  ])('%j takes %d columns', (text, width) => expect(textWidth(text)).toBe(width));
});

describe('truncate', () => {
  it('leaves what fits', () => expect(truncate('resnet18', 8)).toBe('resnet18'));
  it('shows that something is missing', () => expect(truncate('resnet18', 5)).toBe('resn…'));
  it('never exceeds the width with wide characters', () => expect(truncate('残差網路', 4)).toBe('残…'));
  it('leaves no colour open', () =>
    expect(forTerminal(truncate(`${colour(31)}resnet18${colour(39)} ok`, 5))).toBe(
      '\u001b[31mresn…\u001b[39m',
    ));
  it('gives nothing where not even the ellipsis fits', () => expect(truncate('abc', 0)).toBe(''));
});

it('pads by columns, not by characters', () => expect(pad('残', 4, 'right')).toBe('  残'));

describe('texts of other people', () => {
  it('move no cursor and break no line', () =>
    expect(oneLine('a\u001b[2Jb\r\nc\u2028d')).toBe('a\ufffd[2Jb c d'));
  it('turn nothing around', () => expect(oneLine('exe\u202egpj\u2069')).toBe('exe\ufffdgpj\ufffd'));
  it('keep letters of any script', () => expect(oneLine('שלום 残差 e\u0301')).toBe('שלום 残差 e\u0301'));
  it('cannot colour the screen, as ours can', () =>
    expect(forTerminal(`${colour(1)}a${colour(22)} \u001b[31mb\u001b[39m \u009b31mc`)).toBe(
      '\u001b[1ma\u001b[22m \ufffd[31mb\ufffd[39m \ufffd31mc',
    ));
  it('are cells of a largest width', () => {
    expect(asCell('x'.repeat(3_000_000), 200, '…')).toBe(`${'x'.repeat(199)}…`);
    expect(asCell('e' + '\u0301'.repeat(100_000), 20, '…').length).toBeLessThan(1000);
  });
});
