import type { Migration } from './migration';

/** What was measured of the average of the weights, and the norms of a step. NULL: the run's recipe does not ask for them. */
export const averagesAndNorms: Migration = {
  version: 13,
  sql: `
    ALTER TABLE steps ADD COLUMN gradient_norm REAL;
    ALTER TABLE steps ADD COLUMN weight_norm REAL;
    ALTER TABLE epochs ADD COLUMN ema_val_loss REAL;
    ALTER TABLE epochs ADD COLUMN ema_val_cross_entropy REAL;
    ALTER TABLE epochs ADD COLUMN ema_val_accuracy REAL;
    ALTER TABLE tests ADD COLUMN ema_loss REAL;
    ALTER TABLE tests ADD COLUMN ema_cross_entropy REAL;
    ALTER TABLE tests ADD COLUMN ema_accuracy REAL;
  `,
};
