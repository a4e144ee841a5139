import type { EpochMetric, StepMetric } from '../../shared/metrics';

/** Order in which metrics happened: an epoch's figures come after its last step. */
export function inOrder(
  steps: readonly StepMetric[],
  epochs: readonly EpochMetric[],
): ({ kind: 'step'; step: StepMetric } | { kind: 'epoch'; epoch: EpochMetric })[] {
  const merged = [
    ...steps.map((step) => ({ kind: 'step' as const, at: step.step, step })),
    ...epochs.map((epoch) => ({ kind: 'epoch' as const, at: epoch.step + 0.5, epoch })),
  ];
  return merged.sort((a, b) => a.at - b.at);
}
