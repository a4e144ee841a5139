/** How often the test set was used on a network: by a run, and by all runs of its architecture on the same data. Pure. */
import { isTrained, type Run, type TrainedRun } from './run';
import { TEST_VIEWS, type TestResult } from './test-result';

/** The figure of a run: its latest test without averaging. Null where none was taken. */
export const testOfRun = ({ tests }: Pick<Run, 'tests'>): TestResult | null =>
  tests.filter(({ views }) => views === 'none').at(-1) ?? null;

/** Its latest test with averaging at test time, which is never its figure. Null where none was taken. */
export const averagedTestOfRun = ({ tests }: Pick<Run, 'tests'>): TestResult | null =>
  tests.filter(({ views }) => views !== 'none').at(-1) ?? null;

/** ` (averaged: flipped)` behind a figure; nothing without averaging. */
export const averagedOver = ({ views }: Pick<TestResult, 'views'>): string =>
  views === 'none' ? '' : ` (averaged: ${TEST_VIEWS[views].toLowerCase()})`;

/** How often the test set of its data was used on a network, by this run and by all runs that share both. */
export interface TestCount {
  run: number;
  /** Tests of all runs of this architecture on this data, this run's among them. */
  all: number;
  /** Runs that they are of. */
  runs: number;
}

/** @param runs those that are there; of deleted ones nothing is known */
export function countTests(run: TrainedRun, runs: readonly Run[]): TestCount {
  const key = testedOn(run);
  const alike = runs.filter((other) => isTrained(other) && other.tests.length > 0 && testedOn(other) === key);
  return {
    run: run.tests.length,
    all: alike.reduce((sum, { tests }) => sum + tests.length, 0),
    runs: alike.length,
  };
}

/** Equal for runs of one architecture, whatever it is called, on the same data. */
const testedOn = ({ architecture, dataset }: TrainedRun): string =>
  JSON.stringify([dataset.id, dataset.sha256, { ...architecture, name: '' }]);

const times = (count: number): string => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);

/** `Taken once.`, `Taken 3 times; 5 times in 2 runs of this architecture on this data.` */
export function describeTestCount({ run, all, runs }: TestCount): string {
  const own = run === 0 ? 'Not taken yet' : `Taken ${times(run)}`;
  const others =
    runs > (run > 0 ? 1 : 0)
      ? `; ${times(all)} in ${runs} ${runs === 1 ? 'run' : 'runs'} of this architecture on this data`
      : '';
  return `${own}${others}.`;
}
