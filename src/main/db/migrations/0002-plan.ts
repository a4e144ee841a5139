import type { Migration } from './migration';

export const plan: Migration = {
  version: 2,
  sql: `
    -- How the run computed its convolutions (EnginePlan of src/shared/plan.ts). NULL: not known yet, or never, as for the
    -- runs of version 1.
    ALTER TABLE runs ADD COLUMN plan TEXT CHECK (json_valid(plan));
  `,
};
