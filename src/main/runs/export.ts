/** A run as a file: everything that is stored of it, nothing left out. */
import type { EpochMetric, Run, RunState, StepMetric } from '../../shared/domain';
import type { EnginePlan } from '../../shared/plan';

export interface RunExport {
  format: 'resbench-run';
  formatVersion: 1;
  /** Milliseconds since 1970. */
  exportedAt: number;
  run: Omit<Run, 'own' | 'revision'>;
  /** How its convolutions were computed, null where that is not known. */
  plan: EnginePlan | null;
  /** Every state the run has been in, in order. */
  states: { state: RunState; reason: string | null; at: number }[];
  epochs: EpochMetric[];
  steps: StepMetric[];
}

const STEP_COLUMNS = [
  ['step', 'step'],
  ['epoch', 'epoch'],
  ['loss', 'loss'],
  ['cross_entropy', 'crossEntropy'],
  ['accuracy', 'accuracy'],
  ['seconds', 'seconds'],
] as const satisfies readonly (readonly [string, keyof StepMetric])[];

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
] as const satisfies readonly (readonly [string, keyof EpochMetric])[];

/**
 * One line a step, as RFC 4180 has it. What belongs to an epoch stands in the line of its last step and is empty in the
 * others; `epoch_loss` and so on average over the epoch, `loss` is the step's own.
 */
export function toCsv(steps: readonly StepMetric[], epochs: readonly EpochMetric[]): string {
  const byStep = new Map(epochs.map((epoch) => [epoch.step, epoch]));
  const lines = [[...STEP_COLUMNS, ...EPOCH_COLUMNS].map(([title]) => title).join(',')];
  for (const step of steps) {
    const epoch = byStep.get(step.step);
    lines.push(
      [
        ...STEP_COLUMNS.map(([, key]) => String(step[key])),
        ...EPOCH_COLUMNS.map(([, key]) => (epoch ? String(epoch[key]) : '')),
      ].join(','),
    );
  }
  return lines.join('\r\n') + '\r\n';
}
