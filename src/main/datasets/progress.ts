import type { DatasetProgress } from '../../shared/dataset';

export type Report = (progress: DatasetProgress) => void;

/** Milliseconds between reports of a stage. */
const EVERY_MS = 100;

/**
 * Passes on the first and last report of a stage and at most ten a second between. What was held back is passed on a little
 * later where nothing newer comes: a download that stalls has told how far it came.
 */
export function throttled(report: Report, now: () => number = () => performance.now()): Report {
  let stage = '';
  let last = 0;
  let held: NodeJS.Timeout | undefined;
  const pass = (progress: DatasetProgress): void => {
    clearTimeout(held);
    held = undefined;
    stage = progress.stage;
    last = now();
    report(progress);
  };
  return (progress) => {
    const wait = EVERY_MS - (now() - last);
    if (progress.stage !== stage || progress.done === progress.total || wait <= 0) return pass(progress);
    clearTimeout(held);
    held = setTimeout(() => pass(progress), wait);
    // Nobody waits for it.
    held.unref();
  };
}
