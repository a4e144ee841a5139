/** The tables recipes and recipe_versions: the user's own recipes. */
import { nameProblem } from '../../../architecture/names';
import { DEFAULT_RECIPE, type Recipe } from '../../../shared/recipe';
import { namedForm, type RecipeVersion, type SavedRecipe } from '../../../shared/saved-recipe';
import type { Db } from '../database';
import { Columns, MAX_ID, readRecipe, type RawRow } from '../rows';
import { LibraryStore } from './library';

/** What a save makes of a recipe. */
export interface RecipeToSave {
  /** Under which it is saved. */
  name: string;
  recipe: Recipe;
  /** One line, which may be empty. */
  note: string;
  at: number;
}

export class RecipeStore extends LibraryStore<SavedRecipe, RecipeVersion> {
  constructor(db: Db) {
    super(db, {
      entries: 'recipes',
      versions: 'recipe_versions',
      of: 'recipe_id',
      entryColumns: [],
      versionColumns: ['recipe'],
    });
  }

  /** The number of the recipe, of which this is version 1. */
  insert(version: RecipeToSave): number {
    return this.insertEntry(version.name, columnsOf(version));
  }

  /** Whoever saved meanwhile, it is the version after the last. */
  addVersion(id: number, version: RecipeToSave): void {
    this.insertVersion(id, columnsOf(version));
  }

  protected identityOf(row: RawRow): { id: number; name: string } {
    const { id, name } = readRecipeRow(row).entry;
    return { id, name };
  }

  protected readVersion(row: RawRow): { version: RecipeVersion; problem: string | null } {
    return readRecipeVersionRow(row);
  }

  /** With all of its versions that can be read. */
  protected saved(row: RawRow): SavedRecipe | undefined {
    const { entry, unusable } = readRecipeRow(row);
    if (unusable) return undefined;
    const versions = this.readVersions(entry.id);
    return versions.length > 0 ? { ...entry, versions } : undefined;
  }
}

const columnsOf = ({ name, recipe, note, at }: RecipeToSave) => ({
  columns: { name, recipe: JSON.stringify(recipe) },
  note,
  at,
});

/** A recipe without its versions. */
export function readRecipeRow(row: RawRow): {
  entry: Omit<SavedRecipe, 'versions'>;
  /** Whether it cannot be told which one it is. */
  unusable: boolean;
  problem: string | null;
} {
  const of = new Columns(row);
  const [id, name] = [of.integer('id', 1, MAX_ID), of.text('name')];
  const misnamed = nameProblem(name);
  if (misnamed !== null) of.wrong(`its name ${misnamed}`);
  const unusable = of.problem !== null;
  return { entry: { id, name, updatedAt: of.instant('updated_at') }, unusable, problem: of.problem };
}

export function readRecipeVersionRow(row: RawRow): { version: RecipeVersion; problem: string | null } {
  const of = new Columns(row);
  const version = {
    version: of.integer('version', 1, MAX_ID),
    // A field that came later is one that it may not use.
    recipe: namedForm(of.json('recipe', readRecipe, DEFAULT_RECIPE)),
    note: of.text('note'),
    savedAt: of.instant('saved_at'),
  };
  return { version, problem: of.problem };
}
