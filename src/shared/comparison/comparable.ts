/** What runs must have in common for their figures to be held against one another. Pure. */
import { isTrained, type Run, type TrainedRun } from '../run';
import { scheduleOfRun } from '../schedule';
import { validatedCount, validationSetOf } from '../validation';
import type { Group } from './groups';

/** On how many images a run is validated. */
export const evalCountOf = ({ dataset, recipe }: TrainedRun): number => validatedCount(recipe, dataset);

/** Which of the data a run is validated on, but for its limit; of the same data, equal texts are the same images. */
export const validationOf = ({ dataset, recipe }: TrainedRun): string =>
  validationSetOf(recipe, dataset.trainCount);

/** Likewise, as exports and tables label a run; null where an imported run does not say. */
export const validationLabel = (run: Run): string | null =>
  run.unreadable === undefined && isTrained(run) ? validationOf(run) : null;

/** The data that a run was trained and validated on; equal texts are the same data. */
export const dataOf = ({ dataset }: TrainedRun): string => `${dataset.id} ${dataset.sha256}`;

/** The one thing that all of them have; null where they differ, or where one is not known. */
function common<T>(values: readonly (T | null)[]): T | null {
  const [first] = values;
  return first !== undefined && values.every((value) => value === first) ? first : null;
}

const ofRuns = <T>({ histories }: Group, of: (run: TrainedRun) => T): T | null =>
  common(histories.map(({ run }: { run: Run }) => (isTrained(run) ? of(run) : null)));

/**
 * The images that a group was validated on: equal texts are the same images. Null where its runs differ, and where one was
 * imported, since its source does not say.
 */
export const validatedOn = (group: Group): string | null =>
  ofRuns(group, (run) => `${dataOf(run)} ${validationOf(run)} ${evalCountOf(run)}`);

/** The data that a group was trained on, and so its test set; null likewise. */
export const dataOfGroup = (group: Group): string | null => ofRuns(group, dataOf);

/** How many images an epoch of the group trains on; null likewise. */
export const imagesPerEpoch = (group: Group): number | null =>
  ofRuns(group, (run) => scheduleOfRun(run).trainCount);
