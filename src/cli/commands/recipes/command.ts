/** `recipes`: those that come with Resbench and the user's own, which the window has, too. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readUserFile } from '../../../node/files/user-files';
import { decodedText } from '../../../node/files/decoded-text';
import { formatDiskBytes, plural } from '../../../shared/format';
import { isBuiltInName } from '../../../shared/named-recipes';
import type { Recipe } from '../../../shared/recipe';
import { formatRecipeFile, parseRecipeFile, RECIPE_FILE_LENGTH } from '../../../shared/recipe-file';
import { expected } from '../../../shared/result';
import { NAMED_KEYS, newestOf, type SavedRecipe } from '../../../shared/saved-recipe';
import { addRecipeOptions, changedRecipe, checkedName, type RecipeOptions } from '../../flags/recipe';
import { isOfLibrary } from '../../flags/saved-model';
import {
  builtInRecipe,
  noSuchRecipe,
  RECIPE_HELP,
  savedRecipe,
  unreadableRecipe,
} from '../../flags/saved-recipe';
import { runId } from '../../flags/values';
import { oneLine } from '../../format/text';
import { quoted, typed, type CommonOptions, type Context } from '../../terminal/context';
import { ExitStatus, unwrap } from '../../terminal/errors';
import { EXIT } from '../../terminal/exit-codes';
import { writeWhole } from '../../terminal/write-whole';
import type { Services } from '../../services';
import { servicesOf } from '../../use-services';

const RUN = /^run:(.*)$/s;
const RECIPE_OR_RUN_HELP = `${RECIPE_HELP}; run:3 is that of run 3`;
const NAME_HELP = 'name of a recipe of your own';
const ENTRY_JSON = 'one JSON object on stdout: the recipe';

/** A recipe as it was named. */
interface Named {
  /** By which a save would save it; null for that of a run. */
  name: string | null;
  note: string;
  recipe: Recipe;
}

interface SaveOptions extends CommonOptions, RecipeOptions {
  name?: string;
  note?: string;
}

interface ExportOptions extends CommonOptions {
  output?: string;
  force?: boolean;
}

