/** The columns of the table of a run's epochs. Pure. */
import { formatDuration, formatLoss, formatPercent, formatRate, NOTHING } from '../../../shared/format';
import { isMeasured, type EpochMetric } from '../../../shared/metrics';

export interface EpochColumn {
  key: keyof EpochMetric;
  title: string;
  /** What exactly was measured; of an imported run its program knows. */
  help?: string;
  text: (epoch: EpochMetric) => string;
}

const WITH_L2 = 'Cross-entropy plus the L2 term';
const column = (
  key: keyof EpochMetric,
  title: string,
  format: (value: number) => string,
  help?: string,
): EpochColumn => ({
  key,
  title,
  ...(help !== undefined && { help }),
  text: (epoch) => (isMeasured(epoch, key) ? format(epoch[key] ?? NaN) : NOTHING),
});

const COLUMNS: readonly EpochColumn[] = [
  column('loss', 'Loss', formatLoss, WITH_L2),
  column('crossEntropy', 'Cross-entropy', formatLoss, 'Loss without the L2 term'),
  column('accuracy', 'Accuracy', formatPercent),
  column('valLoss', 'Val loss', formatLoss, WITH_L2),
  column('valAccuracy', 'Val accuracy', formatPercent),
  column('emaValLoss', 'EMA val loss', formatLoss, 'Validation loss of the average of the weights'),
  column(
    'emaValAccuracy',
    'EMA val accuracy',
    formatPercent,
    'Validation accuracy of the average of the weights',
  ),
  column('seconds', 'Time', formatDuration),
  column('imagesPerSecond', 'Speed', formatRate, 'Training throughput, validation left out'),
];

const isMissing = (value: number | undefined): boolean => value === undefined || Number.isNaN(value);

/**
 * Those of the average of the weights where there is one. Of an imported run those that its source has, with a dash where it leaves
 * out an epoch.
 */
export function epochColumns(epochs: readonly EpochMetric[], imported: boolean): readonly EpochColumn[] {
  if (!imported)
    return COLUMNS.filter(({ key }) => !key.startsWith('ema') || epochs.some((epoch) => key in epoch));
  return COLUMNS.filter(({ key }) => epochs.some((epoch) => !isMissing(epoch[key]))).map(
    ({ key, title, text }) => ({
      key,
      title,
      text: (epoch) => (isMissing(epoch[key]) ? NOTHING : text(epoch)),
    }),
  );
}
