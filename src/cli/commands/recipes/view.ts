/** Recipes as text and as JSON; docs/COMMANDS.md describes the JSON. */
import { formatInstant, formatPercent } from '../../../shared/format';
import {
  describeRuns,
  NAMED_RECIPES,
  type Expectation,
  type NamedRecipe,
} from '../../../shared/named-recipes';
import {
  applies,
  describeField,
  describeRecipe,
  fieldOf,
  recipeChanges,
  type Recipe,
} from '../../../shared/recipe';
import {
  describeRecipeChanges,
  recipeDifferences,
  type RecipeDifference,
} from '../../../shared/recipe-differences';
import type { Run, RunState } from '../../../shared/run';
import {
  NAMED_KEYS,
  newestOf,
  runsOfRecipe,
  type RecipeVersion,
  type SavedRecipe,
} from '../../../shared/saved-recipe';
import { formatFacts, formatTable } from '../../format/table';
import { oneLine } from '../../format/text';
import type { Output } from '../../terminal/output';

/** A run by a recipe. */
interface RunOfEntry {
  id: number;
  name: string;
  /** Of the recipe; null for one that comes with Resbench. */
  version: number | null;
  state: RunState;
  bestValAccuracy: number | null;
}

/** A recipe with the runs by it, newest first. */
export type Entry = { runs: RunOfEntry[] } & ({ saved: SavedRecipe } | { builtIn: NamedRecipe });

const runOf = (run: Run, version: number | null): RunOfEntry => ({
  id: run.id,
  name: run.name,
  version,
  state: run.state,
  bestValAccuracy: run.best?.valAccuracy ?? null,
});

/** @param all every run, by whatever recipe */
export const entryOf = (saved: SavedRecipe, all: readonly Run[]): Entry => ({
  saved,
  runs: runsOfRecipe(saved, all).map(({ run, version }) => runOf(run, version)),
});

export const builtInEntry = (builtIn: NamedRecipe, all: readonly Run[]): Entry => ({
  builtIn,
  runs: runsOfRecipe({ versions: [{ version: 1, recipe: builtIn.recipe, note: '', savedAt: 0 }] }, all).map(
    ({ run }) => runOf(run, null),
  ),
});

const holds = (texts: readonly string[], search: string | undefined): boolean => {
  const wanted = search?.trim().toLowerCase() ?? '';
  return texts.some((text) => text.toLowerCase().includes(wanted));
};

export const isWanted = ({ name, versions }: SavedRecipe, search: string | undefined): boolean =>
  holds([name, ...versions.map(({ note }) => note)], search);

export const builtInsFor = (search: string | undefined, all: readonly Run[]): Entry[] =>
  NAMED_RECIPES.filter(({ id, title, about }) => holds([id, title, about], search)).map((named) =>
    builtInEntry(named, all),
  );

const bestOf = ({ runs }: Entry): number | null =>
  runs.reduce<number | null>(
    (best, { bestValAccuracy: one }) => (one !== null && one > (best ?? -1) ? one : best),
    null,
  );

const recipeIn = (entry: Entry): Recipe =>
  'saved' in entry ? newestOf(entry.saved).recipe : entry.builtIn.recipe;

/** What a recipe says, without what it leaves to the run. */
const fieldsOf = (recipe: Recipe): Partial<Recipe> =>
  Object.fromEntries(NAMED_KEYS.map((key) => [key, recipe[key]]));

/** As the JSON of a list has it. */
export function entryJson(entry: Entry): object {
  const used = { runs: entry.runs.map(({ id }) => id), bestValAccuracy: bestOf(entry) };
  if ('builtIn' in entry) {
    const { id, title, about, source, networks, expected, recipe } = entry.builtIn;
    return { builtIn: id, title, about, source, networks, expected, recipe: fieldsOf(recipe), ...used };
  }
  const { id, name, updatedAt } = entry.saved;
  const { version, note, recipe } = newestOf(entry.saved);
  return { id, name, version, note, updatedAt, recipe: fieldsOf(recipe), ...used };
}

/** With all versions and runs; `recipe`, `version` and `note` are those of the version that is shown. */
export function entryPageJson(entry: Entry, shown: RecipeVersion | null): object {
  if (!('saved' in entry) || shown === null) return { ...entryJson(entry), runs: entry.runs };
  const { versions } = entry.saved;
  return {
    ...entryJson(entry),
    version: shown.version,
    note: shown.note,
    recipe: fieldsOf(shown.recipe),
    newest: newestOf(entry.saved).version,
    versions: versions.map((one) => ({ ...one, recipe: fieldsOf(one.recipe) })),
    runs: entry.runs,
  };
}

const accuracy = (share: number | null): string => (share === null ? '-' : formatPercent(share));

