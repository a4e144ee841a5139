/**
 * An architecture under the editor's hands: texts as they were typed, valid or not, and what they amount to.
 */
import {
  ARCHITECTURE_FIELDS,
  type Architecture,
  type BlockTable,
  type Kernel,
  type Shortcut,
  type StrideOn,
} from '../../../architecture/architecture';
import {
  CONVENTION_KEYS,
  CONVENTIONS,
  conventionIn,
  conventionOf,
  fieldOfConvention,
  nested,
  stemField,
  type ConventionKey,
  type ConventionRow,
  type Conventions,
} from '../../../architecture/conventions';
import { apply } from '../../../architecture/edits/apply';
import type { ArchitectureEdit } from '../../../architecture/edits/edit';
import { editedTableText } from '../../../architecture/edits/table-text';
import type { Network } from '../../../architecture/network';
import type { Problem } from '../../../architecture/problem';
import { kernelText, numberOrText, typedKernel } from '../../../architecture/typed-value';
import {
  formatArchitecture,
  parseArchitecture,
  parseArchitectureFields,
  parseArchitectureText,
  type ParsedArchitecture,
} from '../../../architecture/text/architecture';
import { formatExact } from '../../../architecture/number-text';
import type { NamedTable } from '../../../architecture/text/table';
import { formatBlockTable, parseBlockTables } from '../../../architecture/text/table';
import { asSentence } from '../../../shared/format';

/** The sides of the input in the form. */
export const SIDES = CONVENTIONS.inputShape.sides.map(({ name }) => name);
export type Side = (typeof CONVENTIONS.inputShape.sides)[number]['name'];

/** The conventions as form fields; numbers stay texts so that what is half typed is kept, a kernel is `7` or `3x5`. */
export type FormFields = Record<Side, string> & {
  [K in Exclude<ConventionKey, 'inputShape'>]: Conventions[K] extends boolean | Shortcut | StrideOn
    ? Conventions[K]
    : string;
};

export interface Edit {
  name: string;
  tableText: string;
  /** Which of the block tables in the text counts, from 0. */
  tableIndex: number;
  fields: FormFields;
  /** The whole architecture as text while the JSON tab is open; it counts then, and the fields wait. Null otherwise. */
  json: string | null;
}

export interface Evaluation {
  /** What the texts amount to; null while something is wrong. */
  architecture: Architecture | null;
  /** The network that it gives, built once for the check and for all who show it; null as above. */
  network: Network | null;
  problems: Problem[];
  /** Block tables found in the text (none while it has a mistake, or in the JSON tab). */
  tables: NamedTable[];
}

function fieldsOf(architecture: Architecture, keys: readonly ConventionKey[]): Partial<FormFields> {
  const fields = keys.flatMap((key): [string, unknown][] => {
    const value: unknown = conventionIn(architecture, key);
    switch (conventionOf(key).kind) {
      case 'shape':
        return SIDES.map((side, index) => [side, String((value as number[])[index])]);
      case 'whole':
        return [[key, String(value)]];
      case 'real':
        return [[key, formatExact(value as number)]];
      case 'kernel':
        return [[key, kernelText(value as Kernel)]];
      default:
        return [[key, value]];
    }
  });
  return Object.fromEntries(fields) as Partial<FormFields>;
}

/** What is typed for a convention, as the check of an architecture takes it. */
function typedValue(key: ConventionKey, fields: FormFields): unknown {
  if (key === 'inputShape') return SIDES.map((side) => numberOrText(fields[side]));
  const value = fields[key];
  switch (conventionOf(key).kind) {
    case 'kernel':
      return typedKernel(String(value));
    case 'whole':
    case 'real':
      return numberOrText(String(value));
    default:
      return value;
  }
}

/** The editor's texts for an architecture, in their plain form. */
export function editOf(architecture: Architecture): Edit {
  return {
    name: architecture.name,
    tableText: formatBlockTable(architecture.table),
    tableIndex: 0,
    fields: fieldsOf(architecture, CONVENTION_KEYS) as FormFields,
    json: null,
  };
}

/** What the texts say, whether or not it builds; null where they cannot be read. Texts are never changed in place. */
export function readValue(edit: Edit): Architecture | null {
  let value = values.get(edit);
  if (value === undefined) values.set(edit, (value = valueOf(edit)));
  return value;
}
const values = new WeakMap<Edit, Architecture | null>();

function valueOf(edit: Edit): Architecture | null {
  if (edit.json !== null) return evaluate(edit).architecture;
  const tables = parseBlockTables(edit.tableText);
  if (!tables.ok) return null;
  const read = parseArchitectureFields({
    ...typedFields(edit),
    table: chosenOf(tables.value, edit.tableIndex),
  });
  return read.ok ? read.value : null;
}

/** Stands in for a table with a mistake, so that mistakes of the fields are found all the same. */
const ANY_TABLE: BlockTable = [[1, [[1, 1]]]];

/** Which table counts, of those in the text: the last where the chosen one is gone. */
export const chosenIndex = (tables: readonly NamedTable[], index: number): number =>
  Math.min(index, tables.length - 1);
/** What the block table that counts is called in the text; null where it has no name, or the text a mistake. */
export function tableName({ json, tableText, tableIndex }: Edit): string | null {
  // No name comes without one of these; a plain table is not read twice with each key.
  if (json !== null || !/[=:]/.test(tableText)) return null;
  const tables = parseBlockTables(tableText);
  return tables.ok ? (tables.value[chosenIndex(tables.value, tableIndex)]?.name ?? null) : null;
}
const chosenOf = (tables: readonly NamedTable[], index: number): BlockTable | undefined =>
  tables[chosenIndex(tables, index)]?.table;

