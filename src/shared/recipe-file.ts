/** A recipe as a file: JSON with its name, its note and its fields, written and read. Pure. */
import { describe } from '../architecture/checks';
import { nameProblem } from '../architecture/names';
import { thousands } from '../architecture/number-text';
import { formatProblem } from '../architecture/problem';
import { nearest } from '../architecture/suggest';
import { readJson } from '../architecture/text/json';
import { DEFAULT_RECIPE, RECIPE_KEYS, recipeProblems, storedRecipe, type Recipe } from './recipe';
import { NAMED_KEYS, namedForm } from './saved-recipe';
import { checkedNote } from './version-notes';

export interface RecipeFile {
  name: string;
  /** Of the version; empty for none. */
  note: string;
  recipe: Recipe;
}

/** UTF-16 units of a file; one with every field has some 2,000. */
export const RECIPE_FILE_LENGTH = 100_000;

const FORMAT = 'resbench-recipe';
const FORMAT_VERSION = 1;
const FIELDS = ['format', 'formatVersion', 'name', 'note', 'recipe'] as const;
/** As many problems are named; of a file of another kind every field is one. */
const MOST_PROBLEMS = 20;

/** A field a line. What a recipe leaves to the run (random seeds, limits) is not there. */
export function formatRecipeFile({ name, note, recipe }: RecipeFile): string {
  const fields = Object.fromEntries(NAMED_KEYS.map((key) => [key, recipe[key]]));
  const file = { format: FORMAT, formatVersion: FORMAT_VERSION, name, note, recipe: fields };
  return `${JSON.stringify(file, null, 2)}\n`;
}

/**
 * The recipe in a text; else a sentence for each thing that is wrong with it, at most some. A field that the recipe leaves out
 * has the value of runs of before there was such a field, or its default; one that nobody knows is wrong.
 */
export function parseRecipeFile(
  text: string,
): { ok: true; value: RecipeFile } | { ok: false; problems: string[] } {
  const problems: string[] = [];
  const wrong = (sentence: string): void => {
    if (problems.length < MOST_PROBLEMS) problems.push(sentence);
  };
  if (text.length > RECIPE_FILE_LENGTH) {
    return refused(
      `the text has ${thousands(text.length)} characters, at most ${thousands(RECIPE_FILE_LENGTH)} are allowed`,
    );
  }
  if (text.trim() === '') return refused('the text is empty; expected a recipe as JSON');
  const read = readJson(text);
  if (!read.ok) return refused(formatProblem(read.problem));
  const { value: file } = read.value;
  if (!isObject(file)) {
    return refused(`a recipe must be an object with name and recipe, got ${describe(file)}`);
  }
  if (file.format !== undefined && file.format !== FORMAT) {
    return refused(`format must be "${FORMAT}", got ${describe(file.format)}; export the recipe again`);
  }
  if (file.formatVersion !== undefined && file.formatVersion !== FORMAT_VERSION) {
    return refused(
      `formatVersion must be ${FORMAT_VERSION}, got ${describe(file.formatVersion)}; ` +
        'a newer Resbench wrote it, which can read it',
    );
  }
  checkKnown(file, FIELDS, '', wrong);

  const name = typeof file.name === 'string' ? file.name.trim() : null;
  const misnamed =
    file.name === undefined
      ? 'is missing'
      : name === null
        ? `must be a text, got ${describe(file.name)}`
        : nameProblem(name);
  if (misnamed !== null) wrong(`name ${misnamed}`);

  const { note = '' } = file;
  const line =
    typeof note === 'string'
      ? checkedNote(note)
      : { ok: false as const, error: { message: `note must be a text, got ${describe(note)}` } };
  if (!line.ok) wrong(line.error.message.replace(/\.$/, ''));

  const recipe = readFields(file.recipe, wrong);
  return problems.length === 0 && name !== null && line.ok && recipe
    ? { ok: true, value: { name, note: line.value, recipe } }
    : { ok: false, problems };
}

function readFields(given: unknown, wrong: (sentence: string) => void): Recipe | null {
  if (!isObject(given)) {
    wrong(
      given === undefined
        ? 'recipe is missing'
        : `recipe must be an object of fields, got ${describe(given)}`,
    );
    return null;
  }
  checkKnown(given, RECIPE_KEYS, 'recipe: ', wrong);
  const known = Object.fromEntries(
    RECIPE_KEYS.filter((key) => Object.hasOwn(given, key)).map((key) => [key, given[key]]),
  );
  const whole = { ...DEFAULT_RECIPE, ...storedRecipe(known) };
  const sentences = recipeProblems(whole);
  for (const sentence of sentences) wrong(`recipe: ${sentence}`);
  return sentences.length === 0 ? namedForm(whole) : null;
}

function checkKnown(
  object: Record<string, unknown>,
  known: readonly string[],
  where: string,
  wrong: (sentence: string) => void,
): void {
  const unknown = Object.keys(object).filter((field) => !known.includes(field));
  for (const field of unknown.slice(0, MOST_PROBLEMS)) {
    const meant = nearest(field, known);
    wrong(
      `${where}unknown field ${describe(field)}` +
        (meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`),
    );
  }
}

const refused = (sentence: string): { ok: false; problems: string[] } => ({
  ok: false,
  problems: [sentence],
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
