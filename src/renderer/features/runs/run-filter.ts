/**
 * The language of the filter above the table of runs: words, and terms such as `lr=0.001`, `acc>60%`, `name:baseline`,
 * `-state=failed` over all columns. A term that cannot be understood is passed over and explained, so that a slip never
 * empties the table. Pure.
 */
import { nearest, plainWord } from '../../../architecture/suggest';
import { withDecimalPoint } from '../../../architecture/typed-number';
import { shownTitle } from '../../../architecture/shown-name';
import type { Run } from '../../../shared/run';
import { spanOf, type Span } from './filter-values';
import type { RunColumn } from './run-column';
import { RUN_COLUMNS } from './run-columns';
import { stateLabel } from './describe-run';

type Operator = '!=' | '>=' | '<=' | '=' | '>' | '<' | ':';

/** One word or term of a filter as it is typed. */
export interface Term {
  /** With its minus and quotes, as far as it is typed. */
  raw: string;
  negative: boolean;
  /** What is looked for, where there is no field. */
  word: string;
  comparison: { field: string; operator: Operator; value: string } | null;
}

export interface RunFilter {
  matches: (run: Run) => boolean;
  /** What is wrong with the first term that cannot be understood, in one sentence; null where all can. */
  problem: string | null;
  /** Whether that is the last term, and may become right while it is typed on: `lr=`, `lr=1e-`, `opt=ad`. */
  unfinished: boolean;
}

