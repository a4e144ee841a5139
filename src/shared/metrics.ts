/** What is measured while a run trains. */

/** One training step; averages over the images of its batch. */
export interface StepMetric {
  /** Counted from 1 over the whole run. */
  step: number;
  /** Counted from 1. */
  epoch: number;
  /** Cross-entropy, of smoothed labels where the recipe smooths them, plus the L2 term, as Keras reports it (nats). */
  loss: number;
  /** Of the labels as they are, without the L2 term (nats). */
  crossEntropy: number;
  /** Share of the batch classified correctly, 0 to 1. */
  accuracy: number;
  /** Since the first step began, validation included. */
  seconds: number;
  /** With which the weights were updated; NaN where that is not known, of imported runs. */
  learningRate: number;
  /** √Σg² over the gradient of the whole loss, before it is clipped; absent where the recipe does not record it, as the next. */
  gradientNorm?: number;
  /** √Σw² over the trained weights, after the update. */
  weightNorm?: number;
}

/** Metrics of an epoch that a validation gives; all NaN where the epoch was not validated. */
export const VALIDATION_METRICS = ['valLoss', 'valCrossEntropy', 'valAccuracy'] as const;
export type ValidationMetric = (typeof VALIDATION_METRICS)[number];

/** Metrics of an epoch with the average of the weights, which few recipes ask for. */
export type AverageMetric = 'emaValLoss' | 'emaValCrossEntropy' | 'emaValAccuracy';

/** One epoch: averages over its training images as they were seen, and, where it was validated, over the validation set afterwards. */
export interface EpochMetric {
  epoch: number;
  /** Step (counted over the run) after which the epoch ended. */
  step: number;
  loss: number;
  crossEntropy: number;
  accuracy: number;
  valLoss: number;
  valCrossEntropy: number;
  valAccuracy: number;
  /** The same of the average of the weights; absent where the recipe has none. */
  emaValLoss?: number;
  emaValCrossEntropy?: number;
  emaValAccuracy?: number;
  /** Duration of the epoch, validation included. */
  seconds: number;
  /** Training throughput, validation left out. */
  imagesPerSecond: number;
  /** Resident memory of the training process at the end of the epoch. */
  memoryBytes: number;
}

export const wasValidated = (epoch: Pick<EpochMetric, ValidationMetric>): boolean =>
  VALIDATION_METRICS.some((metric) => !Number.isNaN(epoch[metric]));

/** Whether a metric is one of a validation, of the weights or of their average. */
export const isOfValidation = (metric: string): boolean => /^(val|emaVal)[A-Z]/.test(metric);

/** Whether the metric was taken after that epoch, be it a number or not: those of a validation are where there was one. */
export const isMeasured = (epoch: EpochMetric, metric: keyof EpochMetric): boolean =>
  !isOfValidation(metric) || wasValidated(epoch);
