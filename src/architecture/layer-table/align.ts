/**
 * Aligns rows of cells into lines: `<` left, `>` right. No cell is ever cut: a column is as wide as its widest cell.
 */
export function align(rows: string[][], sides: readonly ('<' | '>')[], gap = '  '): string[] {
  const widths = sides.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        sides[column] === '<' ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join(gap)
      .trimEnd(),
  );
}