const unquoted = (text: string): string => text.replace(/"/g, '');

/** The words and terms of a filter, in order. Spaces may stand around an operator, and within quotes. */
export function termsOf(text: string): Term[] {
  const compact = text.replace(
    /("[^"]*"?)|(\S)[^\S\n]+(!=|>=|<=|=|>|<)[^\S\n]+(?=\S)/g,
    (_, quoted: string | undefined, before: string, operator: string) => quoted ?? `${before}${operator}`,
  );
  return (compact.match(/(?:[^\s"]|"[^"]*(?:"|$))+/g) ?? []).map((raw) => {
    const negative = raw.length > 1 && raw.startsWith('-');
    const body = negative ? raw.slice(1) : raw;
    const [, field, operator, value] = /^([^\s"<>=!:]+)(!=|>=|<=|=|>|<|:)(.*)$/s.exec(body) ?? [];
    return {
      raw,
      negative,
      word: unquoted(body),
      comparison:
        field === undefined
          ? null
          : { field, operator: operator as Operator, value: unquoted(value!).trim() },
    };
  });
}

const byField = new Map(
  RUN_COLUMNS.flatMap((column) => column.fields.map((field) => [plainWord(field), column] as const)),
);

/** The column that a filter calls so, in whatever case and with whatever hyphens. */
export const columnOfField = (field: string): RunColumn | undefined => byField.get(plainWord(field));

// --------------------------------------------------------------------------------------------------- comparisons

type Test = (run: Run) => boolean;

/** How a number is compared. Of instants, `>` a day means after that day; of other numbers, greater than the number. */
function numberTest(column: RunColumn, operator: Operator, span: Span): Test {
  const { at, low, high } = span;
  const equals = (value: number): boolean =>
    value === at || (column.exact !== true && value >= low && value < high);
  const days = column.kind === 'instant';
  const compare: Record<Exclude<Operator, ':'>, (value: number) => boolean> = {
    '=': (value) => equals(value),
    '!=': (value) => !equals(value),
    '>': (value) => (days ? value >= high : value > at),
    '<': (value) => value < at,
    '>=': (value) => value >= at || equals(value),
    '<=': (value) => value <= at || equals(value),
  };
  const test = compare[operator as Exclude<Operator, ':'>];
  return (run) => {
    const value = column.value(run);
    return typeof value === 'number' ? test(value) : operator === '!=';
  };
}

/** Whether the cell says just that, or another word for it. */
function textTest(column: RunColumn, wanted: string, now: number): Test {
  const text = wanted.toLowerCase();
  return (run) =>
    column.text(run, now).toLowerCase() === text ||
    (column.also?.(run) ?? []).some((word) => word.toLowerCase() === text);
}

function containsTest(column: RunColumn, wanted: string, now: number): Test {
  const text = wanted.toLowerCase();
  return (run) =>
    [column.text(run, now), ...(column.also?.(run) ?? [])].some((word) => word.toLowerCase().includes(text));
}

const WHAT: Record<RunColumn['kind'], string> = {
  text: 'a text',
  number: 'a number',
  share: 'a percentage or a share',
  duration: 'a duration',
  instant: 'a date',
};

/** The names of all fields, as a sentence lists them. */
const FIELD_NAMES: readonly string[] = RUN_COLUMNS.map(({ fields }) => fields[0]);

const orList = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;

/** The test that a comparison asks for, or a sentence on what is wrong with it. */
function comparisonTest(
  { field, operator, value }: NonNullable<Term['comparison']>,
  now: number,
): Test | string {
  const column = columnOfField(field);
  if (!column) {
    const meant = nearest(
      field,
      RUN_COLUMNS.flatMap(({ fields }) => fields),
    );
    const guess = meant ? ` (did you mean ${meant}?)` : '';
    return `There is no field “${field}”${guess}: the fields are ${FIELD_NAMES.join(', ')}.`;
  }
  const name = column.fields[0];
  if (value === '') return `${field}${operator} needs a value, such as ${field}${operator}${column.example}.`;
  if (operator === ':') return containsTest(column, value, now);
  const equality = operator === '=' || operator === '!=';
  const isChoice = column.choices?.some((choice) => choice.toLowerCase() === value.toLowerCase());
  if (equality && (isChoice ?? column.kind === 'text')) {
    const test = textTest(column, value, now);
    return operator === '=' ? test : (run) => !test(run);
  }
  if (column.kind === 'text') {
    return equality
      ? `${name} is ${orList(column.choices!)}, not “${value}”.`
      : `${name} is a text, which ${operator} cannot compare: write ${name}:${value}.`;
  }
  const span = spanOf(column, value, now);
  if (span) return numberTest(column, operator, span);
  const pointed = withDecimalPoint(value);
  if (pointed) return `${name} takes a decimal point: write ${pointed}, not ${value}.`;
  return `${name} is ${WHAT[column.kind]}, such as ${column.example}, not “${value}”.`;
}

/** Whether a value that is none may be the beginning of one. */
function mayBeginValue({ field, value }: NonNullable<Term['comparison']>): boolean {
  const column = columnOfField(field);
  if (!column) return false;
  const begun = value.toLowerCase();
  if (column.choices?.some((choice) => choice.toLowerCase().startsWith(begun))) return true;
  if (begun === '') return true;
  if (column.kind === 'text') return false;
  if (column.kind === 'instant') return /^(\d{1,4}(-[\d-]*([t ][\d:]*)?)?|t\w*|y\w*)$/.test(begun);
  return column.kind === 'duration'
    ? /^[\d.]+([a-z]+[\d.]*)*$/.test(begun)
    : /^[-+]?\d*\.?\d*(e[-+]?\d*)?$/.test(begun);
}

/** Runs are replaced, never changed in place; a long list is read once, not with each letter. */
const searched = new WeakMap<Run, string>();

/** What words are looked for in. */
function searchText(run: Run): string {
  let text = searched.get(run);
  if (text === undefined) {
    const parts =
      run.unreadable !== undefined
        ? [run.name, stateLabel(run)]
        : [
            run.name,
            ...(run.architecture ? [shownTitle(run.architecture), run.architecture.name] : []),
            run.dataset?.title ?? '',
            stateLabel(run),
            run.recipe?.optimizer ?? '',
            run.imported?.file ?? '',
          ];
    text = parts.join('\n').toLowerCase();
    searched.set(run, text);
  }
  return text;
}

/** @param now for days such as `today`; milliseconds since 1970. */
export function parseFilter(text: string, now: number): RunFilter {
  const tests: Test[] = [];
  let problem: string | null = null;
  let unfinished = false;
  const terms = termsOf(text);
  for (const [index, { negative, word, comparison }] of terms.entries()) {
    let test: Test | string;
    if (comparison) test = comparisonTest(comparison, now);
    else {
      const wanted = word.toLowerCase();
      test = (run) => searchText(run).includes(wanted);
    }
    if (typeof test === 'string') {
      unfinished ||= problem === null && index === terms.length - 1 && mayBeginValue(comparison!);
      problem ??= test;
    } else {
      const positive = test;
      tests.push(negative ? (run) => !positive(run) : positive);
    }
  }
  return { matches: (run) => tests.every((test) => test(run)), problem, unfinished };
}
