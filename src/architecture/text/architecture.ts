/** Architectures from JSON, checked, and as JSON text. */
import { ARCHITECTURE_FIELDS, type Architecture, type BlockTable, type Stem } from '../architecture';
import { checkKernel, checkTable } from '../block-table';
import { describeBounds, isWithin, type Bounds } from '../bounds';
import { Checker, describe } from '../checks';
import {
  CONVENTION_KEYS,
  conventionOf,
  DEFAULTS,
  stemField,
  type ConventionDescription,
} from '../conventions';
import { LIMITS } from '../limits';
import { nameProblem } from '../names';
import { ArchitectureError, buildNetwork, type Network } from '../network';
import { thousands } from '../number-text';
import type { Located } from '../position';
import type { Parsed, Path, Problem, SyntaxProblem } from '../problem';
import { nearest } from '../suggest';
import { withDecimalPoint } from '../typed-number';
import { readJson } from './json';
import { jsonMends } from './json-mends';
import { verified } from './mended';
import { formatBlockTable } from './format-table';

const REQUIRED = ['name', 'inputShape', 'classes', 'table'] as const;
const STEM_KEYS = CONVENTION_KEYS.filter((key) => stemField(key) !== null);
const STEM_FIELDS = STEM_KEYS.map((key) => stemField(key)!);

/**
 * Values that take the place of given ones, field by field, as flags of the command line do. A table among them has
 * been checked: `parseBlockTable` gave it.
 */
export type ArchitectureChanges = Partial<Omit<Architecture, 'stem'>> & { stem?: Partial<Stem> };

/** An architecture with the network that it gives, or everything that is wrong with it. */
export type ParsedArchitecture =
  { ok: true; value: Architecture; network: Network } | { ok: false; problems: Problem[] };

/**
 * An architecture from data (parsed JSON): fills in {@link DEFAULTS}, refuses unknown fields, reports every problem.
 * What comes out builds, and has been built.
 */
export function parseArchitecture(json: unknown, changes: ArchitectureChanges = {}): ParsedArchitecture {
  return parse(changed(json, changes), new Checker(), changes.table);
}

/** As {@link parseArchitecture}, without a try whether it builds, which takes a hundred times as long. */
export function parseArchitectureFields(json: unknown): Parsed<Architecture> {
  const checker = new Checker();
  const value = checkFields(json, checker);
  return value ? { ok: true, value } : { ok: false, problems: checker.problems };
}

/**
 * An architecture from the text of a JSON file. Problems say where they stand, of the syntax as well as of each wrong
 * value; of a value that `changes` gave they do not. The text is read the same way with changes and without, and what
 * they replace is not checked.
 */
export function parseArchitectureText(text: string, changes: ArchitectureChanges = {}): ParsedArchitecture {
  if (text.length > LIMITS.textLength) {
    const sentence = `the text has ${thousands(text.length)} characters, at most ${thousands(LIMITS.textLength)} are allowed`;
    return { ok: false, problems: [{ path: [], sentence }] };
  }
  const read = readJson(text);
  if (!read.ok) return { ok: false, problems: [withMends(text, read.problem, changes)] };
  const { value, place } = read.value;
  const checker = new Checker({ text, root: changedPlaces(place, changes) });
  return parse(changed(value, changes), checker, changes.table);
}

/** The problem with the mend after which the text is an architecture, where there is one. */
function withMends(text: string, problem: SyntaxProblem, changes: ArchitectureChanges): SyntaxProblem {
  const untried = jsonMends(text);
  if (untried.length === 0) return problem;
  const mends = verified(text, untried, (mended) => {
    const read = readJson(mended);
    return read.ok && parse(changed(read.value.value, changes), new Checker(), changes.table).ok;
  });
  return mends.length > 0 ? { ...problem, mends } : problem;
}

function changed(json: unknown, { stem: stemChanges = {}, ...changes }: ArchitectureChanges): unknown {
  if (!isObject(json)) return json;
  const [fields, ofStem] = [withoutUndefined(changes), withoutUndefined({ ...stemChanges })];
  const stem = json.stem === undefined ? DEFAULTS.stem : json.stem;
  // One that is no object stays, and is refused.
  if (Object.keys(ofStem).length > 0 && isObject(stem)) fields.stem = { ...stem, ...ofStem };
  // A copy of an object with millions of fields would take long.
  return Object.keys(fields).length > 0 ? { ...json, ...fields } : json;
}

