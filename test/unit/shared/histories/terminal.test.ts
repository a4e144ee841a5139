import { describe, expect, it } from 'vitest';
import { eachShownLine } from '../../../../src/shared/histories/terminal';

function shown(text: string): string[] {
  const lines: string[] = [];
  eachShownLine(text, (line) => lines.push(line) > 0);
  return lines;
}

describe('a text as a terminal shows it', () => {
  it.each([
    ['plain lines', 'a\nb\r\nc', ['a', 'b', 'c']],
    ['a carriage return', 'abc\rXY', ['XYc']],
    ['backspaces', 'abc\b\bX', ['aXc']],
    ['more backspaces than there is text', 'ab\b\b\b\bX', ['Xb']],
    ['a backspace within a line that goes on', 'ab\b\ncd', ['ab', 'cd']],
    ['colours', '\u001b[1m10/10\u001b[0m \u001b[38;5;12mok\u001b[m', ['10/10 ok']],
    ['erasing what follows', 'abcdef\r12\u001b[K', ['12']],
    ['erasing the line', 'abcdef\u001b[2K\r12', ['12']],
    ['other control sequences', '\u001b[?25labc\u001b[2A\u001b[10Gd\u001b(B', ['abcdB']],
    ['a title of the window', '\u001b]0;title\u0007a\u001b]0;title\u001b\\b', ['ab']],
    ['a sequence that is cut off', 'ab\u001b[3', ['ab']],
    ['bells, deletes and tabs', 'a\u0007\u007f\tb', ['a\tb']],
    ['characters of two units', 'x😀\rY', ['Y😀']],
    ['nothing', '', ['']],
  ])('%s', (_what, text, lines) => {
    expect(shown(text)).toEqual(lines);
  });

  it('holds a line of any length', () => {
    const long = 'x'.repeat(100_000);
    expect(shown(`${long}\ry`)).toEqual([`y${long.slice(1)}`]);
  });

  it('stops where it is told to', () => {
    const seen: number[] = [];
    eachShownLine('a\nb\nc', (_line, number) => seen.push(number) < 2);
    expect(seen).toEqual([1, 2]);
  });
});
