/** Reads a history that another program wrote. Pure. */
import type { EpochMetric } from '../metrics';
import type { HistoryReading, UnderstoodColumn } from './history';

const METRICS: Record<string, UnderstoodColumn['metric']> = {
  epoch: 'epoch',
  loss: 'loss',
  accuracy: 'accuracy',
  val_loss: 'valLoss',
  val_accuracy: 'valAccuracy',
};

const unknownEpoch = (epoch: number): EpochMetric => ({
  epoch,
  step: NaN,
  loss: NaN,
  crossEntropy: NaN,
  accuracy: NaN,
  valLoss: NaN,
  valCrossEntropy: NaN,
  valAccuracy: NaN,
  seconds: NaN,
  imagesPerSecond: NaN,
  memoryBytes: NaN,
});

/** CSV of Keras's CSVLogger alone. */
export function readHistory(text: string): HistoryReading {
  const [head = '', ...rows] = text.trim().split(/\r?\n/);
  const names = head.split(',');
  const wrong = (line: number | null, sentence: string): HistoryReading => ({
    ok: false,
    problems: [{ line, sentence }],
  });
  if (names[0] !== 'epoch') return wrong(1, 'The first column must be epoch.');
  const epochs: EpochMetric[] = [];
  for (const [index, row] of rows.entries()) {
    const cells = row.split(',');
    if (cells.length !== names.length)
      return wrong(index + 2, `It has ${cells.length} values, and ${names.length} columns are named.`);
    const epoch = unknownEpoch(index + 1);
    for (const [at, name] of names.entries()) {
      const metric = METRICS[name];
      if (!metric || metric === 'epoch') continue;
      const value = Number(cells[at]);
      if (Number.isNaN(value) && cells[at] !== 'nan') return wrong(index + 2, `${name} is no number.`);
      epoch[metric as keyof EpochMetric] = value;
    }
    epochs.push(epoch);
  }
  if (epochs.length === 0) return wrong(null, 'There is no row below its head.');
  return {
    ok: true,
    history: {
      format: 'csv-logger',
      columns: names.filter((name) => METRICS[name]).map((source) => ({ source, metric: METRICS[source]! })),
      leftOut: names
        .filter((name) => !METRICS[name])
        .map((source) => ({ source, reason: 'Resbench has no such metric.' })),
      epochs,
      steps: null,
      plannedEpochs: null,
      stepsPerEpoch: null,
    },
  };
}
