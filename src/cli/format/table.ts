import { pad, textWidth, truncate } from './text';

export interface Column {
  title: string;
  align?: 'left' | 'right';
  /** Whether the column may be cut where the terminal is too narrow; uncoloured cells only. */
  shrink?: boolean;
  /** Whether the column may be left out where cutting is not enough; the last ones go first. */
  optional?: boolean;
}

export interface TableStyle {
  /** Columns of the terminal; Infinity where output goes to a file or another program: nothing is cut then. */
  width: number;
  head: (text: string) => string;
  rule: string;
  ellipsis: string;
}

export const PLAIN_TABLE: TableStyle = { width: Infinity, head: (text) => text, rule: '─', ellipsis: '…' };

const GAP = '  ';
const NARROWEST = 10;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Lines of a table with a head and a rule below it; trailing blanks are dropped. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: TableStyle = PLAIN_TABLE,
): string[] {
  const widths = columns.map((column, index) =>
    rows.reduce((width, row) => Math.max(width, textWidth(row[index] ?? '')), textWidth(column.title)),
  );
  const gaps = GAP.length * (columns.length - 1);
  const least = columns.map(({ shrink }, index) =>
    shrink ? Math.min(widths[index] ?? 0, NARROWEST) : (widths[index] ?? 0),
  );
  const dropped = columns.map(({ optional }) => optional === true).lastIndexOf(true);
  if (dropped >= 0 && sum(least) + gaps > style.width) {
    const others = <T>(list: readonly T[]): T[] => list.filter((_, index) => index !== dropped);
    return formatTable(others(columns), rows.map(others), style);
  }
  let excess = sum(widths) + gaps - style.width;
  columns.forEach((column, index) => {
    if (!column.shrink || excess <= 0) return;
    const width = widths[index] ?? 0;
    const narrower = Math.max(least[index] ?? 0, width - excess);
    excess -= width - narrower;
    widths[index] = narrower;
  });
  const line = (cells: readonly string[], decorate: (text: string) => string): string =>
    columns
      .map((column, index) => {
        const width = widths[index] ?? 0;
        const cell = cells[index] ?? '';
        const fitted = column.shrink ? truncate(cell, width, style.ellipsis) : cell;
        const padded = pad(fitted, width, column.align);
        return decorate(index === columns.length - 1 ? padded.trimEnd() : padded);
      })
      .join(GAP)
      .trimEnd();
  return [
    line(
      columns.map((column) => column.title),
      style.head,
    ),
    widths.map((width) => style.rule.repeat(width)).join(GAP),
    ...rows.map((row) => line(row, (text) => text)),
  ];
}

/** `name  value` lines, names padded to one width. */
export function formatFacts(
  facts: readonly (readonly [name: string, value: string])[],
  head: TableStyle['head'],
): string[] {
  const width = Math.max(0, ...facts.map(([name]) => textWidth(name)));
  return facts.map(([name, value]) => `${head(pad(name, width))}  ${value}`.trimEnd());
}
