/** Block tables as text: written one stage a line, read as Python, JSON or what a web page made of them. */
import type { BlockTable } from '../architecture';
import { checkTable, STAGE } from '../block-table';
import { Checker } from '../checks';
import { inert } from '../inert-text';
import { LIMITS } from '../limits';
import { thousands } from '../number-text';
import { syntaxProblem, type Located } from '../position';
import type { Mend, Parsed, Problem, SyntaxProblem } from '../problem';
import { findTables } from './find';
import { nearestOther, type Broken, type Candidate, type Found } from './found';
import { otherHabit } from './habits';
import { LiteralReader, type Slip } from './literal';
import { verified } from './mended';
import { bracketMends } from './mends';
import { lineEnd, plainText, type PlainText } from './plain';
import { remembered } from './remembered';
import { looksLikeStage } from './shapes';
import { dataOf, unknownProblem, type Data } from './to-data';
import type { Value } from './values';

export { formatBlockTable } from './format-table';

/** A block table found in a text, with the name it was assigned to (null for a bare table). */
export interface NamedTable {
  name: string | null;
  table: BlockTable;
  /** Offset in the text at which it is written, or the list or the expression that it is computed from. */
  start: number;
  /** Where each stage is written; those that are computed together have one place. Empty where the table is computed as a whole. */
  stages: readonly TextRange[];
}

/** From one offset of a text up to another (UTF-16, end exclusive). */
export type TextRange = Pick<Located, 'start' | 'end'>;

/** Characters of a text for which mends are tried: each is read again as a whole. */
const MAX_MENDED_LENGTH = 50_000;
/** Mends tried for all problems of a text together. One that mends the text mends every problem, so the first ones do. */
const MAX_TRIES = 6;
/** Texts whose tables are remembered: those before and after an edit, each read by several parts of the window. */
const MAX_REMEMBERED = 4;
/** Of the tables in a text, in the sentence that asks which one. */
const MAX_NAMED = 8;

/**
 * Every block table in a text, so that a user who pasted several can choose. Accepts the blog's Python as it stands:
 * `filter_list_resnet18 = [ [2, [[64,(3,3)],[64,(3,3)]] ], … ]`, comments, prose, other code and prompts around it,
 * expressions of constants (never by running them), tuples, trailing commas, full-width characters. The same table under
 * the same name twice counts once, as does one without a name that a name has too. Lists that are no tables are left alone.
 *
 * The answer is shared by all who ask for the same text, and must not be changed.
 */
export const parseBlockTables = remembered(MAX_REMEMBERED, parseTables);

function parseTables(text: string): Parsed<NamedTable[]> {
  if (text.length > LIMITS.tableTextLength) {
    const sentence = `the text has ${thousands(text.length)} characters, at most ${thousands(LIMITS.tableTextLength)} are allowed`;
    return { ok: false, problems: [{ path: ['table'], sentence }] };
  }
  const reading = new Reading(text);
  const parsed = reading.tables();
  return parsed.ok ? parsed : { ok: false, problems: parsed.problems.map((one) => reading.withMends(one)) };
}

/** A problem with mends that nobody has tried yet. */
type Unproved = Problem & { untried?: readonly Mend[] };

class Reading {
  private readonly plain: PlainText;
  /** Mends that may still be tried. */
  private tries = MAX_TRIES;

  constructor(private readonly text: string) {
    this.plain = plainText(text);
  }

  tables(): { ok: true; value: NamedTable[] } | { ok: false; problems: Unproved[] } {
    const found = findTables(this.text, this.plain);
    if (found.slip) return { ok: false, problems: [this.ofSlip(found.slip)] };
    const candidates = distinct(found.tables.map(withData));
    if (candidates.length > 0) return this.checked(candidates);
    const problem = this.nothingFound(found);
    return 'path' in problem ? { ok: false, problems: [problem] } : this.checked([withData(problem)]);
  }

  withMends({ untried = [], ...problem }: Unproved): Problem {
    if (untried.length === 0 || this.text.length > MAX_MENDED_LENGTH) return problem;
    const mends = verified(this.text, untried, (text) => this.tries-- > 0 && new Reading(text).tables().ok);
    return mends.length > 0 ? { ...problem, mends } : problem;
  }

  /** Nothing looked like a table: what comes nearest to one, or what is wrong with it. */
  private nothingFound({ first, others, otherSlip }: Found): Unproved | Candidate {
    if (first === undefined)
      return syntaxProblem(this.text, 0, 0, `the block table is empty; write [${STAGE}, …]`);
    const habit = otherHabit(others);
    if (habit) {
      const { start, end } = habit.place;
      return { ...syntaxProblem(this.text, start, end, habit.sentence), untried: habit.mends };
    }
    const other = nearestOther(others);
    if (otherSlip) return this.ofSlip(otherSlip);
    if (other) return other;
    const unknown = others.find(
      ({ value: { kind, place } }) => kind === 'unknown' && '[('.includes(this.plain.code[place.start]!),
    );
    if (unknown) return unknown;
    const number = others.find(({ value }) => value.kind === 'number');
    if (number && this.plain.code[number.value.place.start] === '(') return number;
    return this.ofSlip({ ...this.slipAt(first), from: first });
  }

