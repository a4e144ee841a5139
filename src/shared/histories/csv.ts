/** CSV files with a header, read row by row: a file of a million steps is never held as cells. Pure. */
import { plural } from '../format';
import { quoted, type Problems } from './problems';
import { shareTeller, type TellShare } from './reader';

interface CsvRow {
  /** Counted from 1. */
  line: number;
  cells: readonly string[];
  /** A quote that is opened in the row is not closed in it. */
  open: boolean;
  /** Offset behind the row. */
  end: number;
}

const SEPARATORS = [',', ';', '\t'] as const;
type Separator = (typeof SEPARATORS)[number];

const SEPARATOR_NAMES: Readonly<Record<Separator, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
};

/** Cells of a line, as RFC 4180 has them, but within the line: no figure has a line break. */
function splitCells(line: string, separator: string): { cells: string[]; open: boolean } {
  if (!line.includes('"')) return { cells: line.split(separator), open: false };
  const cells: string[] = [];
  let cell = '';
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      at++;
      for (;;) {
        const quote = line.indexOf('"', at);
        if (quote === -1) return { cells: [...cells, cell + line.slice(at)], open: true };
        cell += line.slice(at, quote);
        at = quote + 1;
        if (line[at] !== '"') break;
        cell += '"';
        at++;
      }
    }
    const next = line.indexOf(separator, at);
    cell += line.slice(at, next === -1 ? undefined : next);
    cells.push(cell);
    if (next === -1) return { cells, open: false };
    cell = '';
    at = next + 1;
  }
}

/** The first line that is not blank, and its number; null where there is none. */
export function firstLine(text: string): { line: string; number: number } | null {
  const at = text.search(/\S/);
  if (at === -1) return null;
  let number = 1;
  let start = 0;
  for (let before = 0; before < at; before++) {
    const code = text.charCodeAt(before);
    // A carriage return and the line feed behind it are one end.
    if (code !== 10 && (code !== 13 || text.charCodeAt(before + 1) === 10)) continue;
    number++;
    start = before + 1;
  }
  const end = text.slice(at).search(/[\r\n]/);
  return { line: text.slice(start, end === -1 ? undefined : at + end), number };
}

/** The separator that parts a header into the most cells. */
function separatorOf(header: string): Separator {
  const counted = SEPARATORS.map((separator) => ({
    separator,
    count: splitCells(header, separator).cells.length,
  }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).separator;
}

/** The rows, blank ones left out. */
function* csvRows(given: string, separator: Separator): Generator<CsvRow> {
  // Old Macs end a line by a carriage return alone.
  const text = given.includes('\n') ? given : given.replace(/\r/g, '\n');
  let from = 0;
  for (let line = 1; from < text.length; line++) {
    const feed = text.indexOf('\n', from);
    const end = feed === -1 ? text.length : feed;
    const raw = text.slice(from, text.charCodeAt(end - 1) === 13 && end > from ? end - 1 : end);
    from = end + 1;
    if (raw !== '' && raw.trim() !== '') yield { line, end: from, ...splitCells(raw, separator) };
  }
}

/** No file of figures has a longer one. */
const LONGEST_HEADER = 100_000;

export interface CsvHeader {
  line: number;
  /** Trimmed, as the file writes them. */
  names: readonly string[];
  /** In small letters, to look for one. */
  plain: readonly string[];
  separator: Separator;
  open: boolean;
}

/** The first line as a header; null where it can be none. */
export function csvHeader(text: string): CsvHeader | null {
  const first = firstLine(text);
  if (!first || first.line.length > LONGEST_HEADER) return null;
  const separator = separatorOf(first.line);
  const { cells, open } = splitCells(first.line, separator);
  const names = cells.map((cell) => cell.trim());
  return { line: first.number, names, plain: names.map((name) => name.toLowerCase()), separator, open };
}

/** Names that stand twice, and quotes that are not closed. */
export function checkHeader({ line, names, plain, open }: CsvHeader, problems: Problems): void {
  if (open) problems.add(line, 'A quote that opens in the header is not closed; close or remove it.');
  const seen = new Set<string>();
  for (const [index, name] of plain.entries()) {
    if (name !== '' && seen.has(name)) {
      problems.add(line, `The column ${quoted(names[index]!)} stands twice in the header; remove one.`);
    }
    seen.add(name);
  }
}

/** What is wrong with the shape of a row; null where it is as the header has it. */
function shapeProblem({ cells, open }: CsvRow, { names, separator }: CsvHeader): string | null {
  if (open) return 'A quote that opens in the row is not closed in it; close or remove it.';
  if (cells.length === names.length) {
    return cells.every((cell, index) => cell.trim() === names[index])
      ? 'The header stands here again: another training begins. Import each by itself.'
      : null;
  }
  const count = `The row has ${plural(cells.length, 'cell')}, and the header ${names.length}`;
  const parted = SEPARATORS.find(
    (other) => other !== separator && splitCells(cells.join(separator), other).cells.length === names.length,
  );
  if (parted) {
    return `${count}: it is parted by ${SEPARATOR_NAMES[parted]}, and the header by ${SEPARATOR_NAMES[separator]}. Use one of them.`;
  }
  return cells.length < names.length
    ? `${count}; complete it, or remove it where the file was cut off.`
    : `${count}; remove what is too much, or write a comma within a cell in quotes.`;
}

/** Calls for each row below the header that has its shape; what is wrong with the others becomes problems. */
export function eachRow(
  text: string,
  header: CsvHeader,
  problems: Problems,
  visit: (cells: readonly string[], line: number) => boolean,
  tell?: TellShare,
): void {
  const reach = shareTeller(text.length, tell);
  for (const row of csvRows(text, header.separator)) {
    reach(row.end);
    if (row.line <= header.line) continue;
    const problem = shapeProblem(row, header);
    if (problem !== null) problems.add(row.line, problem);
    else if (!visit(row.cells, row.line)) return;
    if (problems.full) return;
  }
}
