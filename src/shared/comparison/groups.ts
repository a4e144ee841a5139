/** Runs that repeat one another: alike in all but the random seed. Pure. */
import { formatArchitecture } from '../../architecture/text/architecture';
import { RECIPE_KEYS } from '../recipe';
import { designOf } from '../regularisation';
import { isTrained, type Run } from '../run';
import type { History } from './budgets';

/** Repetitions of one set-up, in the order in which they were given. */
export interface Group {
  /** Of its first run. */
  name: string;
  histories: History[];
}

/** Everything on which the numbers of a run depend but its seed. That of an imported run is not known: it is like no other. */
function setUpOf(run: Run): string {
  if (!isTrained(run)) return `imported ${run.id}`;
  const { architecture, recipe, dataset } = run;
  const fields = RECIPE_KEYS.filter((key) => key !== 'seed').map((key) => recipe[key]);
  return JSON.stringify([formatArchitecture(designOf(architecture)), fields, dataset.id, dataset.sha256]);
}

/**
 * Groups in the order of their first runs; a run that nothing repeats is a group of its own, and so is each run where all
 * repeat one another.
 */
export function groupBySetUp(histories: readonly History[]): Group[] {
  const groups = new Map<string, Group>();
  for (const history of histories) {
    const key = setUpOf(history.run);
    const group = groups.get(key);
    if (group) group.histories.push(history);
    else groups.set(key, { name: history.run.name, histories: [history] });
  }
  return groups.size > 1
    ? [...groups.values()]
    : histories.map((history) => ({ name: history.run.name, histories: [history] }));
}
