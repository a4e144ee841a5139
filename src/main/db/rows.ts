/**
 * What stands in a row is read by a schema: a database comes from the disk, where others may have written it. A value that
 * its column cannot hold has a stand-in, and the row says what is wrong with it; the rows beside it are read as ever.
 *
 * Written by hand where a row is read a thousand times for a list; texts of JSON are checked once each.
 */
import type { Architecture } from '../../architecture/architecture';
import { DEFAULTS } from '../../architecture/conventions';
import { describe } from '../../architecture/checks';
import { thousands } from '../../shared/format';
import { LIMITS } from '../../architecture/limits';
import { formatProblem, type Parsed } from '../../architecture/problem';
import { parseArchitecture, parseArchitectureFields } from '../../architecture/text/architecture';
import type { ImportedFrom } from '../../shared/run';
import type { Machine } from '../../shared/machine';
import { DEFAULT_RECIPE, recipeProblems, storedRecipe, type Recipe } from '../../shared/recipe';
import type { Numerics } from '../../shared/numerics';
import type { EnginePlan } from '../../shared/plan';
import { checkedTags } from '../../shared/saved-architecture';
import { shown } from '../../shared/shown';

export type RawRow = Readonly<Record<string, unknown>>;

/** Numbers that are counted up stay far below the last one that JavaScript knows, and SQLite has. */
export const MAX_ID = 2 ** 52;
/** Of a `Date`, milliseconds before and after 1970. */
const MAX_INSTANT = 8.64e15;

/** The columns of one row, one after the other; the first that cannot be read is kept. */
export class Columns {
  problem: string | null = null;

  constructor(private readonly row: RawRow) {}

  /** Notes what is wrong with the row: the end of a sentence, `its state is …`. */
  wrong(problem: string): void {
    this.problem ??= problem;
  }

  integer(column: string, from = 0, to = Number.MAX_SAFE_INTEGER): number {
    const value = this.row[column];
    if (Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to)
      return value as number;
    this.odd(column);
    return from > 0 ? from : 0;
  }

  optionalInteger(column: string, from = 0, to = Number.MAX_SAFE_INTEGER): number | null {
    return this.isNull(column) ? null : this.integer(column, from, to);
  }

  /** Milliseconds since 1970. */
  instant(column: string): number {
    return this.integer(column, -MAX_INSTANT, MAX_INSTANT);
  }

  optionalInstant(column: string): number | null {
    return this.isNull(column) ? null : this.instant(column);
  }

  number(column: string, from = 0): number {
    const value = this.row[column];
    if (Number.isFinite(value) && (value as number) >= from) return value as number;
    this.odd(column);
    return from;
  }

  /** A metric may be any number. */
  optionalNumber(column: string): number | null {
    const value = this.row[column];
    if (typeof value === 'number') return value;
    if (!this.isNull(column)) this.odd(column);
    return null;
  }

  text(column: string, otherwise = ''): string {
    const value = this.row[column];
    if (typeof value === 'string') return value;
    this.odd(column);
    return otherwise;
  }

  optionalText(column: string): string | null {
    return this.isNull(column) ? null : this.text(column);
  }

  flag(column: string): boolean {
    return this.integer(column, 0, 1) === 1;
  }

  word<T extends string>(column: string, words: readonly T[], otherwise: T): T {
    const value = this.row[column];
    if (words.includes(value as T)) return value as T;
    this.odd(column);
    return otherwise;
  }

  /** A word that is one of endlessly many. */
  matching<T extends string>(column: string, isOne: (value: unknown) => value is T, otherwise: T): T {
    const value = this.row[column];
    if (isOne(value)) return value;
    this.odd(column);
    return otherwise;
  }

  optionalWord<T extends string>(column: string, words: readonly T[]): T | null {
    return this.isNull(column) ? null : this.word(column, words, words[0]!);
  }

  /** JSON that is read by a schema. */
  json<T>(column: string, read: (text: string) => Checked<T>, otherwise: T): T {
    const value = this.row[column];
    if (typeof value !== 'string') {
      this.odd(column);
      return otherwise;
    }
    const checked = read(value);
    if (checked.problem === null) return checked.value;
    this.wrong(`its ${column}: ${checked.problem}`);
    return otherwise;
  }

  optionalJson<T>(column: string, read: (text: string) => Checked<T>): T | null {
    return this.isNull(column) ? null : this.json<T | null>(column, read, null);
  }

  private isNull(column: string): boolean {
    return this.row[column] === null || this.row[column] === undefined;
  }

  private odd(column: string): void {
    const value = this.row[column];
    const text = Buffer.isBuffer(value) ? `${thousands(value.length)} bytes` : shown(describe(value));
    this.wrong(`its ${column} cannot be ${text}`);
  }
}

/** What a text is read as, or the end of a sentence on why it is not. */
export type Checked<T> = { problem: null; value: T } | { problem: string };

const MAX_CACHED = 4096;
/** Of a text that is remembered, characters: networks have some hundreds. */
const MAX_CACHED_LENGTH = 16_384;

