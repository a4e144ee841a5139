/** A run as a file: everything that is stored of it, nothing left out. */
import type { EpochMetric, StepMetric } from '../../shared/metrics';
import { isCorrect, noClass, type Predictions } from '../../shared/predictions';
import type { Run, RunState } from '../../shared/run';
import { isNorm, STEP_COLUMNS, type StepColumns } from '../../shared/step-columns';
import type { EnginePlan } from '../../shared/plan';

export interface RunExport {
  format: 'resbench-run';
  formatVersion: 1;
  /** Milliseconds since 1970. */
  exportedAt: number;
  run: Omit<Run, 'own' | 'revision'>;
  /** `the test set`, or which images of the training set were held out; null where an imported run does not say. */
  validatedOn: string | null;
  /** How its convolutions were computed, null where that is not known. */
  plan: EnginePlan | null;
  /** Every state the run has been in, in order. */
  states: { state: RunState; reason: string | null; at: number }[];
  epochs: EpochMetric[];
  /** Of the validations of its last and of its best epoch, where they are kept. */
  predictions: ExportedPredictions[];
  /** What was predicted in each of the run's tests that is intact, image by image of the test set. */
  testPredictions: ExportedTest[];
  steps: StepMetric[];
  /** The whole text that an imported run was read from; null for any other. */
  source: string | null;
}

export interface ExportedPredictions {
  epoch: number;
  datasetSha256: string;
  /** The predicted class of each image in the order of the data set; null for none. */
  classes: (number | null)[];
  /** Whether it is the right one. */
  correct: boolean[];
}

/** As `ExportedPredictions`, of the test at that time. */
export type ExportedTest = Omit<ExportedPredictions, 'epoch'> & { at: number };

const answers = ({
  datasetSha256,
  classes,
  correct,
}: Omit<Predictions, 'epoch'>): Omit<ExportedPredictions, 'epoch'> => ({
  datasetSha256,
  classes: Array.from(classes, (answer) => (answer === noClass(classes) ? null : answer)),
  correct: Array.from(classes, (_, image) => isCorrect(correct, image)),
});

export const exportedPredictions = (predictions: Predictions): ExportedPredictions => ({
  epoch: predictions.epoch,
  ...answers(predictions),
});

export const exportedTest = (test: Omit<Predictions, 'epoch'> & { at: number }): ExportedTest => ({
  at: test.at,
  ...answers(test),
});

const STEP_TITLES: Record<keyof StepMetric, string> = {
  step: 'step',
  epoch: 'epoch',
  loss: 'loss',
  crossEntropy: 'cross_entropy',
  accuracy: 'accuracy',
  seconds: 'seconds',
  learningRate: 'learning_rate',
  gradientNorm: 'gradient_norm',
  weightNorm: 'weight_norm',
};

const EPOCH_COLUMNS = [
  ['epoch_loss', 'loss'],
  ['epoch_cross_entropy', 'crossEntropy'],
  ['epoch_accuracy', 'accuracy'],
  ['val_loss', 'valLoss'],
  ['val_cross_entropy', 'valCrossEntropy'],
  ['val_accuracy', 'valAccuracy'],
  ['epoch_seconds', 'seconds'],
  ['images_per_second', 'imagesPerSecond'],
  ['memory_bytes', 'memoryBytes'],
  ['ema_val_loss', 'emaValLoss'],
  ['ema_val_cross_entropy', 'emaValCrossEntropy'],
  ['ema_val_accuracy', 'emaValAccuracy'],
] as const satisfies readonly (readonly [string, keyof EpochMetric])[];

/**
 * One line a step, as RFC 4180 has it. What belongs to an epoch stands in the line of its last step and is empty in the
 * others; `epoch_loss` and so on average over the epoch, `loss` is the step's own. An epoch of an imported run whose last step
 * is not among them has a line of its own.
 * What the recipe does not ask for, norms and averages, is empty.
 * @param unknown what stands for any other value that is not a number
 * @param validatedOn stands behind the figures of each epoch; null: nothing is known of it
 */
export function toCsv(
  steps: StepColumns,
  epochs: readonly EpochMetric[],
  unknown: '' | 'NaN' = 'NaN',
  validatedOn: string | null = null,
): string {
  const known = new Set(steps.step);
  const byStep = new Map(epochs.map((epoch) => [epoch.step, epoch]));
  const alone = epochs.filter(({ step }) => !known.has(step));
  const cell = (value: number | undefined): string =>
    value === undefined ? '' : Number.isNaN(value) ? unknown : String(value);
  const stepCell = (name: keyof StepMetric, index: number): string =>
    cell(isNorm(name) && Number.isNaN(steps[name][index]) ? undefined : steps[name][index]);
  const label = validatedOn === null ? '' : `"${validatedOn.replace(/"/g, '""')}"`;
  const cellsOf = (epoch: EpochMetric): string[] => [
    ...EPOCH_COLUMNS.map(([, key]) => cell(epoch[key])),
    label,
  ];
  const lineOf = (epoch: EpochMetric): string =>
    [cell(epoch.step), String(epoch.epoch), ...STEP_COLUMNS.slice(2).map(() => ''), ...cellsOf(epoch)].join(
      ',',
    );
  const titles = [
    ...STEP_COLUMNS.map((name) => STEP_TITLES[name]),
    ...EPOCH_COLUMNS.map(([title]) => title),
    'validated_on',
  ];
  const lines = [titles.join(',')];
  for (const [index, step] of steps.step.entries()) {
    while (alone[0] && alone[0].step < step) lines.push(lineOf(alone.shift()!));
    const epoch = byStep.get(step);
    lines.push(
      [
        ...STEP_COLUMNS.map((name) => stepCell(name, index)),
        ...(epoch ? cellsOf(epoch) : [...EPOCH_COLUMNS, ''].map(() => '')),
      ].join(','),
    );
  }
  lines.push(...alone.map(lineOf));
  return lines.join('\r\n') + '\r\n';
}
