/** Recipes as files: JSON as the command line writes and reads it. */
import { plural, asSentence, thousands } from '../../../shared/format';
import { fileName } from '../../../shared/file-name';
import type { RecipeKeyOfName } from '../../../shared/named-recipes';
import {
  formatRecipeFile,
  parseRecipeFile,
  RECIPE_FILE_LENGTH,
  type RecipeFile,
} from '../../../shared/recipe-file';
import { report } from '../../base/api';
import { downloadBlob } from '../../base/download';
import { showError, showSuccess } from '../../base/notices';
import { named } from '../../base/shown';
import { useRecipesStore } from './recipes-store';

/** More at once would be a folder by mistake. */
const MOST_FILES = 100;

export function exportRecipe(file: RecipeFile): void {
  const name = fileName(`${file.name} recipe`, 'json', 'recipe');
  downloadBlob(name, new Blob([formatRecipeFile(file)], { type: 'application/json' }));
}

/** What is read of a file; else one sentence on why it is no recipe. */
export async function readRecipeGiven(file: File): Promise<RecipeFile | { problem: string }> {
  const from = named(file.name);
  // Bytes of UTF-8 are no fewer than its characters.
  if (file.size > 4 * RECIPE_FILE_LENGTH) {
    return { problem: `${from} has ${thousands(file.size)} bytes, which is more than a recipe may have.` };
  }
  let text: string;
  try {
    text = await file.text();
  } catch {
    return { problem: `${from} could not be read; choose it again.` };
  }
  const parsed = parseRecipeFile(text);
  return parsed.ok
    ? parsed.value
    : { problem: `${from} is not a recipe as JSON. ${asSentence(parsed.problems[0]!)}` };
}

/** @param taken the last that was saved */
export function useRecipeFiles(taken: (key: RecipeKeyOfName) => void) {
  const store = useRecipesStore();

  async function takeFiles(files: readonly File[]): Promise<void> {
    if (files.length > MOST_FILES) {
      showError(`At most ${MOST_FILES} files are imported at once, got ${files.length}.`);
      return;
    }
    const names: string[] = [];
    for (const given of await Promise.all(files.map(readRecipeGiven))) {
      if ('problem' in given) {
        showError(given.problem);
        continue;
      }
      try {
        const saved = await store.save(given.name, given.recipe, given.note || undefined);
        names.push(saved.name);
        taken(`own:${saved.id}`);
      } catch (error) {
        report(error);
      }
    }
    if (names.length > 0)
      showSuccess(`Imported ${names.length === 1 ? named(names[0]!) : plural(names.length, 'recipe')}.`);
  }

  return { takeFiles };
}