export function recipesTable(entries: readonly Entry[], output: Output): string[] {
  return formatTable(
    [
      { title: 'Name', shrink: true },
      { title: 'Version', align: 'right' },
      { title: 'Runs', align: 'right' },
      { title: 'Best val', align: 'right', optional: true },
      { title: 'Changed', optional: 'late' },
      { title: 'Recipe', shrink: true, optional: 'late' },
    ],
    entries.map((entry) => {
      const described = describeRecipe(recipeIn(entry), ['step', 'rate', 'images', 'run']);
      const [name, version, changed] =
        'saved' in entry
          ? [entry.saved.name, String(newestOf(entry.saved).version), formatInstant(entry.saved.updatedAt)]
          : [entry.builtIn.id, 'built in', '-'];
      return [
        oneLine(name),
        version,
        String(entry.runs.length),
        accuracy(bestOf(entry)),
        changed,
        oneLine(described.replace(/, random seed \d+/, '')),
      ];
    }),
    output.table,
  );
}

/** @param shown the version that is shown; null for one that comes with Resbench */
export function recipePage(entry: Entry, shown: RecipeVersion | null, output: Output): string[] {
  const { style } = output;
  const recipe = shown?.recipe ?? recipeIn(entry);
  const facts: [string, string][] =
    'saved' in entry
      ? [
          [
            'Version',
            `${shown!.version} of ${newestOf(entry.saved).version}, saved ${formatInstant(shown!.savedAt)}`,
          ],
          ...(shown!.note === '' ? [] : [['Note', oneLine(shown!.note)] as [string, string]]),
        ]
      : [
          ['About', entry.builtIn.about],
          ['Source', entry.builtIn.source],
          ['Made for', entry.builtIn.networks.join(', ')],
          ...entry.builtIn.expected.map(expectedFact),
        ];
  const fields = NAMED_KEYS.filter((key) => applies(key, recipe)).map(
    (key) => [fieldOf(key).label, describeField(key, recipe)] as const,
  );
  return [
    style.bold(oneLine('saved' in entry ? entry.saved.name : entry.builtIn.title)),
    '',
    ...formatFacts(facts, style.dim),
    '',
    ...formatFacts(fields, style.dim),
    ...('saved' in entry ? ['', ...versionsTable(entry.saved.versions, shown!.version, output)] : []),
    '',
    ...(entry.runs.length > 0 ? runsTable(entry.runs, output) : ['No run has used it.']),
  ];
}

const expectedFact = (expected: Expectation): [string, string] => {
  const { network, dataset, accuracy, document } = expected;
  const runs = describeRuns(expected, 'run');
  return ['Came to', `${formatPercent(accuracy.mean)} with ${network} on ${dataset} (${runs}; ${document})`];
};

function versionsTable(versions: readonly RecipeVersion[], shown: number, output: Output): string[] {
  return formatTable(
    [
      { title: 'Version', align: 'right' },
      { title: 'Saved' },
      { title: 'Changed', shrink: true, optional: true },
      { title: 'Note', shrink: true },
    ],
    versions.map(({ version, savedAt, recipe, note }, index) => {
      const before = versions[index + 1];
      return [
        version === shown ? output.style.bold(String(version)) : String(version),
        formatInstant(savedAt),
        describeRecipeChanges(before ? recipeChanges(before.recipe, recipe) : null),
        oneLine(note),
      ];
    }),
    output.table,
  );
}

const runsTable = (runs: readonly RunOfEntry[], output: Output): string[] =>
  formatTable(
    [
      { title: 'Run', align: 'right' },
      { title: 'Name', shrink: true },
      { title: 'Version', align: 'right', optional: true },
      { title: 'State', optional: true },
      { title: 'Best val', align: 'right' },
    ],
    runs.map(({ id, name, version, state, bestValAccuracy }) => [
      String(id),
      oneLine(name),
      version === null ? '-' : String(version),
      state,
      accuracy(bestValAccuracy),
    ]),
    output.table,
  );

/** One of those that are compared, as it was named: `mine@2`, `run:3`. */
interface Side {
  words: string;
  recipe: Recipe;
}

export interface RecipeDiff {
  sides: { words: string; recipe: Partial<Recipe> }[];
  /** In the order of the form. */
  differences: RecipeDifference[];
}

export const diffOf = (one: Side, other: Side): RecipeDiff => ({
  sides: [one, other].map(({ words, recipe }) => ({ words, recipe: fieldsOf(recipe) })),
  differences: recipeDifferences(one.recipe, other.recipe),
});

export const diffLines = ({ sides, differences }: RecipeDiff, output: Output): string[] =>
  differences.length === 0
    ? ['They train in the same way.']
    : formatTable(
        [{ title: 'Difference' }, ...sides.map(({ words }) => ({ title: oneLine(words), shrink: true }))],
        differences.map(({ field, before, after }) => [field, before, after]),
        output.table,
      );
