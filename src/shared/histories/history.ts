/** A history of training that another program wrote: a console log, a CSV file. What was read of it, and how. */
import type { AverageMetric, EpochMetric } from '../metrics';
import type { StepColumns } from '../step-columns';

/** In the order in which a text is tried. */
export const HISTORY_FORMATS = ['keras-log', 'lightning-csv', 'csv-logger'] as const;

export type HistoryFormat = (typeof HISTORY_FORMATS)[number];

/** A column of the source that became a metric. */
export interface UnderstoodColumn {
  /** As the source calls it. */
  source: string;
  metric: Exclude<keyof EpochMetric, AverageMetric> | 'stepLoss' | 'stepAccuracy';
}

/** A column, or rows, of which nothing was taken. */
export interface LeftOut {
  /** As the source calls it: `learning_rate`, `line 7`. */
  source: string;
  /** One sentence. */
  reason: string;
}

/** One run as its source tells it. What the source does not say of an epoch is NaN. */
export interface ImportedHistory {
  format: HistoryFormat;
  columns: readonly UnderstoodColumn[];
  leftOut: readonly LeftOut[];
  /** In order, at least one; `epoch` counts from 1, whatever the source counts from. `step` is NaN where it is not known. */
  epochs: readonly EpochMetric[];
  /** Null where the source tells of epochs only. */
  steps: StepColumns | null;
  /** Epochs that the source announces (`Epoch 1/10`); null where it does not. */
  plannedEpochs: number | null;
  /** Steps of an epoch; null where the source does not say. */
  stepsPerEpoch: number | null;
}

/** Why a text cannot be read: where (lines count from 1; null for the whole), what is wrong and what to do. */
export interface HistoryProblem {
  line: number | null;
  sentence: string;
}

export type HistoryReading =
  { ok: true; history: ImportedHistory } | { ok: false; problems: readonly HistoryProblem[] };
