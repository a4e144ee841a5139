/** Block tables as text: written one stage a line, read as Python, JSON or what a web page made of them. */
import type { BlockTable, TableStage } from '../architecture';
import { checkTable } from '../block-table';
import { Checker } from '../checks';
import { thousands } from '../number-text';
import { inert } from '../inert-text';
import { LIMITS } from '../limits';
import type { Parsed, Problem } from '../problem';
import { readTables } from './reader';

/** A block table found in a text, with the name it was assigned to (null for a bare table). */
export interface NamedTable {
  name: string | null;
  table: BlockTable;
}

/** Of the tables in a text, in the sentence that asks which one. */
const MAX_NAMED = 8;

function formatStage([count, convolutions]: TableStage): string {
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

/**
 * Every block table in a text, so that a user who pasted several can choose. Accepts the blog's Python as it stands:
 * `filter_list_resnet18 = [ [2, [[64,(3,3)],[64,(3,3)]] ], … ]`, comments, prose and other code around it, tuples,
 * trailing commas, full-width characters. The same table under the same name twice counts once.
 */
export function parseBlockTables(text: string): Parsed<NamedTable[]> {
  if (text.length > LIMITS.textLength) {
    const sentence = `the text has ${thousands(text.length)} characters, at most ${thousands(LIMITS.textLength)} are allowed`;
    return { ok: false, problems: [{ path: ['table'], sentence }] };
  }
  const read = readTables(text);
  if (!read.ok) return { ok: false, problems: [read.problem] };
  const tables: NamedTable[] = [];
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, { name, node }] of read.tables.entries()) {
    const key = JSON.stringify([name, node.value]);
    if (name !== null && seen.has(key)) continue;
    seen.add(key);
    const root = { ...node.place, fields: new Map([['table', node.place]]) };
    const checker = new Checker(
      { text, root },
      read.tables.length > 1 ? (name ?? `table ${index + 1}`) : undefined,
    );
    const table = checkTable(node.value, checker);
    if (table && checker.clean) tables.push({ name, table });
    else problems.push(...checker.problems);
    if (problems.length >= LIMITS.problems) break;
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: tables };
}

/**
 * The one block table of a text (see {@link parseBlockTables}); several are a problem that names them.
 * Problems of the text and of the table's entries say where they stand in it.
 */
export function parseBlockTable(text: string): Parsed<BlockTable> {
  const parsed = parseBlockTables(text);
  if (!parsed.ok) return parsed;
  const [only, ...others] = parsed.value;
  if (only && others.length === 0) return { ok: true, value: only.table };
  const names = parsed.value.map(({ name }, index) =>
    name === null ? `table ${index + 1} without a name` : inert(name),
  );
  if (names.length > MAX_NAMED) names.splice(MAX_NAMED, Infinity, `and ${names.length - MAX_NAMED} more`);
  const sentence = `the text holds ${parsed.value.length} block tables (${names.join(', ')}); choose one`;
  return { ok: false, problems: [{ path: ['table'], sentence }] };
}
