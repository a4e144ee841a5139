/** A text in coloured and marked pieces, for the layer behind a transparent text area. */
import type { Problem } from '../../../architecture/problem';

export type TokenKind = 'number' | 'bracket' | 'comment' | 'string' | 'plain';

export interface Piece {
  text: string;
  kind: TokenKind;
  /** Part of a spot where something is wrong. */
  marked: boolean;
}

/** Longer texts are shown without colours: a paste of a megabyte must not hold up typing. */
const MAX_LENGTH = 40_000;

const TOKENS =
  /(?<comment>#[^\r\n]*)|(?<string>"(?:[^"\\\r\n]|\\.)*"?)|(?<number>(?<![\p{L}_\d.])[-+]?\d[\d_]*(?:\.\d*)?(?:[eE][-+]?\d+)?)|(?<bracket>[[\](){}]+)/gu;

interface Range {
  start: number;
  end: number;
}

/** The spots of problems within a text, in order and without overlaps; an empty spot becomes one character wide. */
export function markRanges(text: string, problems: readonly Problem[]): Range[] {
  const ranges = problems
    .flatMap(({ at }) => (at ? [{ start: at.offset, end: at.offset + Math.max(at.length, 1) }] : []))
    .map(({ start, end }) => {
      // At the end of the text there is nothing to underline but the last character.
      const from = Math.min(start, Math.max(text.length - 1, 0));
      return { start: from, end: Math.min(Math.max(end, from + 1), text.length) };
    })
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start);
  const merged: Range[] = [];
  for (const range of ranges) {
    const last = merged[merged.length - 1];
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else merged.push({ ...range });
  }
  return merged;
}

function tokens(text: string): { kind: TokenKind; start: number; end: number }[] {
  if (text.length > MAX_LENGTH) return [{ kind: 'plain', start: 0, end: text.length }];
  const found: { kind: TokenKind; start: number; end: number }[] = [];
  let at = 0;
  for (const match of text.matchAll(TOKENS)) {
    if (match.index > at) found.push({ kind: 'plain', start: at, end: match.index });
    const kind = (Object.entries(match.groups ?? {}).find(([, value]) => value !== undefined)?.[0] ??
      'plain') as TokenKind;
    at = match.index + match[0].length;
    found.push({ kind, start: match.index, end: at });
  }
  if (at < text.length) found.push({ kind: 'plain', start: at, end: text.length });
  return found;
}

/** The text cut where its colour or its mark changes; joined, the pieces are the text again. */
export function highlight(text: string, problems: readonly Problem[]): Piece[] {
  const ranges = markRanges(text, problems);
  const pieces: Piece[] = [];
  let next = 0;
  for (const { kind, start, end } of tokens(text)) {
    let at = start;
    while (at < end) {
      while (next < ranges.length && ranges[next]!.end <= at) next++;
      const range = ranges[next];
      const marked = range !== undefined && range.start <= at;
      const cut = range === undefined ? end : Math.min(end, marked ? range.end : range.start);
      pieces.push({ text: text.slice(at, cut), kind, marked });
      at = cut;
    }
  }
  return pieces;
}
