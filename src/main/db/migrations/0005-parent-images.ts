import type { Migration } from './migration';

/**
 * A fork counts its epochs from the beginning of its parent, whose batches may have had another size: with its step alone
 * nobody knows how far into which epoch it began (src/shared/schedule.ts). For the forks that are there already this
 * follows from their parents; where a parent is gone, from what the fork has of its own, to within a batch.
 */
export const parentImages: Migration = {
  version: 5,
  sql: `
    -- Images that the parent had trained on by parent_step, counted again in each epoch.
    ALTER TABLE runs ADD COLUMN parent_images INTEGER;

    WITH RECURSIVE
      -- A row may hold anything; what is no JSON is read by its readers (rows.ts), not here.
      recipes AS MATERIALIZED (SELECT *, IIF(json_valid(recipe), recipe, '{}') AS said FROM runs),
      -- What a schedule needs to know of each run: images of an epoch, images of a step.
      facts AS MATERIALIZED (
        SELECT id, parent_id, MAX(0, CAST(COALESCE(parent_step, 0) AS INTEGER)) AS step,
          MAX(1, MIN(CAST(dataset_train_count AS INTEGER),
            CAST(COALESCE(json_extract(said, '$.limitTrain'), dataset_train_count) AS INTEGER))) AS count,
          MAX(1, CAST(COALESCE(json_extract(said, '$.batchSize'), 1) AS INTEGER)) AS batch
        FROM recipes
      ),
      -- Where the steps of each run begin that are its own.
      origins (id, step, images) AS (
        SELECT id, 0, 0 FROM facts WHERE parent_id IS NULL
        UNION ALL
        SELECT id, step, COALESCE(
          -- What it made of its first epoch was left of that.
          (SELECT (e.epoch - 1) * count + MAX(0, count - (e.step - f.step) * batch)
           FROM epochs e WHERE e.run_id = f.id ORDER BY e.epoch LIMIT 1),
          ((SELECT s.epoch FROM steps s WHERE s.run_id = f.id ORDER BY s.step LIMIT 1) - 1) * count,
          (SELECT c.epoch FROM checkpoints c WHERE c.run_id = f.id AND c.kind = 'parent' LIMIT 1) * count,
          (SELECT r.epoch FROM runs r WHERE r.id = f.id) * count)
        FROM facts f WHERE parent_id NOT IN (SELECT id FROM runs)
        UNION ALL
        SELECT f.id, f.step, (
          SELECT o.images + CASE
            WHEN own <= first THEN MIN(rest, own * p.batch)
            ELSE rest + (own - first) / per_epoch * p.count + (own - first) % per_epoch * p.batch
          END
          FROM (
            -- The parent's own steps up to the fork; images left of the epoch in which it began, and its steps for them.
            SELECT own, rest, (rest + p.batch - 1) / p.batch AS first, (p.count + p.batch - 1) / p.batch AS per_epoch
            FROM (SELECT MAX(0, f.step - o.step) AS own, (p.count - o.images % p.count) % p.count AS rest)
          )
        )
        FROM origins o JOIN facts p ON p.id = o.id JOIN facts f ON f.parent_id = p.id
      )
    UPDATE runs SET parent_images = CAST(MAX(0, origins.images) AS INTEGER)
    FROM origins WHERE origins.id = runs.id AND runs.parent_id IS NOT NULL;

    -- Whatever else a row may say.
    UPDATE runs SET parent_images = 0 WHERE parent_id IS NOT NULL AND parent_images IS NULL;
  `,
};