export function evaluate(edit: Edit): Evaluation {
  if (edit.json !== null) return evaluationOf(parseArchitectureText(edit.json), []);
  const tables = parseBlockTables(edit.tableText);
  if (tables.ok) {
    return evaluationOf(ofFields(edit, chosenOf(tables.value, edit.tableIndex)!), tables.value);
  }
  const others = ofFields(edit, ANY_TABLE);
  const problems = others.ok ? [] : others.problems.filter(({ path }) => path?.[0] !== 'table');
  return { architecture: null, network: null, problems: [...tables.problems, ...problems], tables: [] };
}

const evaluationOf = (parsed: ParsedArchitecture, tables: NamedTable[]): Evaluation =>
  parsed.ok
    ? { architecture: parsed.value, network: parsed.network, problems: [], tables }
    : { architecture: null, network: null, problems: parsed.problems, tables };

/** The fields with a table that has been checked. */
const ofFields = (edit: Edit, table: BlockTable): ParsedArchitecture =>
  parseArchitecture(typedFields(edit), { table });

/** All but the table. */
const typedFields = ({ name, fields }: Edit): Record<string, unknown> => ({
  name,
  ...nested((key) => typedValue(key, fields)),
});

/**
 * The texts after a change by hand: the table's text keeps its layout, and a field that is half typed stays so unless it is
 * the one that changes. Null while the text that would change has a mistake.
 *
 * @param shown what the editor last understood: it stands in for what cannot be read now
 */
export function editedTexts(
  edit: Edit,
  { architecture, tables }: Evaluation,
  shown: Architecture,
  change: ArchitectureEdit,
): Edit | null {
  if (edit.json !== null) {
    return architecture && withoutJson(edit, apply(architecture, change));
  }
  const table = chosenOf(tables, edit.tableIndex);
  const before = { ...(architecture ?? shown), ...(table && { table }) };
  const after = apply(before, change);
  let { tableText } = edit;
  if (table) {
    const index = chosenIndex(tables, edit.tableIndex);
    tableText = editedTableText({ text: tableText, tables, index }, change, after.table);
  } else if (change.kind === 'replace') tableText = formatBlockTable(after.table);
  else if (after.table !== before.table) return null;
  const isChanged = (key: ConventionKey): boolean =>
    (change.kind === 'conventions' && key in change.values) ||
    JSON.stringify(conventionIn(before, key)) !== JSON.stringify(conventionIn(after, key));
  const fields = { ...edit.fields, ...fieldsOf(after, CONVENTION_KEYS.filter(isChanged)) };
  return { ...edit, name: after.name === before.name ? edit.name : after.name, tableText, fields };
}

/** The table that the text says, whether or not a network comes of it; null while the text has a mistake. */
export const readTable = (edit: Edit, { architecture, tables }: Evaluation): BlockTable | null =>
  edit.json === null ? (chosenOf(tables, edit.tableIndex) ?? null) : (architecture?.table ?? null);

/** Closes the JSON tab with what it amounts to; the table's own text stays where it says the same. */
export function withoutJson(edit: Edit, architecture: Architecture): Edit {
  const plain = editOf(architecture);
  const before = parseBlockTables(edit.tableText);
  const table = before.ok ? chosenOf(before.value, edit.tableIndex) : undefined;
  return table && JSON.stringify(table) === JSON.stringify(architecture.table)
    ? { ...plain, tableText: edit.tableText, tableIndex: edit.tableIndex }
    : plain;
}

/** The edit under another name. A JSON text with a mistake stays as it is typed. */
export function renamed(edit: Edit, name: string): Edit {
  if (edit.json === null) return { ...edit, name };
  const { architecture } = evaluate(edit);
  return architecture ? withoutJson(edit, { ...architecture, name }) : { ...edit, name };
}

/** Equal in every field; both as `parseArchitecture` gives them. */
export function sameArchitecture(a: Architecture, b: Architecture): boolean {
  return formatArchitecture(a) === formatArchitecture(b);
}

/** The fields that the form shows; the table has a text of its own. */
export type FormField = Exclude<(typeof ARCHITECTURE_FIELDS)[number], 'table'>;

export const isOfField = ({ path }: Problem, field: FormField): boolean => path?.[0] === field;

/** Whether a problem is one of this convention; what concerns the stem as a whole goes to its first. */
export function isOfConvention(problem: Problem, key: ConventionKey): boolean {
  if (!isOfField(problem, fieldOfConvention(key))) return false;
  const field = stemField(key);
  const part = problem.path?.[1];
  return field === null || part === field || (part === undefined && key === 'stemFilters');
}

/** Every other problem belongs to the text. */
export const isFieldProblem = (problem: Problem): boolean =>
  ARCHITECTURE_FIELDS.some((field) => field !== 'table' && isOfField(problem, field));

/** The help of a row: of what is chosen where that says more. */
export function conventionRowHelp({ keys, help }: ConventionRow, fields: FormFields): string {
  const [key] = keys;
  const convention = key === undefined ? undefined : conventionOf(key);
  const chosen =
    convention?.kind === 'choice'
      ? convention.choices[String(fields[key as keyof FormFields])]?.help
      : undefined;
  return asSentence(chosen ?? help);
}

/** A name that none of the others has: `resnet18 copy`, `resnet18 copy 2`, … */
export function freeName(wanted: string, taken: readonly string[]): string {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  if (!used.has(wanted.toLowerCase())) return wanted;
  const bracketed = /^(.*)\((.*)\)$/.exec(wanted);
  for (let n = 2; ; n++) {
    const name = bracketed ? `${bracketed[1]}(${bracketed[2]} ${n})` : `${wanted} ${n}`;
    if (!used.has(name.toLowerCase())) return name;
  }
}
