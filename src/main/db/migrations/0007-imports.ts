import type { Migration } from './migration';

/**
 * Runs that another program trained. Their rows in runs say what is not known as columns allow: JSON null for architecture,
 * recipe and machine, nothing for the data set and the versions, 0 for counts, and step 0 for an epoch whose last step the
 * source does not say.
 */
export const imports: Migration = {
  version: 7,
  sql: `
    CREATE TABLE imports (
      run_id INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
      -- How the source was read, one of HISTORY_FORMATS (src/shared/histories/history.ts).
      format TEXT NOT NULL,
      -- Name of the file, without folders; NULL where the text was pasted.
      file TEXT,
      -- Columns that became metrics, and what was left out and why.
      understood TEXT NOT NULL CHECK (json_valid(understood)),
      imported_at INTEGER NOT NULL,
      -- Rows that came of it, so that it is known where some are lost.
      epochs INTEGER NOT NULL,
      steps INTEGER NOT NULL,
      -- Of the source, in hexadecimal.
      sha256 TEXT NOT NULL,
      -- Last, since what stands behind a long text is slow to read.
      source TEXT NOT NULL
    ) STRICT;
    CREATE INDEX imports_by_sha256 ON imports (sha256);
  `,
};
