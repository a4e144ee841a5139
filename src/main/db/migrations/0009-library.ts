import type { Migration } from './migration';

/**
 * Saved architectures keep every version that was saved, a star, tags and notes; a run keeps which version it was started
 * with. What was saved before is version 1. The text of an architecture is no longer with its entry: of the entry's versions
 * the newest is the one that is shown.
 */
export const library: Migration = {
  version: 9,
  sql: `
    CREATE TABLE architecture_versions (
      id INTEGER PRIMARY KEY,
      architecture_id INTEGER NOT NULL REFERENCES architectures (id) ON DELETE CASCADE,
      -- From 1. Whoever saves takes the next one.
      version INTEGER NOT NULL,
      -- One line of the user's on what it is for; '' for none.
      note TEXT NOT NULL,
      saved_at INTEGER NOT NULL,
      -- Under the name that the entry had then. Last, since what stands behind a long text is slow to read.
      architecture TEXT NOT NULL CHECK (json_valid(architecture))
    ) STRICT;
    CREATE UNIQUE INDEX architecture_versions_by_number ON architecture_versions (architecture_id, version);
    INSERT INTO architecture_versions (architecture_id, version, note, saved_at, architecture)
    SELECT id, 1, '', updated_at, architecture FROM architectures ORDER BY id;

    ALTER TABLE architectures DROP COLUMN architecture;
    ALTER TABLE architectures ADD COLUMN starred INTEGER NOT NULL DEFAULT 0 CHECK (starred IN (0, 1));
    -- A list of texts, sorted.
    ALTER TABLE architectures ADD COLUMN tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags));
    ALTER TABLE architectures ADD COLUMN notes TEXT NOT NULL DEFAULT '';

    -- The version in the library that the run was started with, both or none. Stays when that architecture is deleted, whose
    -- number is never given out again.
    ALTER TABLE runs ADD COLUMN model_id INTEGER;
    ALTER TABLE runs ADD COLUMN model_version INTEGER;
  `,
};