/** The places in a text, with null for what was changed. */
function changedPlaces(root: Located, { stem: stemChanges, ...changes }: ArchitectureChanges): Located {
  const without = (place: Located, fields: Fields): Located => {
    const places = new Map<string, Located | null>(place.fields);
    for (const field of Object.keys(withoutUndefined(fields))) places.set(field, null);
    return { ...place, fields: places };
  };
  const whole = without(root, changes);
  const stem = root.fields?.get('stem');
  const ofStem = without(stem ?? { start: 0, end: 0 }, { ...stemChanges });
  // A stem that the text lacks comes from the changes as a whole.
  if (ofStem.fields!.size > 0) whole.fields!.set('stem', stem ? ofStem : null);
  return whole;
}

/** The architecture as JSON text with one field, and one stage of the table, a line. */
export function formatArchitecture(architecture: Architecture): string {
  const lines = ARCHITECTURE_FIELDS.map((field) => {
    const value =
      field === 'table' ? formatBlockTable(architecture.table, '  ') : formatInline(architecture[field]);
    return `  ${JSON.stringify(field)}: ${value}`;
  });
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** JSON on one line with spaces after commas and colons. */
function formatInline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(formatInline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(
      ([name, field]) => `${JSON.stringify(name)}: ${formatInline(field)}`,
    );
    return `{ ${fields.join(', ')} }`;
  }
  return JSON.stringify(value);
}

type Fields = Record<string, unknown>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(json: unknown, checker: Checker, checkedTable?: BlockTable): ParsedArchitecture {
  const value = checkFields(json, checker, checkedTable);
  if (!value) return { ok: false, problems: checker.problems };
  try {
    return { ok: true, value, network: buildNetwork(value) };
  } catch (error) {
    if (!(error instanceof ArchitectureError)) throw error;
    for (const { path, sentence } of error.problems) checker.add(path, sentence);
    return { ok: false, problems: checker.problems };
  }
}

/** The architecture of which each field is right by itself; undefined where the checker found something. */
function checkFields(json: unknown, checker: Checker, checkedTable?: BlockTable): Architecture | undefined {
  if (!isObject(json)) {
    const hint = Array.isArray(json) ? '; a block table alone goes into its field table' : '';
    const fields = 'name, inputShape, classes and table';
    checker.add([], `must be an object with ${fields}, got ${describe(json)}${hint}`);
    return undefined;
  }
  checkKnown(json, ARCHITECTURE_FIELDS, checker, []);
  for (const field of REQUIRED) {
    if (json[field] === undefined) checker.add([], `${field} is missing`);
  }
  const checkField = (field: keyof Architecture): unknown => {
    if (field === 'table' && checkedTable) return checkedTable;
    if (json[field] === undefined) return defaultOf(field);
    if (field === 'name') return checkName(json.name, checker);
    if (field === 'table') return checkTable(json.table, checker);
    if (field === 'stem') return checkStem(json.stem, checker);
    return checkConvention(json[field], conventionOf(field), checker, [field]);
  };
  const architecture = Object.fromEntries(ARCHITECTURE_FIELDS.map((field) => [field, checkField(field)]));
  // With nothing found every field is there: what was missing or wrong has been reported.
  return checker.clean ? (architecture as unknown as Architecture) : undefined;
}

/** A copy, which nobody else changes; undefined for what must be given. */
function defaultOf(field: keyof Architecture): unknown {
  if (field === 'stem') return { ...DEFAULTS.stem };
  return field in DEFAULTS ? DEFAULTS[field as keyof typeof DEFAULTS] : undefined;
}

function checkKnown(object: Fields, known: readonly string[], checker: Checker, path: Path): void {
  for (const field of Object.keys(object)) {
    if (known.includes(field)) continue;
    const sentence = (): string => {
      const meant = nearest(field, known);
      const hint = meant ? `; did you mean ${JSON.stringify(meant)}?` : `; known are ${known.join(', ')}`;
      return `unknown field ${describe(field)}${hint}`;
    };
    checker.add([...path, field], sentence);
  }
}