export function addRecipes(program: Command, context: Context): void {
  const { output } = context;
  const recipes = program
    .command('recipes')
    .description('recipes by their names: list, show, save, diff, rename, delete, export, import');
  const add = (name: string, description: string, json: string): Command =>
    recipes
      .command(name)
      .description(description)
      .option('--home <dir>', 'data folder')
      .option('--json', json);
  const withServices = servicesOf(context);

  /** RECIPE, or the recipe of a run. */
  const resolved = (services: Services, words: string, options: CommonOptions): Named => {
    const ofRun = RUN.exec(words);
    if (ofRun) return { name: null, note: '', recipe: recipeOfRun(services, runId(ofRun[1]!)) };
    const builtIn = isOfLibrary(words) ? undefined : builtInRecipe(words);
    if (builtIn) return { name: builtIn.id, note: '', recipe: builtIn.recipe };
    const { saved, version } = savedRecipe(services.recipes, words, options);
    return { name: saved.name, note: version.note, recipe: version.recipe };
  };
  const say = async (services: Services, saved: SavedRecipe, sentence: string): Promise<void> => {
    const { entryJson, entryOf } = await import('./view');
    output.value(entryJson(entryOf(saved, services.runs.list())));
    output.lines(sentence);
  };

  add('list', 'recipes of your own, and those that come with Resbench', 'one JSON array on stdout')
    .option('--search <text>', 'only those with this text in their name or notes')
    .action((options: CommonOptions & { search?: string }) =>
      withServices(options, async (services) => {
        const { builtInsFor, entryJson, entryOf, isWanted, recipesTable } = await import('./view');
        const runs = services.runs.list();
        const entries = [
          ...services.recipes
            .list()
            .filter((saved) => isWanted(saved, options.search))
            .map((saved) => entryOf(saved, runs)),
          ...builtInsFor(options.search, runs),
        ];
        output.value(entries.map(entryJson));
        output.lines(entries.length > 0 ? recipesTable(entries, output) : 'No recipe matches.');
      }),
    );

  add('show', 'one recipe, its versions and the runs by it', 'one JSON object on stdout, with both')
    .argument('<recipe>', `${RECIPE_HELP}; mine@2 is its version 2`)
    .action((words: string, options: CommonOptions) =>
      withServices(options, async (services) => {
        const { builtInEntry, entryOf, entryPageJson, recipePage } = await import('./view');
        const runs = services.runs.list();
        const builtIn = isOfLibrary(words) ? undefined : builtInRecipe(words);
        if (builtIn) {
          const entry = builtInEntry(builtIn, runs);
          output.value(entryPageJson(entry, null));
          output.lines(recipePage(entry, null, output));
          return;
        }
        const { saved, version } = savedRecipe(services.recipes, words, options);
        const entry = entryOf(saved, runs);
        output.value(entryPageJson(entry, version));
        output.lines(recipePage(entry, version, output));
      }),
    );

  const save = add('save', 'save a recipe, or the next version of a saved one', ENTRY_JSON)
    .argument('<recipe>', RECIPE_OR_RUN_HELP)
    .option('--name <name>', 'name to save it under (default: its own)')
    .option('--note <text>', 'one line on what the version is for');
  addRecipeOptions(save, NAMED_KEYS, 'recipe').action((words: string, options: SaveOptions) => {
    const name = options.name === undefined ? null : checkedName(options.name);
    return withServices(options, async (services) => {
      const named = resolved(services, words, options);
      const called = name ?? named.name;
      if (called === null || (name === null && isBuiltInName(called))) {
        throw expected('invalid-input', 'say with --name what the recipe is to be called');
      }
      const { saved, before } = saveAs(services, called, changedRecipe(named.recipe, options), options.note);
      const { version } = newestOf(saved);
      await say(
        services,
        saved,
        before === version
          ? `${oneLine(saved.name)} is as its version ${before} already${options.note === undefined ? '' : ', which has the note now'}.`
          : `Saved version ${version} of ${oneLine(saved.name)}. Train by it: ${typed(`train resnet18 --recipe ${quoted(saved.name)}`, options)}`,
      );
    });
  });

  add('diff', 'what differs between two recipes', 'one JSON object on stdout')
    .argument('<recipe>', RECIPE_OR_RUN_HELP)
    .argument('<other>', 'likewise; mine@2 is version 2 of the recipe mine')
    .action((words: string, others: string, options: CommonOptions) =>
      withServices(options, async (services) => {
        const { diffLines, diffOf } = await import('./view');
        const [one, other] = [words, others].map((side) => ({
          words: side,
          recipe: resolved(services, side, options).recipe,
        }));
        const diff = diffOf(one!, other!);
        output.value(diff);
        output.lines(diffLines(diff, output));
      }),
    );

  add('rename', 'give a recipe of your own another name', ENTRY_JSON)
    .argument('<name>', NAME_HELP)
    .argument('<other>', 'the new name')
    .action((words: string, name: string, options: CommonOptions) =>
      withServices(options, async (services) => {
        const { id } = savedRecipe(services.recipes, words, options).saved;
        const saved = unwrap(services.recipes.rename(id, name));
        await say(services, saved, `It is now called ${oneLine(saved.name)}.`);
      }),
    );

  add(
    'delete',
    'delete recipes of your own with all versions; runs by them stay',
    'one JSON object on stdout: {"deleted": [NAME, …]}',
  )
    .argument('<names...>', 'names of recipes of your own')
    .option('--yes', 'do not ask')
    .action((words: string[], options: CommonOptions & { yes?: boolean }) =>
      withServices(options, async ({ recipes: own }) => {
        // All or none: a wrong name among them deletes nothing. Also one that cannot be read.
        const entries = words.map((name) => {
          const entry = own.find(name.replace(/^library:/, ''));
          if (entry) return entry;
          throw noSuchRecipe(
            name,
            own.list().map((saved) => saved.name),
            options,
          );
        });
        const names = [...new Set(entries.map(({ name }) => name))];
        if (!options.yes) await confirmDeletion(context, names, options);
        for (const id of new Set(entries.map((entry) => entry.id))) unwrap(own.delete(id));
        output.value({ deleted: names });
        output.lines(`Deleted ${plural(names.length, 'recipe')}: ${oneLine(names.join(', '))}.`);
      }),
    );

  add('export', 'a recipe as a file that can be imported', 'with --output: one JSON object on stdout')
    .argument('<recipe>', RECIPE_OR_RUN_HELP)
    .option('--output <file>', 'file to write it to (default: stdout)')
    .option('--force', 'overwrite the file where there is one')
    .action((words: string, options: ExportOptions) =>
      withServices(options, (services) => {
        const { name, note, recipe } = resolved(services, words, options);
        const text = formatRecipeFile({ name: name ?? words.replace(':', ' '), note, recipe });
        if (options.output === undefined) {
          output.raw(text);
          return;
        }
        const file = resolve(options.output);
        writeWhole(file, text, options.force ?? false);
        const bytes = Buffer.byteLength(text);
        output.value({ name, file, bytes });
        output.lines(`The recipe was written to ${file} (${formatDiskBytes(bytes)}).`);
      }),
    );

  add('import', 'recipes from files, each under the name in it', 'one JSON array on stdout: the recipes')
    .argument('<files...>', 'files that were exported')
    .action((files: string[], options: CommonOptions) => {
      // All or none: each is read before the first is saved.
      const read = files.map(readRecipeFile);
      return withServices(options, async (services) => {
        const { entryJson, entryOf } = await import('./view');
        const done = read.map(({ name, recipe, note }) => ({
          ...saveAs(services, name, recipe, note === '' ? undefined : note),
        }));
        const runs = services.runs.list();
        output.value(done.map(({ saved }) => entryJson(entryOf(saved, runs))));
        output.lines(
          done.map(({ saved, before }) => {
            const { version } = newestOf(saved);
            const name = oneLine(saved.name);
            return before === version
              ? `${name} is as its version ${before} already.`
              : `Saved version ${version} of ${name}.`;
          }),
        );
      });
    });
}

