/** Where the stages of an architecture, and its other values, stand in the editor's text, and what stands at an offset of it. Pure. */
import type { Place } from '../../../architecture/picture/content';
import { locate, spanOf } from '../../../architecture/position';
import type { Path, Span } from '../../../architecture/problem';
import { readJson } from '../../../architecture/text/json';
import { parseBlockTables, type TextRange } from '../../../architecture/text/table';
import { chosenIndex, type Edit } from './document';

/** What the editor shows: the block table alone, or the whole architecture as JSON. */
export interface TextPlaces {
  text: string;
  /** One a stage, in order; those that are computed together have one range. Empty while the text has a mistake. */
  stages: readonly TextRange[];
  /** The smallest range that holds a value, by its path; null where the text says nothing of it. */
  rangeOf(path: Path): TextRange | null;
}

/** Places in the text of the block table that counts. */
export function tablePlaces({ tableText, tableIndex }: Edit): TextPlaces {
  // What was evaluated may be older than the text: a large network waits for a pause in typing.
  const parsed = parseBlockTables(tableText);
  const tables = parsed.ok ? parsed.value : [];
  const stages = tables[chosenIndex(tables, tableIndex)]?.stages ?? [];
  return {
    text: tableText,
    stages,
    rangeOf: ([field, stage]) => (field === 'table' ? (stages[Number(stage)] ?? null) : null),
  };
}

/** Places in a text of JSON; none while it has a mistake. */
export function jsonPlaces(text: string): TextPlaces {
  const read = readJson(text);
  const root = read.ok ? read.value.place : null;
  const stages = (root && locate(root, ['table'])?.items) ?? [];
  return {
    text,
    stages,
    rangeOf(path) {
      const found = root && locate(root, path);
      return found && found !== root ? found : null;
    },
  };
}

/** Where a stage stands; null for what the text has no row of, such as the stem beside a block table. */
export function spanOfPlace({ text, stages, rangeOf }: TextPlaces, { stage }: Place): Span | null {
  const number = /^stage(\d+)$/.exec(stage)?.[1];
  const range = number === undefined ? rangeOf([stage]) : stages[Number(number) - 1];
  return range ? spanOf(text, range.start, range.end) : null;
}

export function spanOfPath({ text, rangeOf }: TextPlaces, path: Path): Span | null {
  const range = rangeOf(path);
  return range && spanOf(text, range.start, range.end);
}

/** The stage whose row an offset lies in: in what it is written as, or else on a line of it; null where there is none. */
export function placeAt({ text, stages, rangeOf }: TextPlaces, offset: number): Place | null {
  const within = ({ start, end }: TextRange): boolean => start <= offset && offset <= end;
  const stem = rangeOf(['stem']);
  if (stem && within(stem)) return { stage: 'stem' };
  const inside = stages.findIndex(within);
  const index =
    inside >= 0 ? inside : stages.findIndex(({ start, end }) => within(wholeLines(text, start, end)));
  return index < 0 ? null : { stage: `stage${index + 1}` };
}

function wholeLines(text: string, start: number, end: number): TextRange {
  const before = Math.max(text.lastIndexOf('\n', start - 1), text.lastIndexOf('\r', start - 1));
  const after = text.slice(end).search(/[\r\n]/);
  return { start: start === 0 ? 0 : before + 1, end: after < 0 ? text.length : end + after };
}
