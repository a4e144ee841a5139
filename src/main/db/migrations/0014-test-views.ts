import type { Migration } from './migration';

/** Over which views of each image a test averaged; those of before averaged over none. */
export const testViews: Migration = {
  version: 14,
  sql: `ALTER TABLE tests ADD COLUMN views TEXT NOT NULL DEFAULT 'none';`,
};
