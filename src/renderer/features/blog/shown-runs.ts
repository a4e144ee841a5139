/** Which runs of the experiment its page shows, and what they are called there. Pure. */
import { describeShorter, variantOf, VARIANTS, type Variant } from '../../../shared/blog/experiment';
import { isActive, isTrained, type Run, type TrainedRun } from '../../../shared/run';

export interface ShownRun {
  run: TrainedRun;
  variant: Variant;
  /** In what it is less than the printed run; null where in nothing. */
  shorter: string | null;
  /** `Run 3, plain` */
  label: string;
}

/** It has figures, or is about to. */
const isOfUse = (run: Run): boolean => run.epoch > 0 || isActive(run.state) || run.state === 'queued';

const LABELS: Record<Variant, string> = { plain: 'plain', projections: 'projections' };

/** Of each network the newest run that is whole, and the newest that is shorter; one that failed at once gives way to others. */
export function shownRuns(runs: readonly Run[]): ShownRun[] {
  const ofExperiment = runs.flatMap((run): ShownRun[] => {
    const variant = variantOf(run);
    if (variant === null || !isTrained(run)) return [];
    const shorter = describeShorter(run);
    const label = `Run ${run.id}, ${LABELS[variant]}${shorter === null ? '' : ', shorter'}`;
    return [{ run, variant, shorter, label }];
  });
  const newest = [...ofExperiment].sort(
    (a, b) => Number(isOfUse(b.run)) - Number(isOfUse(a.run)) || b.run.id - a.run.id,
  );
  return VARIANTS.flatMap((variant) =>
    [true, false].flatMap((whole) => {
      const found = newest.find((one) => one.variant === variant && (one.shorter === null) === whole);
      return found ? [found] : [];
    }),
  );
}
