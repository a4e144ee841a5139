import type { Migration } from './migration';

export const sums: Migration = {
  version: 4,
  sql: `
    -- SHA-256, in hexadecimal, over the epoch's numbers and those of its steps (src/main/db/sums.ts). NULL: not known, as
    -- for the epochs of versions 1 to 3, and for those of which a recovery could not save every step.
    ALTER TABLE epochs ADD COLUMN sha256 TEXT;
  `,
};
