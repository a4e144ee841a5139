/** Recipes as files. What is read can be saved and trained by. */
import { NAMED_RECIPES } from '../../../src/shared/named-recipes';
import { recipeProblems } from '../../../src/shared/recipe';
import { formatRecipeFile, parseRecipeFile } from '../../../src/shared/recipe-file';
import { namedForm } from '../../../src/shared/saved-recipe';
import { checkedNote } from '../../../src/shared/version-notes';
import { nameProblem } from '../../../src/architecture/names';
import { mustBe, mustRead, mustRefuse, same, type Format } from '../fuzz';
import { mutateBytes, mutateJson, type Random } from '../random';

const REFUSALS = [
  // The reader of JSON has its own sentences, which the format `architecture` has one by one.
  'line …, column …: …',
  'the text has … characters, at most … are allowed',
  'the text is empty; expected a recipe as JSON',
  'a recipe must be an object with name and recipe, got …',
  'format must be "resbench-recipe", got …; export the recipe again',
  'formatVersion must be 1, got …; a newer Resbench wrote it, which can read it',
  'recipe is missing',
  'recipe must be an object of fields, got …',
  'recipe: unknown field …; did you mean …?',
  'recipe: unknown field …',
  'unknown field …; did you mean …?',
  'unknown field …',
  'name is missing',
  'name must be a text, got …',
  'name must not be empty',
  'name must have at most … characters, got …',
  'name must not hold control characters or marks that turn text around, got …',
  'note must be a text, got …',
  'The note of a version must have at most … characters, got …',
  'The note of a version must not hold control characters or marks that turn text around',
  'recipe: … must be one of …',
  'recipe: … must be true or false',
  'recipe: … must be a whole number',
  'recipe: … must be whole numbers, such as …',
  'recipe: … must be at least one number, such as …',
  'recipe: … must be at most … numbers',
  'recipe: … must be in order, each greater than the one before',
  'recipe: … must be a number',
  'recipe: … must be greater than …',
  'recipe: … must be at least …',
  'recipe: … must be less than …',
  'recipe: … must be at most …',
  'recipe: … must be a share below 1, or a whole number of images',
];

const genuine = (random: Random): string => {
  const { title, about, recipe } = random.pick(NAMED_RECIPES);
  return formatRecipeFile({
    name: random.pick([title, '名前 😀', 'x'.repeat(200)]),
    note: random.chance(0.5) ? '' : about.slice(0, 200),
    recipe: namedForm(recipe),
  });
};

/** What each case does to the fields of a file, after which it is none. */
const WRONG: readonly ((random: Random, file: Fields, recipe: Fields) => void)[] = [
  (random, file) => void delete file[random.pick(['name', 'recipe'])],
  (random, file) =>
    void (file[random.pick(['nam', 'recipes', 'xyzzy', 'quite another field'])] = random.oddValue()),
  (random, file) =>
    void (file.name = random.pick([3, null, '', '  ', 'n'.repeat(201), '\x1b[2J', '\u202eabc'])),
  (random, file) => void (file.note = random.pick([3, null, [], 'n'.repeat(201), 'a\nb', '\x07'])),
  (random, file) => void (file.format = random.pick(['resbench-run', 1, null])),
  (random, file) => void (file.formatVersion = random.pick([0, 2, '1', null])),
  (random, file) => void (file.recipe = random.pick([3, null, [], 'sgd'])),
  (random, _file, recipe) =>
    void (recipe[random.pick(['lerningRate', 'epoch', 'xyzzy', 'quite another field'])] = random.oddValue()),
  (random, _file, recipe) => void (recipe.optimizer = random.pick(['lion', '', 1, null])),
  (random, _file, recipe) => void (recipe.nesterov = random.pick(['yes', 1, null])),
  (random, _file, recipe) => void (recipe.epochs = random.pick([2.5, '10', null, 0, -1, 1e9])),
  (random, _file, recipe) => void (recipe.learningRate = random.pick([0, -1, 101, '0.1', null])),
  (random, _file, recipe) => void (recipe.momentum = random.pick([1, -0.1, 1e300, {}])),
  (random, _file, recipe) =>
    void (recipe.milestones = random.pick([
      [],
      [3, 2],
      [1, 1],
      [0],
      [1.5],
      5,
      'x',
      Array.from({ length: 999 }, (_, i) => i + 1),
    ])),
  (random, _file, recipe) => void (recipe.validationSplit = random.pick([1.5, 1000.25, -1])),
];
type Fields = Record<string, unknown>;

const objectOf = (text: string): { file: Fields; recipe: Fields } => {
  const file = JSON.parse(text) as Fields & { recipe: Fields };
  return { file, recipe: file.recipe };
};

function mutated(random: Random): string {
  const text = genuine(random);
  const { file, recipe: fields } = objectOf(text);
  return random.pick([
    () => mutateBytes(random, Buffer.from(text)).toString('utf8'),
    () => JSON.stringify(mutateJson(random, file)),
    () => JSON.stringify({ ...file, recipe: mutateJson(random, fields) }),
    () => JSON.stringify(random.oddValue()),
    () => '{"recipe":'.repeat(random.whole(1, 9000)),
    () => ' '.repeat(random.whole(0, 100)),
    () => `${text}${' '.repeat(random.whole(0, 200_000))}`,
  ])();
}

export const recipe: Format = {
  name: 'recipe',
  refusals: REFUSALS,
  prepare() {
    const read = (text: string): readonly string[] => {
      const parsed = parseRecipeFile(text);
      if (!parsed.ok) return parsed.problems;
      const { name, note, recipe: one } = parsed.value;
      mustBe(nameProblem(name) === null && checkedNote(note).ok, 'a name or a note that nobody may give');
      mustBe(recipeProblems(one).length === 0, 'a recipe that cannot be used');
      mustBe(same(namedForm(one), one), 'a recipe that is not as it is saved');
      mustBe(same(parseRecipeFile(formatRecipeFile(parsed.value)), parsed), 'it does not come back');
      return [];
    };
    return (random) => {
      const text = genuine(random);
      if (random.chance(0.1)) return mustRead(read(text));
      if (random.chance(0.5)) return read(mutated(random));
      const { file, recipe: fields } = objectOf(text);
      random.pick(WRONG)(random, file, fields);
      return mustRefuse(read(JSON.stringify(file)), 'a field of it is wrong');
    };
  },
};
