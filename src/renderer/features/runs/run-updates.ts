/** How live metrics change what the window knows of a run, between two words of main on it. Pure. */
import type { EpochMetric } from '../../../shared/metrics';
import type { Run } from '../../../shared/run';
import type { StepColumns } from '../../../shared/step-columns';

/** The run after metrics of it arrived; the same object where they say nothing new. */
export function withMetrics(run: Run, steps: StepColumns, epochs: readonly EpochMetric[]): Run {
  let next = run;
  const last = steps.step.length - 1;
  if (last >= 0 && steps.step[last]! > run.step) {
    next = { ...next, step: steps.step[last]!, seconds: Math.max(next.seconds, steps.seconds[last]!) };
  }
  for (const epoch of epochs) {
    if (epoch.epoch <= next.epoch) continue;
    const better =
      Number.isFinite(epoch.valAccuracy) && (!next.best || epoch.valAccuracy > next.best.valAccuracy);
    next = {
      ...next,
      epoch: epoch.epoch,
      step: Math.max(next.step, epoch.step),
      last: epoch,
      best: better ? { valAccuracy: epoch.valAccuracy, epoch: epoch.epoch } : next.best,
    };
  }
  return next;
}

/**
 * Which of two descriptions of a run to keep: main's last word wins, whatever way it came, for an answer may overtake an
 * event that was sent before it. A run does not go back in steps and epochs when a description was made before metrics
 * that have already arrived.
 */
export function newer(known: Run | undefined, said: Run): Run {
  if (!known) return said;
  if (said.revision < known.revision) return known;
  const next = withKnownParts(known, said);
  const behind = said.step < known.step || said.epoch < known.epoch;
  if (!behind) return next;
  return {
    ...next,
    step: Math.max(said.step, known.step),
    epoch: Math.max(said.epoch, known.epoch),
    best: said.epoch < known.epoch ? known.best : said.best,
    last: said.epoch < known.epoch ? known.last : said.last,
    seconds: Math.max(said.seconds, known.seconds),
  };
}

/** Main tells of the whole run again and again; parts that say the same stay the same objects, so that nothing is made anew for them. */
function withKnownParts(known: Run, said: Run): Run {
  const parts = Object.entries(said).map(([key, part]: [string, unknown]) => {
    const before = known[key as keyof Run];
    const same = typeof part === 'object' && part !== null && JSON.stringify(part) === JSON.stringify(before);
    return [key, same ? before : part];
  });
  return Object.fromEntries(parts) as Run;
}

/** Whether a run differs from what was known of it in nothing but its steps and seconds, and in how often it was told of. */
export function isAsBefore(known: Run, now: Run): boolean {
  if (known === now) return true;
  const { step: _s, seconds: _t, revision: _r, ...fields } = now;
  return (Object.keys(fields) as (keyof typeof fields)[]).every((field) => known[field] === now[field]);
}
