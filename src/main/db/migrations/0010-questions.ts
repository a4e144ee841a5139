import type { Migration } from './migration';

/**
 * A run may have to ask before it trains: it is held in the queue with the question until its user agrees. What is computed
 * otherwise from then on stands with the gap.
 */
export const questions: Migration = {
  version: 10,
  sql: `
    -- What a held run asks; its reason says it in a sentence. Words of a list that grows: a CHECK could not be changed.
    ALTER TABLE runs ADD COLUMN asks TEXT;
    -- To what its user has agreed for the next time that it trains.
    ALTER TABLE runs ADD COLUMN agreed TEXT;

    -- One sentence on what is computed otherwise from there on; NULL for nothing.
    ALTER TABLE gaps ADD COLUMN otherwise TEXT;
  `,
};
