import type { DatasetProgress } from '../../shared/domain';

export type Report = (progress: DatasetProgress) => void;

/** Passes on the first and last report of a stage and at most ten a second between. */
export function throttled(report: Report, now: () => number = () => performance.now()): Report {
  let stage = '';
  let last = 0;
  return (progress) => {
    const at = now();
    if (progress.stage === stage && progress.done !== progress.total && at - last < 100) return;
    stage = progress.stage;
    last = at;
    report(progress);
  };
}
