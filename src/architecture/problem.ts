/** What is wrong with an input, as data; its place becomes words where it is shown. */
import { ARCHITECTURE_FIELDS } from './architecture';
import { inert } from './inert-text';

/**
 * The way to a value: `['table', 1, 1, 0]` is the first convolution of the second stage. What is built of a stage is
 * reached by words: `['table', 1, 'block', 0, 'projection']`. Empty for the whole.
 */
export type Path = readonly (string | number)[];

/** A spot in a text. */
export interface Span {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units. */
  column: number;
  /** From 0, in UTF-16 units. */
  offset: number;
  length: number;
}

/** What would mend a text: offered where it is certain, since the mended text can be read. */
export interface Mend {
  /** Imperative, as a button says it: "Write `[` for `【`". */
  label: string;
  /** In the text as it was read, ascending, not overlapping; UTF-16 offsets. */
  edits: readonly { from: number; to: number; insert: string }[];
}

/** A value that is wrong. */
export interface ValueProblem {
  path: Path;
  /** What is wrong, without its place: `kernel must be at least 1, got 0`. */
  sentence: string;
  /** Name of the block table, where a text holds several. */
  table?: string;
  /** Where the value, or what should contain it, stands; present where it came from a text. */
  at?: Span;
  mends?: readonly Mend[];
}

/** A text that cannot be read: there is no value yet that a path could lead to. */
export interface SyntaxProblem {
  path: null;
  sentence: string;
  at: Span;
  mends?: readonly Mend[];
}

/** One thing that is wrong with an input. */
export type Problem = ValueProblem | SyntaxProblem;

export type Parsed<T> = { ok: true; value: T } | { ok: false; problems: Problem[] };

/** `line 3, column 5`. */
export const formatPosition = ({ line, column }: Span): string => `line ${line}, column ${column}`;

/** What of a stage: `stage 2, convolution 1`, or `stage 2, block 1, projection` for what is built of it. */
function formatTablePath([stage, part, index, ofBlock, position]: Path): string {
  if (stage === undefined) return 'table';
  const words = [`stage ${Number(stage) + 1}`];
  const number = (at: string | number | undefined): number => Number(at) + 1;
  if (part === 'block') {
    words.push(`block ${number(index)}`);
    if (ofBlock === 'convolution') words.push(`convolution ${number(position)}`);
    else if (ofBlock !== undefined) words.push(String(ofBlock));
  } else if (part === 1 && index !== undefined) {
    words.push(`convolution ${number(index)}`);
  }
  return words.join(', ');
}

/** The place of a value in words; null for the whole, to which unknown fields belong too. */
function formatPath([field, ...rest]: Path): string | null {
  if (field === 'table') return formatTablePath(rest);
  return ARCHITECTURE_FIELDS.find((known) => known === field) ?? null;
}

/**
 * The place and what is wrong there, as whoever shows it says it: `stage 2, convolution 1: kernel must be at least 1,
 * got 0`. `whole` is the place of what concerns the whole; null where it is said already.
 */
export function formatProblem(
  problem: Problem,
  { whole = 'architecture' }: { whole?: string | null } = {},
): string {
  const { path, sentence } = problem;
  if (path === null) return `${formatPosition(problem.at)}: ${sentence}`;
  const place = formatPath(path);
  const places = problem.table === undefined ? [place ?? whole] : [inert(problem.table), place];
  const said = places.filter((one) => one !== null).join(', ');
  return said === '' ? sentence : `${said}: ${sentence}`;
}
