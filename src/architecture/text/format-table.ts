/** A block table as text. */
import type { BlockTable, TableStage } from '../architecture';

export function formatStage([count, convolutions]: TableStage): string {
  const list = convolutions.map(([filters, kernel]) => {
    const size = typeof kernel === 'number' ? String(kernel) : `[${kernel.join(', ')}]`;
    return `[${filters}, ${size}]`;
  });
  return `[${count}, [${list.join(', ')}]]`;
}

/** The table as text, one stage a line; it is valid JSON and valid Python. `indent` stands before each line but the first. */
export function formatBlockTable(table: BlockTable, indent = ''): string {
  return `[\n${table.map((stage) => `${indent}  ${formatStage(stage)}`).join(',\n')}\n${indent}]`;
}
