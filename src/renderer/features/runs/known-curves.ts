/** Which curves of a run there are, and over which axes: the source of an imported run may leave out much. Pure. */
import { isConstantRate } from '../../../shared/learning-rate';
import type { Run } from '../../../shared/run';
import { averages } from '../../../shared/weight-average';
import type { MeasuredValue } from '../../charts/series';
import { RUN_AXES } from '../../curves/chart-settings';

type RunAxis = (typeof RUN_AXES)[number];

/** An imported run has its epochs; steps and times only where its source counts them. */
export function knownAxes(run: Pick<Run, 'imported' | 'step' | 'seconds'>): RunAxis[] {
  const known: Record<RunAxis, boolean> = { step: run.step > 0, epoch: true, time: run.seconds > 0 };
  return RUN_AXES.filter((axis) => !run.imported || known[axis]);
}

const STEP_METRICS = { loss: 'stepLoss', accuracy: 'stepAccuracy', crossEntropy: null } as const;

/** Whether a value was measured at each step, and not once an epoch alone. */
export const hasSteps = ({ imported }: Pick<Run, 'imported'>, value: MeasuredValue): boolean =>
  imported === null || imported.columns.some(({ metric }) => metric === STEP_METRICS[value]);

/** Whether anything was measured of the cross-entropy without the L2 term: other programs seldom tell it apart. */
export const hasCrossEntropy = ({ imported }: Pick<Run, 'imported'>): boolean =>
  imported === null ||
  imported.columns.some(({ metric }) => metric === 'crossEntropy' || metric === 'valCrossEntropy');

/** Whether the average of the weights is validated beside them. */
export const hasAverage = ({ recipe }: Pick<Run, 'recipe'>): boolean => recipe !== null && averages(recipe);

/** Whether the norms of gradient and weights are recorded. */
export const hasNorms = ({ recipe }: Pick<Run, 'recipe'>): boolean => recipe?.norms ?? false;

/** Whether the learning rate moves from step to step, so that there is something to see of it. */
export const hasMovingRate = ({ recipe }: Pick<Run, 'recipe'>): boolean =>
  recipe !== null && !isConstantRate(recipe);
