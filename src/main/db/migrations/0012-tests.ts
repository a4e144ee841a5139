import type { Migration } from './migration';

/** What runs are worth on the whole test set of their data; each time that it was taken is a row. */
export const tests: Migration = {
  version: 12,
  sql: `
    CREATE TABLE tests (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      -- From 1.
      number INTEGER NOT NULL,
      at INTEGER NOT NULL,
      -- Of the checkpoint, which may have been deleted since.
      step INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      weights_sha256 TEXT NOT NULL,
      dataset_sha256 TEXT NOT NULL,
      images INTEGER NOT NULL,
      loss REAL NOT NULL,
      cross_entropy REAL NOT NULL,
      accuracy REAL NOT NULL,
      seconds REAL NOT NULL,
      -- As in the table predictions, of the images of the test set.
      classes BLOB NOT NULL,
      correct BLOB NOT NULL,
      -- Over the columns before it (src/main/db/stores/tests.ts).
      sha256 TEXT NOT NULL,
      PRIMARY KEY (run_id, number)
    ) STRICT, WITHOUT ROWID;
  `,
};
