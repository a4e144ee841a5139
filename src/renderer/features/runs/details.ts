/** What a run was made of, as rows of field and value in readable words. Pure; Details and Compare show them. */
import type { Architecture } from '../../../architecture/architecture';
import { CONVENTIONS } from '../../../architecture/conventions';
import { listArchitecture, type ListedField } from '../../../architecture/listing';
import { shownTitle } from '../../../architecture/shown-name';
import { isTrained, type Run, type TrainedRun } from '../../../shared/run';
import { describeKernels } from '../../../shared/numerics';
import { nearestRecipe } from '../../../shared/named-recipes';
import type { SavedRecipe } from '../../../shared/saved-recipe';
import { applies, asksForSomething, describeField, fieldOf, RECIPE_KEYS } from '../../../shared/recipe';
import {
  capitalized,
  formatBytes,
  formatInstant,
  formatMacs,
  NOTHING,
  thousands,
} from '../../../shared/format';

export type Row = ListedField;

export type Group = 'Architecture' | 'Recipe' | 'Data' | 'Machine and versions';

export const architectureRows = (architecture: Architecture): Row[] => {
  // Its L2 is what recipes without one take over: what a run had stands in its recipe.
  const [name, ...rest] = listArchitecture(architecture).filter(
    ({ field }) => field !== CONVENTIONS.l2.label,
  );
  return [{ ...name!, value: shownTitle(architecture) }, ...rest];
};

export const recipeRows = ({ recipe }: Pick<TrainedRun, 'recipe'>): Row[] =>
  RECIPE_KEYS.map((key) => ({
    field: fieldOf(key).label,
    value: applies(key, recipe) ? describeField(key, recipe) : NOTHING,
  }));

/** What a run's recipe asks for, and of which images; of what it does not ask for there are more fields than anybody reads. */
export const askedRows = ({ recipe }: Pick<TrainedRun, 'recipe'>): Row[] =>
  RECIPE_KEYS.filter(
    (key) => applies(key, recipe) && (fieldOf(key).group === 'data' || asksForSomething(key, recipe)),
  ).map((key) => ({ field: fieldOf(key).label, value: describeField(key, recipe) }));

/**
 * `The blog’s, but learning rate 0.001 → 0.01`: the recipe of a name that a run's is or is nearest to; null where it is like none.
 * @param own the user's
 */
export function nearestText(
  { recipe, architecture }: Pick<TrainedRun, 'recipe' | 'architecture'>,
  own: readonly SavedRecipe[] = [],
): string | null {
  const { named, changes } = nearestRecipe(recipe, own, architecture);
  if (changes.length > MOST_CHANGES) return null;
  const title = named.version === null ? capitalized(named.title) : named.title;
  return changes.length === 0 ? title : `${title}, but ${changes.join(', ')}`;
}
const MOST_CHANGES = 3;

export function dataRows({ dataset }: Pick<TrainedRun, 'dataset'>): Row[] {
  return [
    { field: 'Data set', value: dataset.title },
    {
      field: 'Images',
      value: `${thousands(dataset.trainCount)} training, ${thousands(dataset.evalCount)} test`,
    },
    { field: 'SHA-256', value: dataset.sha256 ?? 'not read yet' },
  ];
}

export function machineRows({ machine, versions }: Pick<TrainedRun, 'machine' | 'versions'>): Row[] {
  return [
    { field: 'CPU', value: machine.cpu },
    { field: 'Threads', value: thousands(machine.threads) },
    { field: 'Memory', value: formatBytes(machine.memoryBytes) },
    { field: 'GPU', value: machine.gpu ?? 'none used' },
    ...(machine.numerics && machine.gpu === null
      ? [{ field: 'Kernels', value: describeKernels(machine.numerics) }]
      : []),
    { field: 'Platform', value: machine.platform },
    { field: 'Resbench', value: versions.resbench },
    { field: 'TensorFlow', value: versions.tensorflow ?? '–' },
    { field: 'Electron', value: versions.electron ?? 'none (plain Node)' },
    { field: 'Node', value: versions.node },
  ];
}

export function timeRows(run: Pick<Run, 'id' | 'createdAt' | 'startedAt' | 'endedAt' | 'imported'>): Row[] {
  // When it was trained its source does not say.
  if (run.imported)
    return [
      { field: 'Run number', value: String(run.id) },
      { field: 'Imported', value: formatInstant(run.imported.importedAt) },
    ];
  return [
    { field: 'Run number', value: String(run.id) },
    { field: 'Asked for', value: formatInstant(run.createdAt) },
    { field: 'First step', value: formatInstant(run.startedAt) },
    { field: 'Ended', value: formatInstant(run.endedAt) },
  ];
}

export function sizeRows(run: Pick<Run, 'params' | 'macs'>): Row[] {
  return [
    { field: 'Parameters', value: thousands(run.params) },
    { field: 'MACs per image', value: formatMacs(run.macs) },
  ];
}

/** What a run was made of. */
export type Made = Pick<
  Run,
  'architecture' | 'recipe' | 'dataset' | 'machine' | 'versions' | 'params' | 'macs' | 'imported'
>;

/** All rows of a run by group, in the same order for every run; none where an imported run does not say. */
export function detailGroups(run: Made): Record<Group, Row[]> {
  const { architecture, dataset } = run;
  const trained = isTrained(run);
  return {
    Architecture: architecture ? architectureRows(architecture) : [],
    Recipe: trained ? recipeRows(run) : [],
    // On which of its images an imported run was trained is not known.
    Data: trained ? dataRows(run) : dataset ? [{ field: 'Data set', value: dataset.title }] : [],
    'Machine and versions': trained ? machineRows(run) : [],
  };
}
