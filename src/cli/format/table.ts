import { asCell, pad, textWidth, truncate } from './text';

export interface Column {
  title: string;
  align?: 'left' | 'right';
  /** Whether the column may be cut where the terminal is too narrow. */
  shrink?: boolean;
  /** Whether the column may be left out where cutting is not enough; the last ones go first, those of `late` after all others. */
  optional?: boolean | 'late';
}

export interface TableStyle {
  /** Columns of the terminal; Infinity where output goes to a file or another program: only what is too wide for any reader is cut then. */
  width: number;
  head: (text: string) => string;
  rule: string;
  ellipsis: string;
}

export const PLAIN_TABLE: TableStyle = { width: Infinity, head: (text) => text, rule: '─', ellipsis: '…' };

const GAP = '  ';
/** Columns down to which a column that may be cut is cut before others are left out. */
const NARROWEST = 10;
/** Columns down to which any is cut where leaving out was not enough. */
const TIGHTEST = 4;
/** Columns of a cell: one of a name from elsewhere must not make all lines as long as itself. */
const MAX_CELL_WIDTH = 500;
/** Columns of a fact's value, which is a sentence at most. */
const MAX_VALUE_WIDTH = 2000;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Lines of a table with a head and a rule below it, none wider than the style; trailing blanks are dropped. */
export function formatTable(
  columns: readonly Column[],
  given: readonly (readonly string[])[],
  style: TableStyle = PLAIN_TABLE,
): string[] {
  const rows = given.map((row) => row.map((cell) => asCell(cell, MAX_CELL_WIDTH, style.ellipsis)));
  const widths = columns.map((column, index) =>
    rows.reduce((width, row) => Math.max(width, textWidth(row[index] ?? '')), textWidth(column.title)),
  );
  const gaps = GAP.length * (columns.length - 1);
  const least = columns.map(({ shrink }, index) =>
    shrink ? Math.min(widths[index] ?? 0, NARROWEST) : (widths[index] ?? 0),
  );
  if (sum(least) + gaps > style.width) {
    const kinds = columns.map(({ optional }) => optional ?? false);
    const dropped = Math.max(kinds.lastIndexOf(true), kinds.includes(true) ? -1 : kinds.lastIndexOf('late'));
    if (dropped >= 0) {
      const others = <T>(list: readonly T[]): T[] => list.filter((_, index) => index !== dropped);
      return formatTable(others(columns), rows.map(others), style);
    }
  }
  const shrinkTo = (floor: number, may: (column: Column) => boolean): void => {
    let excess = sum(widths) + gaps - style.width;
    columns.forEach((column, index) => {
      if (!may(column) || excess <= 0) return;
      const width = widths[index] ?? 0;
      const narrower = Math.max(Math.min(width, floor), width - excess);
      excess -= width - narrower;
      widths[index] = narrower;
    });
  };
  shrinkTo(NARROWEST, ({ shrink }) => shrink === true);
  shrinkTo(TIGHTEST, ({ shrink }) => shrink === true);
  shrinkTo(TIGHTEST, () => true);
  const line = (cells: readonly string[], decorate: (text: string) => string): string =>
    columns
      .map((column, index) => {
        const width = widths[index] ?? 0;
        const cell = cells[index] ?? '';
        const padded = pad(truncate(cell, width, style.ellipsis), width, column.align);
        return decorate(index === columns.length - 1 ? padded.trimEnd() : padded);
      })
      .join(GAP)
      .trimEnd();
  const lines = [
    line(
      columns.map((column) => column.title),
      style.head,
    ),
    widths
      .map((width) => style.rule.repeat(width))
      .join(GAP)
      .trimEnd(),
    ...rows.map((row) => line(row, (text) => text)),
  ];
  // Only where even the narrowest columns are too wide together.
  return lines.map((text) => truncate(text, style.width, style.ellipsis));
}

/** `name  value` lines, names padded to one width. */
export function formatFacts(
  facts: readonly (readonly [name: string, value: string])[],
  head: TableStyle['head'],
): string[] {
  const width = Math.max(0, ...facts.map(([name]) => textWidth(name)));
  return facts.map(([name, value]) =>
    `${head(pad(name, width))}  ${asCell(value, MAX_VALUE_WIDTH, PLAIN_TABLE.ellipsis)}`.trimEnd(),
  );
}
