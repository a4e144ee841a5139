import type { Migration } from './migration';

/**
 * Times are milliseconds since 1970, durations seconds. NaN (a diverged loss) is stored as NULL, which SQLite makes of it
 * by itself, so no metric column is NOT NULL.
 */
export const initial: Migration = {
  version: 1,
  sql: `
    -- Marks the file as Resbench's: 'RESB'.
    PRAGMA application_id = ${0x52455342};

    -- One row a process that has this database open, so that nobody removes what another may still bring back.
    CREATE TABLE processes (
      owner_id TEXT PRIMARY KEY,
      pid INTEGER NOT NULL,
      start TEXT,
      opened_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- Counts every change of a run: a watcher reads only rows with a revision above the last it has seen.
    CREATE TABLE revision (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      value INTEGER NOT NULL
    ) STRICT;
    INSERT INTO revision (id, value) VALUES (1, 0);

    -- Progress stands here a second time, so that listing runs reads no metrics. Ids are never given out again.
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      revision INTEGER NOT NULL,
      name TEXT NOT NULL,
      architecture TEXT NOT NULL CHECK (json_valid(architecture)),
      recipe TEXT NOT NULL CHECK (json_valid(recipe)),
      seed INTEGER NOT NULL,
      dataset_id TEXT NOT NULL,
      dataset_title TEXT NOT NULL,
      dataset_sha256 TEXT,
      dataset_train_count INTEGER NOT NULL,
      dataset_eval_count INTEGER NOT NULL,
      resbench_version TEXT NOT NULL,
      tensorflow_version TEXT,
      electron_version TEXT,
      node_version TEXT NOT NULL,
      machine TEXT NOT NULL CHECK (json_valid(machine)),
      state TEXT NOT NULL
        CHECK (state IN ('preparing', 'running', 'stopping', 'stopped', 'completed', 'failed', 'interrupted')),
      reason TEXT,
      created_at INTEGER NOT NULL,
      started_at INTEGER,
      ended_at INTEGER,
      params INTEGER NOT NULL,
      macs INTEGER NOT NULL,
      step INTEGER NOT NULL DEFAULT 0,
      total_steps INTEGER NOT NULL,
      epoch INTEGER NOT NULL DEFAULT 0,
      epochs INTEGER NOT NULL,
      best_val_accuracy REAL,
      best_epoch INTEGER,
      seconds REAL NOT NULL DEFAULT 0,
      owner_id TEXT NOT NULL,
      owner_pid INTEGER NOT NULL,
      owner_start TEXT,
      stop_requested INTEGER NOT NULL DEFAULT 0 CHECK (stop_requested IN (0, 1)),
      deleted_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX runs_by_revision ON runs (revision);
    CREATE INDEX runs_active ON runs (owner_id) WHERE state IN ('preparing', 'running', 'stopping');
    CREATE INDEX runs_deleted ON runs (deleted_at) WHERE deleted_at IS NOT NULL;

    -- Every state a run has been in, in order.
    CREATE TABLE run_states (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      state TEXT NOT NULL,
      reason TEXT,
      at INTEGER NOT NULL,
      PRIMARY KEY (run_id, number)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE steps (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      step INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      loss REAL,
      cross_entropy REAL,
      accuracy REAL,
      seconds REAL,
      PRIMARY KEY (run_id, step)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE epochs (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      epoch INTEGER NOT NULL,
      step INTEGER NOT NULL,
      loss REAL,
      cross_entropy REAL,
      accuracy REAL,
      val_loss REAL,
      val_cross_entropy REAL,
      val_accuracy REAL,
      seconds REAL,
      images_per_second REAL,
      memory_bytes INTEGER,
      PRIMARY KEY (run_id, epoch)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE architectures (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      architecture TEXT NOT NULL CHECK (json_valid(architecture)),
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      deleted_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX architectures_by_name ON architectures (name COLLATE NOCASE) WHERE deleted_at IS NULL;

    CREATE TABLE settings (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL CHECK (json_valid(value)),
      updated_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
