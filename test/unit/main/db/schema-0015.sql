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

CREATE TABLE architectures (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      deleted_at INTEGER
    , starred INTEGER NOT NULL DEFAULT 0 CHECK (starred IN (0, 1)), tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)), notes TEXT NOT NULL DEFAULT '') STRICT;

CREATE TABLE checkpoints (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      step INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('epoch', 'interval', 'pause', 'stop', 'parent')),
      -- Name within the folder.
      file TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      weights_sha256 TEXT NOT NULL,
      state_sha256 TEXT NOT NULL,
      val_accuracy REAL,
      is_best INTEGER NOT NULL DEFAULT 0 CHECK (is_best IN (0, 1)),
      pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)),
      created_at INTEGER NOT NULL,
      -- One sentence on what is wrong with the files; NULL as far as is known nothing is.
      damaged TEXT
    ) STRICT;

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
      memory_bytes INTEGER, sha256 TEXT, ema_val_loss REAL, ema_val_cross_entropy REAL, ema_val_accuracy REAL,
      PRIMARY KEY (run_id, epoch)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE "gaps" (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      -- The last step before the seam.
      step INTEGER NOT NULL,
      at INTEGER NOT NULL,
      -- Between the end of the work that is kept and the moment at which it went on.
      lost_seconds REAL NOT NULL,
      -- Steps that had been made before and were made again.
      lost_steps INTEGER NOT NULL,
      reason TEXT NOT NULL, otherwise TEXT,
      PRIMARY KEY (run_id, number)
    ) STRICT, WITHOUT ROWID;

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

CREATE TABLE predictions (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      epoch INTEGER NOT NULL,
      -- Which images: a validation takes the first ones of the data set, as many as the recipe's limit allows, in their
      -- order, which is never shuffled. So two rows with the same data and the same number are of the same images.
      dataset_sha256 TEXT NOT NULL,
      images INTEGER NOT NULL,
      -- The predicted class of each image, little-endian, in 1, 2 or 4 bytes (fewer than 256 classes, than 65,536, or more);
      -- the largest number that fits for an image without an answer.
      classes BLOB NOT NULL,
      -- A bit an image, the lowest of a byte first, 1 where that class is right: the labels are not in the database.
      correct BLOB NOT NULL,
      -- Over the columns before it (src/main/db/stores/predictions.ts). A row that does not have its sum is not used.
      sha256 TEXT NOT NULL,
      PRIMARY KEY (run_id, epoch)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE processes (
      owner_id TEXT PRIMARY KEY,
      pid INTEGER NOT NULL,
      start TEXT,
      opened_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

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

CREATE TABLE recipes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      updated_at INTEGER NOT NULL,
      deleted_at INTEGER
    ) STRICT;

CREATE TABLE revision (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      value INTEGER NOT NULL
    ) STRICT;

CREATE TABLE run_states (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      state TEXT NOT NULL,
      reason TEXT,
      at INTEGER NOT NULL,
      PRIMARY KEY (run_id, number)
    ) STRICT, WITHOUT ROWID;

CREATE TABLE "runs" (
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
      plan TEXT CHECK (json_valid(plan)),
      state TEXT NOT NULL
        CHECK (state IN ('queued', 'preparing', 'running', 'pausing', 'paused', 'stopping', 'stopped', 'completed',
          'failed', 'interrupted')),
      reason TEXT,
      -- What another process asks of the owner.
      wanted TEXT CHECK (wanted IN ('stop', 'pause')),
      -- The smallest is next; a place between two others is the mean of theirs.
      queue_position REAL,
      -- A queued run that is passed over until it is let go.
      held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
      -- The run, and its step, whose checkpoint this one began from. Stays when that run is deleted.
      parent_id INTEGER,
      parent_step INTEGER,
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
      -- What it is to be trained on; machine says what it was.
      device TEXT NOT NULL DEFAULT 'auto' CHECK (device IN ('auto', 'cpu', 'gpu')),
      -- Within an op of TensorFlow: a run that goes on must use as many.
      threads INTEGER,
      -- When its last metrics were stored.
      heard_at INTEGER,
      -- The process that trains the run, or did; of a waiting run the one that queued it.
      owner_id TEXT,
      owner_pid INTEGER,
      owner_start TEXT,
      deleted_at INTEGER, parent_images INTEGER, model_id INTEGER, model_version INTEGER, asks TEXT, agreed TEXT,
      CHECK (queue_position IS NULL OR state = 'queued'),
      -- An active run without an owner would be nobody's to end.
      CHECK (owner_id IS NOT NULL OR state NOT IN ('preparing', 'running', 'pausing', 'stopping')),
      CHECK ((owner_id IS NULL) = (owner_pid IS NULL))
    ) STRICT;

CREATE TABLE settings (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL CHECK (json_valid(value)),
      updated_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

CREATE TABLE steps (
      run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
      step INTEGER NOT NULL,
      epoch INTEGER NOT NULL,
      loss REAL,
      cross_entropy REAL,
      accuracy REAL,
      seconds REAL, learning_rate REAL, gradient_norm REAL, weight_norm REAL,
      PRIMARY KEY (run_id, step)
    ) STRICT, WITHOUT ROWID;

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
      sha256 TEXT NOT NULL, ema_loss REAL, ema_cross_entropy REAL, ema_accuracy REAL, views TEXT NOT NULL DEFAULT 'none',
      PRIMARY KEY (run_id, number)
    ) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX architecture_versions_by_number ON architecture_versions (architecture_id, version);

CREATE UNIQUE INDEX architectures_by_name ON architectures (name COLLATE NOCASE) WHERE deleted_at IS NULL;

CREATE UNIQUE INDEX checkpoints_best ON checkpoints (run_id) WHERE is_best = 1;

CREATE UNIQUE INDEX checkpoints_by_file ON checkpoints (run_id, file);

CREATE INDEX checkpoints_by_step ON checkpoints (run_id, step);

CREATE INDEX imports_by_sha256 ON imports (sha256);

CREATE UNIQUE INDEX recipe_versions_by_number ON recipe_versions (recipe_id, version);

CREATE UNIQUE INDEX recipes_by_name ON recipes (name COLLATE NOCASE) WHERE deleted_at IS NULL;

CREATE INDEX runs_active ON runs (owner_id) WHERE state IN ('preparing', 'running', 'pausing', 'stopping');

CREATE UNIQUE INDEX runs_by_revision ON runs (revision);

CREATE INDEX runs_deleted ON runs (deleted_at) WHERE deleted_at IS NOT NULL;

CREATE INDEX runs_queued ON runs (queue_position) WHERE state = 'queued';