function checkName(value: unknown, checker: Checker): string | undefined {
  if (typeof value !== 'string') {
    checker.add(['name'], `must be a text, got ${describe(value)}`);
    return undefined;
  }
  const name = value.trim();
  const problem = nameProblem(name);
  if (problem === null) return name;
  checker.add(['name'], problem);
  return undefined;
}

/** A value as its description wants it; undefined where the checker found something. */
function checkConvention(
  value: unknown,
  convention: ConventionDescription,
  checker: Checker,
  path: Path,
): unknown {
  // The place names the field of an architecture, and the sentence that of its stem.
  const label = path.length > 1 ? String(path[path.length - 1]) : '';
  switch (convention.kind) {
    case 'shape':
      return checkShape(value, convention.sides, checker, path);
    case 'whole': {
      const { atLeast, atMost } = convention.bounds;
      return checker.whole(value, label, atLeast, atMost, path) ? value : undefined;
    }
    case 'real':
      return checkNumber(value, convention.bounds, checker, path);
    case 'kernel':
      return checkKernel(value, checker, path);
    case 'switch':
      return checkFlag(value, label, checker, path);
    case 'choice':
      return checkWord(value, Object.keys(convention.choices), checker, path);
  }
}

function checkShape(
  value: unknown,
  sides: readonly { name: string; atMost: number }[],
  checker: Checker,
  path: Path,
): unknown {
  if (!Array.isArray(value) || value.length !== sides.length) {
    const names = sides.map(({ name }) => name).join(', ');
    checker.add(path, `must be [${names}], got ${describe(value)}`);
    return undefined;
  }
  const good = sides.map(({ name, atMost }, index) =>
    checker.whole(value[index], name, 1, atMost, [...path, index]),
  );
  return good.every(Boolean) ? [...(value as number[])] : undefined;
}

function checkStem(value: unknown, checker: Checker): Stem | undefined {
  const field = 'stem';
  if (!isObject(value)) {
    checker.add([field], `must be an object with ${STEM_FIELDS.join(', ')}, got ${describe(value)}`);
    return undefined;
  }
  checkKnown(value, STEM_FIELDS, checker, [field]);
  const given: Fields = { ...DEFAULTS.stem, ...withoutUndefined(value) };
  const checked = STEM_KEYS.map((key): [string, unknown] => {
    const part = stemField(key)!;
    return [part, checkConvention(given[part], conventionOf(key), checker, [field, part])];
  });
  return checked.every(([, part]) => part !== undefined)
    ? (Object.fromEntries(checked) as unknown as Stem)
    : undefined;
}

function withoutUndefined(object: Fields): Fields {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function checkWord(
  value: unknown,
  words: readonly string[],
  checker: Checker,
  path: Path,
): string | undefined {
  if (words.includes(value as string)) return value as string;
  const quoted = words.map((word) => JSON.stringify(word));
  const list = `${quoted.slice(0, -1).join(', ')} or ${quoted[quoted.length - 1]}`;
  const meant = typeof value === 'string' ? nearest(value, words) : undefined;
  const hint = meant ? `; did you mean ${JSON.stringify(meant)}?` : '';
  checker.add(path, `must be ${list}, got ${describe(value)}${hint}`);
  return undefined;
}

function checkFlag(value: unknown, label: string, checker: Checker, path: Path): boolean | undefined {
  if (typeof value === 'boolean') return value;
  checker.add(path, `${label === '' ? '' : `${label} `}must be true or false, got ${describe(value)}`);
  return undefined;
}

function checkNumber(value: unknown, bounds: Bounds, checker: Checker, path: Path): number | undefined {
  if (typeof value === 'number' && isWithin(value, bounds)) return value;
  const pointed = typeof value === 'string' ? withDecimalPoint(value) : null;
  const hint = pointed === null ? '' : `; write ${pointed} with a decimal point`;
  const from = bounds.atLeast === undefined ? '' : 'from ';
  checker.add(path, `must be a number ${from}${describeBounds(bounds)}, got ${describe(value)}${hint}`);
  return undefined;
}
