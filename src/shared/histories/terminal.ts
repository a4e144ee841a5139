/**
 * A text as a terminal would show it: a carriage return goes to the begin of the line and a backspace back by one, and what
 * is written then stands over what was there, so that a progress bar drawn in place reads as its last state. Colours and
 * other control sequences leave nothing. Each character is visited once, however it is overwritten. Pure.
 */
import { shareTeller, type TellShare } from './reader';

const [BACKSPACE, TAB, LINE_FEED, RETURN, ESCAPE, BELL] = [8, 9, 10, 13, 27, 7];
/** Characters that are made into a string at a time: more would be too many arguments. */
const CHUNK = 8192;

/** Has what moves the cursor; without it a line is what it is. */
// eslint-disable-next-line no-control-regex -- these are what is looked for.
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f]/;

/** One line of the screen, of which only the cells are kept that were written. */
class ScreenLine {
  private cells = new Uint16Array(256);
  private length = 0;
  private cursor = 0;

  clear(): void {
    this.length = this.cursor = 0;
  }

  write(code: number): void {
    if (this.cursor === this.cells.length) {
      const larger = new Uint16Array(this.cells.length * 2);
      larger.set(this.cells);
      this.cells = larger;
    }
    this.cells[this.cursor++] = code;
    if (this.cursor > this.length) this.length = this.cursor;
  }

  back(): void {
    if (this.cursor > 0) this.cursor--;
  }

  toStart(): void {
    this.cursor = 0;
  }

  /** What stands from the cursor on is gone. */
  erase(): void {
    this.length = this.cursor;
  }

  toString(): string {
    if (this.length <= CHUNK) return String.fromCharCode(...this.cells.subarray(0, this.length));
    const parts: string[] = [];
    for (let at = 0; at < this.length; at += CHUNK) {
      parts.push(String.fromCharCode(...this.cells.subarray(at, Math.min(at + CHUNK, this.length))));
    }
    return parts.join('');
  }
}

/**
 * Acts on the control sequence that begins behind an ESC, and answers where the text goes on. Only erasing a line does
 * anything.
 */
function sequence(text: string, at: number, end: number, line: ScreenLine): number {
  const kind = text[at];
  if (kind === '[') {
    let next = at + 1;
    // Parameters and intermediates (ECMA-48, 5.4), then one final character.
    while (next < end && text.charCodeAt(next) >= 0x20 && text.charCodeAt(next) < 0x40) next++;
    if (text[next] === 'K') {
      if (text[next - 1] === '2') line.clear();
      else line.erase();
    }
    return Math.min(end, next + 1);
  }
  if (kind === ']') {
    // A title of the window, up to BEL or ESC \.
    let next = at + 1;
    while (next < end && text.charCodeAt(next) !== BELL && text.charCodeAt(next) !== ESCAPE) next++;
    return text.charCodeAt(next) === ESCAPE ? Math.min(end, next + 2) : Math.min(end, next + 1);
  }
  return Math.min(end, at + 1);
}

function shown(text: string, from: number, end: number, line: ScreenLine): string {
  line.clear();
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at++);
    if (code === RETURN) line.toStart();
    else if (code === BACKSPACE) line.back();
    else if (code === ESCAPE) at = sequence(text, at, end, line);
    else if (code >= 0x20 ? code !== 0x7f : code === TAB) line.write(code);
  }
  return line.toString();
}

/** Calls for each line of the text with what a terminal shows of it, counted from 1, until that answers false. */
export function eachShownLine(
  text: string,
  visit: (line: string, number: number) => boolean,
  tell?: TellShare,
): void {
  const screen = new ScreenLine();
  const reach = shareTeller(text.length, tell);
  let from = 0;
  for (let number = 1; from <= text.length; number++) {
    const found = text.indexOf(String.fromCharCode(LINE_FEED), from);
    const end = found === -1 ? text.length : found;
    const raw = text.slice(from, text.charCodeAt(end - 1) === RETURN && end > from ? end - 1 : end);
    if (!visit(CONTROLS.test(raw) ? shown(text, from, end, screen) : raw, number)) return;
    from = end + 1;
    reach(from);
  }
}
