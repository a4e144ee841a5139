import { describe, expect, it } from 'vitest';
import type { BlockTable } from '../../../../src/architecture/architecture';
import { PRESETS } from '../../../../src/architecture/presets';
import type { Parsed } from '../../../../src/architecture/problem';
import { formatArchitecture, parseArchitectureText } from '../../../../src/architecture/text/architecture';
import { mended } from '../../../../src/architecture/text/mended';
import { formatBlockTable, parseBlockTables } from '../../../../src/architecture/text/table';
import { pick, random, whole } from '../random';

const TABLE: BlockTable = [
  [2, [[64, 3], [64, 3]]],
  [3, [[128, 1], [128, 3], [512, 1]]],
]; // prettier-ignore
const TEXT = formatBlockTable(TABLE).replace(/, 3\]/g, ', (3, 3)]');
const JSON_TEXT = formatArchitecture(PRESETS[0]!.architecture);

/** The label of the first mend, and what the text then is. */
function mendOf(
  text: string,
  parse: (text: string) => Parsed<unknown>,
): { label: string; text: string } | null {
  const parsed = parse(text);
  const mend = parsed.ok ? undefined : parsed.problems[0]?.mends?.[0];
  return mend ? { label: mend.label, text: mended(text, mend) } : null;
}

describe('a mend of a table', () => {
  it.each([
    ['[[2, {[64, 3], [64, 3]}]]', 'Write `[` and `]` for `{` and `}`', '[[2, [[64, 3], [64, 3]]]]'],
    ['[2, [[64, 3]]]', 'Put the stage into a list', '[[2, [[64, 3]]]]'],
    ['2, [[64, 3]]', 'Put the stage into a list', '[[2, [[64, 3]]]]'],
    ['[2, [[64, 3]]],\n[2, [[64, 3]]]', 'Put the stages into one list', '[[2, [[64, 3]]],\n[2, [[64, 3]]]]'],
    ['[2, [[64, 3]]]\n[2, [[64, 3]]]', 'Put the stages into one list', '[[2, [[64, 3]]],\n[2, [[64, 3]]]]'],
    ['[[2, [[64, 3]]]', 'Write the missing `]`', '[[2, [[64, 3]]]]'],
    ['[[2, [[64, 3]], [2, [[64, 3]]]]', 'Write the missing `]`', '[[2, [[64, 3]]], [2, [[64, 3]]]]'],
    ['[[2, [[64, 3]]]]]', 'Remove `]`', '[[2, [[64, 3]]]]'],
    ['[[2, [[64, 3]]]], [2, [[64, 3]]]]', 'Remove one `]`', '[[2, [[64, 3]]], [2, [[64, 3]]]]'],
    ['[[2,, [[64, 3]]]]', 'Remove the second comma', '[[2, [[64, 3]]]]'],
    ['[[2 [[64, 3]]]]', 'Write the missing comma', '[[2, [[64, 3]]]]'],
    ['[[2, [[64, 3x5]]]]', 'Write `[3, 5]`', '[[2, [[64, [3, 5]]]]]'],
    ['[[2, [[64; 3]]]]', 'Write `,` for `;`', '[[2, [[64, 3]]]]'],
    ['[[2, [[64\u00ad, 3]]]]', 'Remove the invisible character', '[[2, [[64, 3]]]]'],
  ])('%j', (text, label, result) => {
    expect(mendOf(text, parseBlockTables)).toEqual({ label, text: result });
  });

  it('is not offered where several places are possible, or another mistake stays', () => {
    expect(mendOf('[[2, [[64, 3], [64, 3]]', parseBlockTables)).toBeNull();
    expect(mendOf('[[2,, [[64, 0]]]]', parseBlockTables)).toBeNull();
  });
});

describe('a mend of an architecture', () => {
  it.each([
    [JSON_TEXT.replace(/,/g, '，'), 'Write `,` for `，`'],
    [JSON_TEXT.replace(/\[/g, '【').replace(/\]/g, '】'), 'Write plain characters'],
    [JSON_TEXT.replace(/10,/, '１０,'), 'Write plain characters'],
    [JSON_TEXT.replace(/"(\w+)"/g, '“$1”'), 'Write straight double quotes'],
    [JSON_TEXT.replace('\n}', ',\n}'), 'Remove the comma before `}`'],
    [JSON_TEXT.replace('10,', '10,,'), 'Remove the second comma'],
    [JSON_TEXT.replace('64', '0x40'), 'Write `64` for `0x40`'],
    [JSON_TEXT.replace('true', 'True'), 'Write `true` for `True`'],
    [JSON_TEXT.replace('\n}', ''), 'Write the missing `}`'],
    [`${JSON_TEXT}}`, 'Remove the last `}`'],
    [JSON_TEXT.replace('10,', '10\u200b,'), 'Remove the invisible characters'],
  ])('%#', (text, label) => {
    const mend = mendOf(text, parseArchitectureText);
    expect(mend?.label).toBe(label);
    expect(parseArchitectureText(mend!.text)).toEqual(parseArchitectureText(JSON_TEXT));
  });
});

describe('a text with a few slips', () => {
  const SLIPS = [
    '',
    '[',
    ']',
    '(',
    ')',
    '{',
    '}',
    ',',
    ';',
    '，',
    '【',
    '“',
    "'",
    '3x3',
    '0x40',
    '\u200b',
    '\u00ad',
    '\n',
    '#',
    '*',
    ' for ',
  ];

  it.each([
    ['a table', `net = ${TEXT}\n`, parseBlockTables],
    ['an architecture', JSON_TEXT, parseArchitectureText],
  ])('is answered with places inside of it, and mends after which it is read: %s', (_, good, parse) => {
    const next = random(11);
    let offered = 0;
    for (let round = 0; round < 1500; round++) {
      let text = good;
      for (let slips = whole(next, 1, 2); slips > 0; slips--) {
        const at = whole(next, 0, text.length);
        text = text.slice(0, at) + pick(next, SLIPS) + text.slice(at + whole(next, 0, 1));
      }
      const parsed: Parsed<unknown> = parse(text);
      if (parsed.ok) continue;
      for (const { at, mends } of parsed.problems) {
        if (at) expect(at.offset + at.length).toBeLessThanOrEqual(text.length);
        for (const mend of mends ?? []) {
          offered++;
          expect(parse(mended(text, mend)).ok).toBe(true);
        }
      }
    }
    expect(offered).toBeGreaterThan(30);
  });
});
