import type { Migration } from './migration';

/** What a resumed run missed is called a gap, as elsewhere; version 3 called it a seam. */
export const gaps: Migration = {
  version: 6,
  sql: 'ALTER TABLE seams RENAME TO gaps;',
};
