import type { Migration } from './migration';

/**
 * What a run predicted in a validation, so that two runs can be compared image by image. Kept for the last epoch and for the
 * best one of the run's own (runs.epoch and runs.best_epoch): the row of an epoch is written in the transaction of its
 * metrics, in which those of other epochs go.
 */
export const predictions: Migration = {
  version: 8,
  sql: `
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
  `,
};
