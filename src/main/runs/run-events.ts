/** Events about runs. */
import type { CostProgress } from '../../shared/cost/known';
import type { EpochMetric } from '../../shared/metrics';
import type { Run, RunLive } from '../../shared/run';
import type { EnginePlan, PlanChoice } from '../../shared/plan';
import type { RangeProgress } from '../../shared/range-test';
import type { TestProgress } from '../../shared/test-result';
import type { StepColumns } from '../../shared/step-columns';

export type RunEvents = {
  /** A run is new or changed; its progress every two seconds at most, everything else at once. */
  changed: Run;
  removed: { id: number };
  metrics: { runId: number; steps: StepColumns; epochs: EpochMetric[] };
  live: RunLive;
  /** A test of a run of this process; null where it is over. */
  testing: { runId: number; progress: TestProgress | null };
  /** A measurement of what trainings take; null where it is over. */
  measuring: CostProgress | null;
  /** The learning-rate range test of this process. */
  ranging: RangeProgress;
  /** The trainer of an own run has decided how to compute; stored before it is reported. */
  planned: { runId: number; plan: EnginePlan; choice: PlanChoice | null };
  notice: { kind: 'error' | 'info'; message: string };
};
