/** All rows of runs as CSV (RFC 4180): nothing is thinned out or left out. Pure. */
import type { EpochMetric } from '../../../shared/metrics';
import { STEP_COLUMNS, type StepColumns } from '../../../shared/step-columns';
import { cell, quoted } from '../../charts/csv';

const EPOCH_KEYS = [
  'epoch',
  'step',
  'loss',
  'crossEntropy',
  'accuracy',
  'valLoss',
  'valCrossEntropy',
  'valAccuracy',
  'seconds',
  'imagesPerSecond',
  'memoryBytes',
  'emaValLoss',
  'emaValCrossEntropy',
  'emaValAccuracy',
] as const satisfies readonly (keyof EpochMetric)[];

/** `crossEntropy` → `cross_entropy`, as in the export of a run. */
const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const head = (keys: readonly string[]): string => `run,name,${keys.map(snake).join(',')}\r\n`;
export const STEPS_HEAD = head(STEP_COLUMNS);
export const EPOCHS_HEAD = head(EPOCH_KEYS);

export interface NamedRun {
  id: number;
  name: string;
}

export function stepRows({ id, name }: NamedRun, steps: StepColumns): string {
  const begin = `${id},${quoted(name)},`;
  const columns = STEP_COLUMNS.map((key) => steps[key]);
  const rows = Array.from(
    steps.step,
    (_, index) => begin + columns.map((values) => cell(values[index]!)).join(','),
  );
  return rows.map((row) => `${row}\r\n`).join('');
}

export const epochRows = ({ id, name }: NamedRun, epochs: readonly EpochMetric[]): string =>
  epochs
    .map((epoch) => `${id},${quoted(name)},${EPOCH_KEYS.map((key) => cell(epoch[key] ?? NaN)).join(',')}\r\n`)
    .join('');