  /** What stands at an offset where a list or a number should. */
  private slipAt(offset: number): Slip {
    const { slip } = new LiteralReader(this.text, this.plain.code).read(offset);
    const end = lineEnd(this.plain.code, offset);
    return slip ?? { start: offset, end, sentence: () => 'expected a block table', mends: [] };
  }

  private ofSlip({ start, end, sentence, mends, brackets, from }: Broken): SyntaxProblem & Unproved {
    const untried = brackets ? [...bracketMends(this.listFrom(from), from), ...mends] : mends;
    return { ...syntaxProblem(this.text, start, end, sentence()), untried };
  }

  /** From an offset to the next line that begins with a word, or to the end. */
  private listFrom(from: number): string {
    const rest = this.plain.code.slice(from);
    const next = rest.search(/[\r\n][ \t]*[\p{L}_"']/u);
    const piece = rest.slice(0, next < 0 ? undefined : next);
    // From behind: a pattern that ends in `$` would begin at each blank of a long run.
    let end = piece.length;
    while (end > 0 && /[\s,;]/.test(piece[end - 1]!)) end--;
    return piece.slice(0, end);
  }

  private checked(
    candidates: readonly Known[],
  ): { ok: true; value: NamedTable[] } | { ok: false; problems: Unproved[] } {
    const value: NamedTable[] = [];
    const problems: Unproved[] = [];
    for (const [index, candidate] of candidates.entries()) {
      const label = candidates.length > 1 ? (candidate.name ?? `table ${index + 1}`) : undefined;
      const checked = this.check(candidate, label);
      if (Array.isArray(checked)) problems.push(...checked);
      else value.push({ name: candidate.name, table: checked.table, ...placesOf(candidate.value) });
      if (problems.length >= LIMITS.problems) break;
    }
    return problems.length > 0 ? { ok: false, problems } : { ok: true, value };
  }

  /** The table, or what is wrong with it; `label` is its name where there are several. */
  private check({ value, data }: Known, label: string | undefined): { table: BlockTable } | Unproved[] {
    const { json, unknown, misplaced } = data;
    const [first] = misplaced;
    if (first) {
      // Read as the entry of a list, which says what was expected there.
      const reader = new LiteralReader(this.text, this.plain.code);
      const slip = reader.entry(first.place.start);
      if (slip) return [this.ofSlip({ ...slip, from: value.place.start })];
    }
    const checker = new Checker({ text: this.text, root: rootOf(value.place) }, label);
    const table = checkTable(json, checker);
    if (table && checker.clean && unknown.length === 0) return { table };
    // What is repeated stands at one place, and is wrong once.
    const places = new Map(unknown.map((one) => [one.value.place.start, one] as const).reverse());
    const unknowns = [...places.values()]
      .reverse()
      .slice(0, LIMITS.problems)
      .map((one): Unproved => unknownProblem(this.text, one, label));
    const problems: Unproved[] = [...unknowns, ...checker.problems];
    // A single stage wants a list around it, and nothing else.
    if (problems.length === 1 && looksLikeStage(value)) {
      const { start, end } = value.place;
      const bare = !/[[(]/.test(this.plain.code[start]!);
      const edits = [
        { from: start, to: start, insert: bare ? '[[' : '[' },
        { from: end, to: end, insert: bare ? ']]' : ']' },
      ];
      return [{ ...problems[0]!, untried: [{ label: 'Put the stage into a list', edits }] }];
    }
    return problems;
  }
}

/** A candidate with what it says. */
interface Known extends Candidate {
  data: Data;
}

const withData = (candidate: Candidate): Known => ({ ...candidate, data: dataOf(candidate.value) });

const placesOf = (value: Value): Pick<NamedTable, 'start' | 'stages'> => ({
  start: value.place.start,
  stages: value.kind === 'list' ? value.items.map(({ place: { start, end } }) => ({ start, end })) : [],
});

const rootOf = (place: Located): Located => ({
  start: place.start,
  end: place.end,
  fields: new Map([['table', place]]),
});

/**
 * Without what is there twice: under one name, without a name beside one that has a name, or where a name that stands for
 * a table is used.
 */
function distinct(candidates: readonly Known[]): Known[] {
  if (candidates.length < 2) return [...candidates];
  const texts = candidates.map(({ data }) => JSON.stringify(data.json));
  const named = new Set<string>();
  for (const [index, { name }] of candidates.entries()) if (name !== null) named.add(texts[index]!);
  const seen = new Set<string>();
  return candidates.filter(({ name, value }, index) => {
    const text = texts[index]!;
    if (name === null && named.has(text)) return false;
    const keys = [JSON.stringify([value.place.start, text])];
    if (name !== null) keys.push(JSON.stringify([name, text]));
    const known = keys.some((key) => seen.has(key));
    for (const key of keys) seen.add(key);
    return !known;
  });
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
  const sentence = `the text holds ${parsed.value.length} block tables (${namesOf(parsed.value)}); choose one`;
  return { ok: false, problems: [{ path: ['table'], sentence }] };
}

/** The names of several tables in a sentence, a few of them where there are many. */
export function namesOf(tables: readonly NamedTable[]): string {
  const names = tables.map(({ name }, index) =>
    name === null ? `table ${index + 1} without a name` : inert(name),
  );
  if (names.length > MAX_NAMED) names.splice(MAX_NAMED, Infinity, `and ${names.length - MAX_NAMED} more`);
  return names.join(', ');
}
