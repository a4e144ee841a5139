/**
 * Steps by column, as they travel from the database to the curve: ten thousand objects take a tenth of a second on the way
 * between processes, a few arrays of numbers some milliseconds.
 */
import type { StepMetric } from './metrics';

/** Of equal length, one entry for each step, in the order of the steps; NaN for what was not measured. */
export type StepColumns = Record<keyof StepMetric, Float64Array>;

export const STEP_COLUMNS = [
  'step',
  'epoch',
  'loss',
  'crossEntropy',
  'accuracy',
  'seconds',
  'learningRate',
  'gradientNorm',
  'weightNorm',
] as const satisfies readonly (keyof StepMetric)[];

/** Columns that are measured only where the recipe asks for them. */
export const isNorm = (name: keyof StepMetric): boolean => name === 'gradientNorm' || name === 'weightNorm';

const columns = (of: (name: keyof StepMetric) => Float64Array): StepColumns =>
  Object.fromEntries(STEP_COLUMNS.map((name) => [name, of(name)])) as StepColumns;

/** Columns of so many steps, to be filled. */
export const newColumns = (length: number): StepColumns => columns(() => new Float64Array(length));

/** The steps from one index to before another; they share the memory of the others. */
export const partOf = (steps: StepColumns, from: number, to?: number): StepColumns =>
  columns((name) => steps[name].subarray(from, to));

/** The same in memory of its own. */
export const copyOf = (steps: StepColumns): StepColumns => columns((name) => steps[name].slice());

export const toColumns = (steps: readonly StepMetric[]): StepColumns =>
  columns((name) => Float64Array.from(steps, (step) => step[name] ?? NaN));

/** One object for each step: for what is written as JSON, and for few steps. */
export function fromColumns(steps: StepColumns): StepMetric[] {
  return Array.from(steps.step, (step, index) => ({
    step,
    epoch: steps.epoch[index]!,
    loss: steps.loss[index]!,
    crossEntropy: steps.crossEntropy[index]!,
    accuracy: steps.accuracy[index]!,
    seconds: steps.seconds[index]!,
    learningRate: steps.learningRate[index]!,
    ...measured('gradientNorm', steps.gradientNorm[index]!),
    ...measured('weightNorm', steps.weightNorm[index]!),
  }));
}

/** Nothing for what was not measured. */
const measured = <K extends keyof StepMetric>(key: K, value: number): Partial<StepMetric> =>
  Number.isNaN(value) ? {} : { [key]: value };
