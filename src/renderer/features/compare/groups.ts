/** Compared runs taken together by a field, and what they are called beside one another. Pure. */
import { formatArchitecture } from '../../../architecture/text/architecture';
import { shownTitle } from '../../../architecture/shown-name';
import { applies, describeValue, fieldOf, RECIPE_KEYS, type RecipeKey } from '../../../shared/recipe';
import { designOf } from '../../../shared/regularisation';
import { NOTHING } from '../../../shared/format';
import type { Run } from '../../../shared/run';
import { named } from '../../base/shown';

/** What runs can be grouped and coloured by: each for itself, repetitions that differ in the seed, or a field. */
export type GroupField = 'run' | 'seeds' | 'architecture' | 'dataset' | 'machine' | RecipeKey;

export const GROUP_FIELDS: readonly { value: GroupField; label: string }[] = [
  { value: 'run', label: 'Each run' },
  { value: 'seeds', label: 'All but the seed' },
  { value: 'architecture', label: 'Architecture' },
  ...RECIPE_KEYS.filter((key) => key !== 'seed').map((key) => ({ value: key, label: fieldOf(key).label })),
  { value: 'dataset', label: 'Data set' },
  { value: 'machine', label: 'Machine' },
];

export const isGroupField = (word: string): word is GroupField =>
  GROUP_FIELDS.some(({ value }) => value === word);

export interface CompareGroup {
  /** Stays the same while runs come and go. */
  key: string;
  name: string;
  runs: Run[];
}

/**
 * What a run has of a field: equal texts are one group. Of an imported run a field may not be known; it is then a group of
 * its own, since nobody can say that it is like another.
 */
function keyOf(run: Run, field: GroupField): string {
  const { architecture, dataset, machine, recipe } = run;
  const unknown = `unknown ${run.id}`;
  switch (field) {
    case 'run':
      return String(run.id);
    case 'architecture':
      return architecture ? formatArchitecture(designOf(architecture)) : unknown;
    case 'dataset':
      return dataset ? `${dataset.id} ${dataset.sha256}` : unknown;
    case 'machine':
      return machine ? `${machine.cpu} ${machine.gpu}` : unknown;
    case 'seeds':
      return recipe
        ? JSON.stringify([
            keyOf(run, 'architecture'),
            keyOf(run, 'dataset'),
            RECIPE_KEYS.filter((key) => key !== 'seed').map((key) => recipe[key]),
          ])
        : unknown;
    default:
      return recipe ? JSON.stringify(recipe[field]) : unknown;
  }
}

function nameOf(run: Run, field: GroupField): string {
  const { architecture, dataset, machine, recipe } = run;
  // What is not known has the name of the run.
  const own = named(run.name);
  switch (field) {
    case 'run':
    case 'seeds':
      return own;
    case 'architecture':
      return architecture ? named(shownTitle(architecture)) : own;
    case 'dataset':
      return dataset?.title ?? own;
    case 'machine':
      return machine ? (machine.gpu ?? machine.cpu) : own;
    default: {
      if (!recipe) return own;
      const value = applies(field, recipe) ? describeValue(field, recipe[field]) : NOTHING;
      return `${fieldOf(field).label} ${value}`;
    }
  }
}

/** Groups in the order of their first runs; those of equal names are told apart by number. */
export function groupsBy(runs: readonly Run[], field: GroupField): CompareGroup[] {
  const groups = new Map<string, CompareGroup>();
  for (const run of runs) {
    const key = keyOf(run, field);
    const group = groups.get(key);
    if (group) group.runs.push(run);
    else groups.set(key, { key, name: nameOf(run, field), runs: [run] });
  }
  return [...groups.values()];
}

/**
 * Names without the words that all of them begin or end with, since those tell nothing apart: `Adam 0.01`, `Adam 0.001` →
 * `0.01`, `0.001`. A name that has nothing else keeps all of it; equal ones get their numbers.
 *
 * @param numbers of what is named, such as the ids of runs
 */
export function shortNames(names: readonly string[], numbers: readonly number[]): string[] {
  const words = names.map((name) => name.split(/(?<=[\s,;:/·])/u));
  const shortest = Math.min(...words.map(({ length }) => length));
  const same = (index: (list: readonly string[]) => number): boolean =>
    words.every((list) => list[index(list)] === words[0]![index(words[0]!)]);
  let [start, end] = [0, 0];
  if (names.length > 1 && new Set(names).size > 1) {
    while (start < shortest - 1 && same(() => start)) start++;
    while (end < shortest - start - 1 && same((list) => list.length - 1 - end)) end++;
  }
  const short = words.map((list) =>
    list
      .slice(start, list.length - end)
      .join('')
      .replace(/[\s,;:/·]+$/u, ''),
  );
  const tells = new Set(short).size === new Set(names).size && !short.includes('');
  const shown = tells ? short : [...names];
  return shown.map((name, index) =>
    shown.filter((other) => other === name).length > 1 ? `${name} #${numbers[index]}` : name,
  );
}
