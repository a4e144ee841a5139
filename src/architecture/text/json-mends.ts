/** What would make JSON of a text that is nearly JSON: all slips of the keyboard at once, since one alone mends nothing. */
import type { Mend } from '../problem';
import { invisibleName } from '../invisible';
import { readInteger } from './numbers';
import { plainCharacter } from './plain';

type Edit = Mend['edits'][number];

/** Characters of a text for which a mend is looked for: it is read again. */
const MAX_LENGTH = 50_000;
/** Closing brackets that are written at the end. */
const MAX_CLOSERS = 2;
const CLOSERS: Readonly<Record<string, string>> = { '{': '}', '[': ']' };
const WORDS: Readonly<Record<string, string>> = { True: 'true', False: 'false', None: 'null' };

/** At most one mend, which nobody has tried yet. */
export function jsonMends(text: string): Mend[] {
  if (text.length > MAX_LENGTH) return [];
  const labels = new Set<string>();
  const edits: Edit[] = [];
  const edit = (label: string, from: number, to: number, insert: string): void => {
    labels.add(label);
    edits.push({ from, to, insert });
  };
  const open: string[] = [];
  /** Offset of a comma with nothing behind it yet. */
  let comma: number | null = null;
  let at = text.startsWith('\ufeff') ? 1 : 0;
  while (at < text.length) {
    const char = text[at]!;
    const plain = plainCharacter(char) ?? char;
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    if (invisibleName(char) !== null) {
      edit('Remove the invisible characters', at, ++at, '');
      continue;
    }
    if (comma !== null && plain === ',') edit('Remove the second comma', comma, comma + 1, '');
    if (comma !== null && (plain === ']' || plain === '}'))
      edit(`Remove the comma before \`${plain}\``, comma, comma + 1, '');
    comma = plain === ',' ? at : null;
    if (plain === '"' || plain === "'") {
      const end = closingQuote(text, at, plain);
      if (end === null) return [];
      if (char !== '"') edit('Write straight double quotes', at, at + 1, '"');
      if (text[end] !== '"') edit('Write straight double quotes', end, end + 1, '"');
      at = end + 1;
      continue;
    }
    const word = /[\p{L}\p{N}_.+-]+/uy;
    word.lastIndex = at;
    const written = word.exec(text)?.[0];
    if (written !== undefined) {
      mendWord(written, at, edit);
      at += written.length;
      continue;
    }
    if (plain !== char) edit(`Write \`${plain}\` for \`${char}\``, at, at + 1, plain);
    if (CLOSERS[plain]) open.push(CLOSERS[plain]);
    else if ((plain === ']' || plain === '}') && open.pop() !== plain) {
      if (open.length > 0 || !/^[\s\]}]*$/.test(text.slice(at))) return [];
      edit(`Remove the last \`${plain}\``, at, at + 1, '');
    }
    at++;
  }
  if (open.length > MAX_CLOSERS) return [];
  if (open.length > 0) {
    const end = text.trimEnd().length;
    edit(`Write the missing \`${open.reverse().join('')}\``, end, end, open.join(''));
  }
  const [label] = labels;
  if (label === undefined) return [];
  const all = edits.sort((a, b) => a.from - b.from);
  return [{ label: labels.size === 1 ? label : labelOf(labels), edits: all }];
}

const labelOf = (labels: ReadonlySet<string>): string =>
  [...labels].every((label) => label.includes('` for `')) ? 'Write plain characters' : 'Write it as JSON';

function mendWord(
  written: string,
  at: number,
  edit: (label: string, from: number, to: number, insert: string) => void,
): void {
  const end = at + written.length;
  const plain = [...written].map((char) => plainCharacter(char) ?? char).join('');
  const integer = readInteger(plain);
  const word = WORDS[plain];
  if (integer !== null) edit(`Write \`${integer}\` for \`${plain}\``, at, end, String(integer));
  else if (word !== undefined) edit(`Write \`${word}\` for \`${plain}\``, at, end, word);
  else if (plain !== written) edit('Write plain characters', at, end, plain);
}

/** Offset of the closing quote on the same line; null where there is none. A quote of one shape may be closed by another. */
function closingQuote(text: string, start: number, quote: string): number | null {
  const straight = text[start] === quote;
  for (let at = start + 1; at < text.length; at++) {
    const char = text[at]!;
    if (char === '\n' || char === '\r') return null;
    if (char === '\\') at++;
    else if (straight ? char === quote : plainCharacter(char) === quote) return at;
  }
  return null;
}
