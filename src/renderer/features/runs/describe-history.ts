/** What a history holds, in words and as the rows of a table. Pure. */
import type { HistoryProblem, ImportedHistory, UnderstoodColumn } from '../../../shared/histories/history';
import { formatTitle } from '../../../shared/histories/readers';
import {
  formatDuration,
  formatLoss,
  formatPercent,
  NOTHING,
  plural,
  thousands,
} from '../../../shared/format';
import type { EpochMetric } from '../../../shared/metrics';

type Metric = UnderstoodColumn['metric'];

const LABELS: Partial<Record<Metric, string>> = {
  loss: 'Loss',
  crossEntropy: 'Cross-entropy',
  accuracy: 'Accuracy',
  valLoss: 'Validation loss',
  valCrossEntropy: 'Validation cross-entropy',
  valAccuracy: 'Validation accuracy',
  seconds: 'Duration',
  stepLoss: 'Loss of each step',
  stepAccuracy: 'Accuracy of each step',
};

function formatValue(metric: Metric, value: number): string {
  if (Number.isNaN(value)) return NOTHING;
  if (metric === 'seconds') return formatDuration(value);
  return /accuracy/i.test(metric) ? formatPercent(value) : formatLoss(value);
}

const STEP_COLUMNS = { stepLoss: 'loss', stepAccuracy: 'accuracy' } as const;

/** Values of the first and the last epoch, or of the first and the last step. */
function ends({ epochs, steps }: ImportedHistory, metric: Metric): [first: number, last: number] {
  const values =
    metric === 'stepLoss' || metric === 'stepAccuracy'
      ? (steps?.[STEP_COLUMNS[metric]] ?? [])
      : epochs.map((epoch: EpochMetric) => epoch[metric]);
  return [values[0] ?? NaN, values[values.length - 1] ?? NaN];
}

export interface ColumnRow {
  /** As the source calls it. */
  source: string;
  label: string;
  first: string;
  last: string;
}

/** Which column is what, with its values at both ends. */
export const columnRows = (history: ImportedHistory): ColumnRow[] =>
  history.columns.map(({ source, metric }) => {
    const [first, last] = ends(history, metric).map((value) => formatValue(metric, value));
    return { source, label: LABELS[metric] ?? metric, first: first!, last: last! };
  });

/** `Keras console log: 10 of 12 epochs of 782 steps` */
export function historyFacts({
  format,
  epochs,
  steps,
  plannedEpochs,
  stepsPerEpoch,
}: ImportedHistory): string {
  const count =
    plannedEpochs !== null && plannedEpochs > epochs.length
      ? `${thousands(epochs.length)} of ${plural(plannedEpochs, 'epoch')}`
      : plural(epochs.length, 'epoch');
  const each = stepsPerEpoch === null ? '' : ` of ${plural(stepsPerEpoch, 'step')}`;
  const logged = steps === null ? '' : `, ${plural(steps.step.length, 'step')} logged`;
  return `${formatTitle(format)}: ${count}${each}${logged}`;
}

/** `Line 7: …`; the sentence alone where the whole text is meant. */
export const located = ({ line, sentence }: HistoryProblem): string =>
  line === null ? sentence : `Line ${thousands(line)}: ${sentence}`;