/** Reads each different text once: of a thousand runs most have the same. Who gets a value does not change it. */
function remembering<T>(read: (text: string) => Checked<T>): (text: string) => Checked<T> {
  const known = new Map<string, Checked<T>>();
  return (text) => {
    let checked = known.get(text);
    if (checked === undefined) {
      checked = read(text);
      if (known.size >= MAX_CACHED) known.clear();
      if (text.length <= MAX_CACHED_LENGTH) known.set(text, checked);
    }
    return checked;
  };
}

const wrong = (problem: string): { problem: string } => ({ problem: shown(problem) });
const right = <T>(value: T): Checked<T> => ({ problem: null, value });

function parsed<T>(text: string, read: (value: unknown) => Checked<T>): Checked<T> {
  if (text.length > LIMITS.textLength) return wrong(`it has ${thousands(text.length)} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return wrong('it is not JSON');
  }
  return read(value);
}

const architectureBy = (parse: (json: unknown) => Parsed<Architecture>) =>
  remembering<Architecture>((text) =>
    parsed(text, (value) => {
      const read = parse(value);
      // It is said already that it is the architecture.
      return read.ok ? right(read.value) : wrong(formatProblem(read.problems[0]!, { whole: null }));
    }),
  );

/** Does not look whether it builds. */
export const readArchitecture = architectureBy(parseArchitectureFields);
export const readArchitectureThatBuilds = architectureBy(parseArchitecture);

export const readRecipe = remembering<Recipe>((text) =>
  parsed(text, (value) => {
    if (!isRecord(value)) return wrong('it is not an object');
    const recipe = storedRecipe(value);
    const [problem] = recipeProblems(recipe);
    return problem === undefined ? right(recipe) : wrong(problem);
  }),
);

export const readMachine = remembering<Machine>((text) =>
  parsed(text, (value) => {
    const { platform, cpu, threads, memoryBytes, gpu = null, numerics = null } = isRecord(value) ? value : {};
    const fits =
      typeof platform === 'string' &&
      typeof cpu === 'string' &&
      typeof threads === 'number' &&
      typeof memoryBytes === 'number' &&
      (gpu === null || typeof gpu === 'string') &&
      (numerics === null || isNumerics(numerics));
    return fits
      ? right({ platform, cpu, threads, memoryBytes, gpu, ...(numerics && { numerics }) })
      : wrong('it does not say what the machine was');
  }),
);

function isNumerics(value: unknown): value is Numerics {
  if (!isRecord(value)) return false;
  const { processor, instructions, oneDnn, maxInstructions, ownKernels = null } = value;
  // They become the environment of a trainer.
  const isWord = (word: unknown) => typeof word === 'string' && /^\w{1,40}$/.test(word);
  const isName = (name: unknown) => typeof name === 'string' && /^[\w.]{1,40}$/.test(name);
  return (
    typeof processor === 'string' &&
    (instructions === null || (Array.isArray(instructions) && instructions.every(isWord))) &&
    (oneDnn === null || isWord(oneDnn)) &&
    (maxInstructions === null || isWord(maxInstructions)) &&
    (ownKernels === null ||
      (isRecord(ownKernels) && [ownKernels.version, ownKernels.instructions].every(isName)))
  );
}

export const readPlan = remembering<EnginePlan>((text) =>
  parsed(text, (value) => {
    const fits =
      isRecord(value) &&
      Object.values(value).every(
        (lowerings) =>
          isRecord(lowerings) && Object.values(lowerings).every((name) => typeof name === 'string'),
      );
    return fits ? right(value as EnginePlan) : wrong('it does not say how convolutions are computed');
  }),
);

/** Of a saved architecture. */
export const readTags = remembering<string[]>((text) =>
  parsed(text, (value) => {
    if (!Array.isArray(value) || !value.every((tag) => typeof tag === 'string'))
      return wrong('it is not a list of texts');
    const tags = checkedTags(value);
    return tags.ok
      ? right(tags.value)
      : wrong(tags.error.message.replace(/^An? /, (article) => article.toLowerCase()));
  }),
);

/** What was understood of the source of an imported run. */
export const readUnderstood = remembering<Pick<ImportedFrom, 'columns' | 'leftOut'>>((text) =>
  parsed(text, (value) => {
    const { columns, leftOut } = isRecord(value) ? value : {};
    const areTexts = (list: unknown, key: string): boolean =>
      Array.isArray(list) &&
      list.every((one) => isRecord(one) && typeof one.source === 'string' && typeof one[key] === 'string');
    return areTexts(columns, 'metric') && areTexts(leftOut, 'reason')
      ? right({ columns, leftOut } as Pick<ImportedFrom, 'columns' | 'leftOut'>)
      : wrong('it does not say what was understood');
  }),
);

/** JSON that may be null, where another program trained the run and its user did not say. */
export const orNull =
  <T>(read: (text: string) => Checked<T>) =>
  (text: string): Checked<T | null> =>
    text === 'null' ? right(null) : read(text);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** In the place of what cannot be read: of the right form, so that whatever shows a run can show this one. */
export const STAND_INS: { architecture: Architecture; recipe: Recipe; machine: Machine } = {
  architecture: {
    ...DEFAULTS,
    name: 'unreadable',
    inputShape: [32, 32, 3],
    classes: 10,
    table: [[1, [[64, 3]]]],
  },
  recipe: DEFAULT_RECIPE,
  machine: { platform: '', cpu: '', threads: 1, memoryBytes: 0, gpu: null },
};
