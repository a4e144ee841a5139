import type { Migration } from './migration';

/** The user's own recipes with every version that was saved, as architectures have theirs. */
export const recipes: Migration = {
  version: 15,
  sql: `
    CREATE TABLE recipes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      deleted_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX recipes_by_name ON recipes (name COLLATE NOCASE) WHERE deleted_at IS NULL;

    CREATE TABLE recipe_versions (
      id INTEGER PRIMARY KEY,
      recipe_id INTEGER NOT NULL REFERENCES recipes (id) ON DELETE CASCADE,
      -- From 1. Whoever saves takes the next one.
      version INTEGER NOT NULL,
      -- One line of the user's on what it is for; '' for none.
      note TEXT NOT NULL,
      saved_at INTEGER NOT NULL,
      -- That the recipe had then: by it a recipe is found again whose own row is lost.
      name TEXT NOT NULL,
      recipe TEXT NOT NULL CHECK (json_valid(recipe))
    ) STRICT;
    CREATE UNIQUE INDEX recipe_versions_by_number ON recipe_versions (recipe_id, version);
  `,
};
