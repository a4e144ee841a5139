import type { Migration } from './migration';

/** Steps say with which learning rate they were made, where that is not the same for the whole run. */
export const learningRates: Migration = {
  version: 11,
  sql: `
    -- NULL: the recipe's, which is constant; of an imported run it is not known.
    ALTER TABLE steps ADD COLUMN learning_rate REAL;
  `,
};
