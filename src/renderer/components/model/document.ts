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
import type { Network } from '../../../architecture/network';
import type { Problem } from '../../../architecture/problem';
import {
  formatArchitecture,
  parseArchitecture,
  parseArchitectureText,
  type ParsedArchitecture,
} from '../../../architecture/text/architecture';
import { formatExact } from '../../../architecture/number-text';
import type { NamedTable } from '../../../architecture/text/table';
import { formatBlockTable, parseBlockTables } from '../../../architecture/text/table';

/** The conventions as form fields; numbers stay texts so that what is half typed is kept. */
export interface FormFields {
  height: string;
  width: string;
  channels: string;
  classes: string;
  stemFilters: string;
  /** `7` or `3x5`. */
  stemKernel: string;
  stemStride: string;
  stemPool: boolean;
  shortcut: Shortcut;
  strideOn: StrideOn;
  bias: boolean;
  l2: string;
  bnMomentum: string;
  bnEpsilon: string;
  zeroInitLastGamma: boolean;
}

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

export function kernelText(kernel: Kernel): string {
  return typeof kernel === 'number' ? String(kernel) : kernel.join('x');
}

/** A number, or the text itself where it is none: the checks of the architecture then quote it. */
function readNumber(text: string): number | string {
  const trimmed = text.trim();
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(trimmed) ? Number(trimmed) : trimmed;
}

function readKernel(text: string): unknown {
  const sides = /^[[(]?\s*(\d+)\s*[x×*,]\s*(\d+)\s*[\])]?$/i.exec(text.trim());
  return sides ? [Number(sides[1]), Number(sides[2])] : readNumber(text);
}

function fieldsOf(architecture: Architecture): FormFields {
  const { inputShape, stem } = architecture;
  return {
    height: String(inputShape[0]),
    width: String(inputShape[1]),
    channels: String(inputShape[2]),
    classes: String(architecture.classes),
    stemFilters: String(stem.filters),
    stemKernel: kernelText(stem.kernel),
    stemStride: String(stem.stride),
    stemPool: stem.pool,
    shortcut: architecture.shortcut,
    strideOn: architecture.strideOn,
    bias: architecture.bias,
    l2: formatExact(architecture.l2),
    bnMomentum: formatExact(architecture.bnMomentum),
    bnEpsilon: formatExact(architecture.bnEpsilon),
    zeroInitLastGamma: architecture.zeroInitLastGamma,
  };
}

/** The editor's texts for an architecture, in their plain form. */
export function editOf(architecture: Architecture): Edit {
  return {
    name: architecture.name,
    tableText: formatBlockTable(architecture.table),
    tableIndex: 0,
    fields: fieldsOf(architecture),
    json: null,
  };
}

/** Stands in for a table with a mistake, so that mistakes of the fields are found all the same. */
const ANY_TABLE: BlockTable = [[1, [[1, 1]]]];

/** The table that counts, of those in the text: the last where the chosen one is gone. */
const chosenOf = (tables: readonly NamedTable[], index: number): BlockTable | undefined =>
  tables[Math.min(index, tables.length - 1)]?.table;

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
function ofFields({ name, fields }: Edit, table: BlockTable): ParsedArchitecture {
  const json = {
    name,
    inputShape: [readNumber(fields.height), readNumber(fields.width), readNumber(fields.channels)],
    classes: readNumber(fields.classes),
    stem: {
      filters: readNumber(fields.stemFilters),
      kernel: readKernel(fields.stemKernel),
      stride: readNumber(fields.stemStride),
      pool: fields.stemPool,
    },
    shortcut: fields.shortcut,
    strideOn: fields.strideOn,
    bias: fields.bias,
    l2: readNumber(fields.l2),
    bnMomentum: readNumber(fields.bnMomentum),
    bnEpsilon: readNumber(fields.bnEpsilon),
    zeroInitLastGamma: fields.zeroInitLastGamma,
  };
  return parseArchitecture(json, { table });
}

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

/** Every other problem belongs to the text. */
export const isFieldProblem = (problem: Problem): boolean =>
  ARCHITECTURE_FIELDS.some((field) => field !== 'table' && isOfField(problem, field));

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