function readRecipeFile(path: string): { name: string; note: string; recipe: Recipe } {
  // A character of the limit takes up to four bytes.
  const bytes = readUserFile(path, { wanted: 'a file with a recipe', limit: RECIPE_FILE_LENGTH * 4 });
  const parsed = parseRecipeFile(decodedText(bytes, path));
  if (parsed.ok) {
    if (isBuiltInName(parsed.value.name)) {
      throw expected(
        'conflict',
        `${path} is called as a recipe that comes with Resbench: give it another name in the file`,
      );
    }
    return parsed.value;
  }
  const sentences = parsed.problems.map((problem) => `${path}: ${problem}`);
  throw expected('invalid-input', sentences[0]!, sentences);
}

function recipeOfRun(services: Services, id: number): Recipe {
  const { recipe, unreadable } = unwrap(services.runs.get(id));
  if (unreadable !== undefined) throw expected('storage', unreadable);
  if (recipe) return recipe;
  throw expected(
    'invalid-input',
    `run ${id} was imported, and how it was trained is not known; name another recipe`,
  );
}

/**
 * Saves under a name: the next version of the recipe that has it, or a new one.
 * @returns what is saved, and the newest version that there was before; null for a new one
 */
function saveAs(
  { recipes }: Services,
  name: string,
  recipe: Recipe,
  note: string | undefined,
): { saved: SavedRecipe; before: number | null } {
  const entry = recipes.find(name);
  if (entry && !entry.readable) throw unreadableRecipe(entry.name);
  const before = entry ? newestOf(unwrap(recipes.get(entry.id))).version : null;
  return { saved: unwrap(recipes.save(entry?.id ?? null, entry ? null : name, recipe, note)), before };
}

async function confirmDeletion(
  context: Context,
  names: readonly string[],
  options: CommonOptions,
): Promise<void> {
  if (!context.confirm) {
    const words = `recipes delete ${names.map(quoted).join(' ')} --yes`;
    throw expected(
      'invalid-input',
      `deleting a recipe cannot be undone here; confirm it with \`${typed(words, options)}\``,
    );
  }
  for (const name of names) context.output.notice(oneLine(name));
  const question =
    names.length === 1
      ? 'Delete it with all its versions for good?'
      : `Delete these ${names.length} with all their versions for good?`;
  if (!(await context.confirm(question))) throw new ExitStatus(EXIT.interrupted, 'nothing was deleted');
}
