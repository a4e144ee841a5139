/** The recipes as their dialog lists them: one's own, then those that come with the program. Pure. */
import { capitalized, formatPercent, plural } from '../../../shared/format';
import {
  NAMED_RECIPES,
  ofBuiltIn,
  ofSaved,
  describeRuns,
  type Expectation,
  type NamedRecipe,
  type RecipeKeyOfName,
  type RecipeOfName,
} from '../../../shared/named-recipes';
import { applies, asksForSomething, describeField, fieldOf, type Recipe } from '../../../shared/recipe';
import { findPreset } from '../../../architecture/presets';
import { DATASETS } from '../../../shared/datasets';
import type { Run } from '../../../shared/run';
import {
  NAMED_KEYS,
  newestOf,
  runsOfRecipe,
  type RecipeVersion,
  type SavedRecipe,
} from '../../../shared/saved-recipe';

/** A run by a recipe, and of which of its versions. */
export interface RunByRecipe {
  run: Run;
  version: number;
}

export interface RecipeItem {
  key: RecipeKeyOfName;
  /** As a list begins with it. */
  title: string;
  /** Its newest version. */
  named: RecipeOfName;
  /** One's own; null for one that comes with the program, which `builtIn` is then. */
  saved: SavedRecipe | null;
  builtIn: NamedRecipe | null;
  /** The best first. */
  runs: readonly RunByRecipe[];
}

const accuracy = ({ run: { best } }: RunByRecipe): number => best?.valAccuracy ?? -1;
const bestFirst = (runs: readonly RunByRecipe[]): RunByRecipe[] =>
  [...runs].sort((a, b) => accuracy(b) - accuracy(a) || b.run.createdAt - a.run.createdAt);

export const recipeItems = (own: readonly SavedRecipe[], runs: readonly Run[]): RecipeItem[] => [
  ...own.map((saved) => {
    const named = ofSaved(saved);
    return {
      key: named.key,
      title: saved.name,
      named,
      saved,
      builtIn: null,
      runs: bestFirst(runsOfRecipe(saved, runs)),
    };
  }),
  ...NAMED_RECIPES.map((builtIn) => {
    const named = ofBuiltIn(builtIn);
    const versions = [{ version: 1, recipe: builtIn.recipe, note: '', savedAt: 0 }];
    return {
      key: named.key,
      title: capitalized(builtIn.title),
      named,
      saved: null,
      builtIn,
      runs: bestFirst(runsOfRecipe({ versions }, runs)),
    };
  }),
];

/** Those with the words in their name, or in a note. */
export function filteredItems(items: readonly RecipeItem[], words: string): RecipeItem[] {
  const wanted = words.trim().toLowerCase();
  return items.filter(({ title, saved, builtIn }) =>
    [title, builtIn?.about ?? '', ...(saved?.versions.map(({ note }) => note) ?? [])].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
}

/** The version of one's own that is looked at: the newest unless another one that there is was chosen; null for any other recipe. */
export const lookedVersion = ({ saved }: RecipeItem, looked: number | null): RecipeVersion | null =>
  saved && (saved.versions.find(({ version }) => version === looked) ?? newestOf(saved));

/** The recipe that is looked at. */
export function shownRecipe(item: RecipeItem, looked: number | null): RecipeOfName {
  const version = lookedVersion(item, looked);
  return item.saved && version ? ofSaved(item.saved, version) : item.named;
}

/** `2 versions, used by 4 runs` */
export const itemNote = ({ saved, runs }: Pick<RecipeItem, 'saved' | 'runs'>): string =>
  [
    saved && saved.versions.length > 1 ? plural(saved.versions.length, 'version') : '',
    runs.length > 0 ? `used by ${plural(runs.length, 'run')}` : 'not used yet',
  ]
    .filter(Boolean)
    .join(', ');

/** What a recipe asks for, and on what it validates; of what it does not ask for there are more fields than anybody reads. */
export const recipeFacts = (recipe: Recipe): { field: string; value: string }[] =>
  NAMED_KEYS.filter(
    (key) => applies(key, recipe) && (fieldOf(key).group === 'data' || asksForSomething(key, recipe)),
  ).map((key) => ({ field: fieldOf(key).label, value: describeField(key, recipe) }));

/** `72.26 % with ResNet-18 on CIFAR-10 (70.03 % to 75.57 % in 6 runs)` */
export function describeExpectation(expected: Expectation): string {
  const { network, dataset, accuracy } = expected;
  const title = findPreset(network)?.title ?? network;
  return (
    `${formatPercent(accuracy.mean)} with ${title} on ${DATASETS[dataset].title} ` +
    `(${describeRuns(expected, 'run')})`
  );
}
