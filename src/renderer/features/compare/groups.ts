/** Compared runs taken together by a field, and what they are called beside one another. Pure. */
import { formatArchitecture } from '../../../architecture/text/architecture';
import { applies, describeValue, fieldOf, RECIPE_KEYS, type RecipeKey } from '../../../shared/recipe';
import type { Run } from '../../../shared/run';
import { named } from '../../base/shown';
import { architectureTitle } from '../runs/describe-run';

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

/** What a run has of a field: equal texts are one group. */
function keyOf(run: Run, field: GroupField): string {
  switch (field) {
    case 'run':
      return String(run.id);
    case 'architecture':
      return formatArchitecture(run.architecture);
    case 'dataset':
      return `${run.dataset.id} ${run.dataset.sha256}`;
    case 'machine':
      return `${run.machine.cpu} ${run.machine.gpu}`;
    case 'seeds':
      return JSON.stringify([
        keyOf(run, 'architecture'),
        keyOf(run, 'dataset'),
        RECIPE_KEYS.filter((key) => key !== 'seed').map((key) => run.recipe[key]),
      ]);
    default:
      return JSON.stringify(run.recipe[field]);
  }
}

function nameOf(run: Run, field: GroupField): string {
  switch (field) {
    case 'run':
    case 'seeds':
      return named(run.name);
    case 'architecture':
      return named(architectureTitle(run.architecture));
    case 'dataset':
      return run.dataset.title;
    case 'machine':
      return run.machine.gpu ?? run.machine.cpu;
    default: {
      const value = applies(field, run.recipe) ? describeValue(field, run.recipe[field]) : '–';
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
  const shown = new Set(short).size === new Set(names).size ? short : [...names];
  return shown.map((name, index) =>
    shown.filter((other) => other === name).length > 1 ? `${name} #${numbers[index]}` : name,
  );
}
