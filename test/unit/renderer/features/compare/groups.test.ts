import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../../../src/architecture/presets';
import {
  GROUP_FIELDS,
  groupsBy,
  isGroupField,
  shortNames,
  type GroupField,
} from '../../../../../src/renderer/features/compare/groups';
import { RECIPE_KEYS } from '../../../../../src/shared/recipe';
import type { Run } from '../../../../../src/shared/run';
import { sampleRun } from '../runs/sample';

const base = sampleRun();
const run = (id: number, over: Partial<Run> = {}): Run => sampleRun({ id, name: `run ${id}`, ...over });
const idsBy = (runs: readonly Run[], field: GroupField): number[][] =>
  groupsBy(runs, field).map((group) => group.runs.map(({ id }) => id));
const resnet50 = findPreset('resnet50')!.architecture;

/** For each field runs 1 and 3, which have the same of it, and run 2, which has another. */
const DIFFERENT: Partial<Record<GroupField, Partial<Run>>> = {
  architecture: { architecture: resnet50 },
  dataset: { dataset: { ...base.dataset, id: 'cifar10', title: 'CIFAR-10' } },
  machine: { machine: { ...base.machine, gpu: 'A graphics card' } },
};
const other = (field: GroupField): Partial<Run> => {
  const known = DIFFERENT[field];
  if (known) return known;
  const value: unknown = base.recipe[field as keyof Run['recipe']];
  const changed =
    typeof value === 'number'
      ? value + 1
      : typeof value === 'boolean'
        ? !value
        : value === null
          ? 5
          : value === 'sgd'
            ? 'adam'
            : 'sgd';
  return { recipe: { ...base.recipe, [field]: changed } as Run['recipe'] };
};

describe('runs taken together', () => {
  const fields = GROUP_FIELDS.map(({ value }) => value).filter(
    (field) => field !== 'run' && field !== 'seeds',
  );

  it('may be so by each field of the recipe but the seed, which only ever differs', () => {
    expect(fields).toEqual(expect.arrayContaining(RECIPE_KEYS.filter((key) => key !== 'seed')));
    expect(isGroupField('seed')).toBe(false);
    expect(['run', 'seeds', 'toString', ''].map(isGroupField)).toEqual([true, true, false, false]);
  });

  it.each(fields)('by %s are those that have the same of it', (field) => {
    const runs = [run(1), run(2, other(field)), run(3, { recipe: { ...base.recipe, seed: 77 } })];
    expect(idsBy(runs, field)).toEqual([[1, 3], [2]]);
    const [first, second] = groupsBy(runs, field);
    expect(first!.key).not.toBe(second!.key);
    expect(first!.name).not.toBe('');
    // Nothing else tells them apart.
    for (const another of fields) {
      if (another !== field) expect(idsBy(runs, another), another).toEqual([[1, 2, 3]]);
    }
    // On which machine it ran makes no other choice of it.
    expect(idsBy(runs, 'seeds')).toEqual(field === 'machine' ? [[1, 2, 3]] : [[1, 3], [2]]);
  });

  it('by themselves are alone, whatever they have in common', () => {
    expect(idsBy([run(5), run(3), run(5 + 1)], 'run')).toEqual([[5], [3], [6]]);
    expect(groupsBy([run(5)], 'run')[0]).toMatchObject({ key: '5', name: 'run 5' });
  });

  it('keep their group while others come and go', () => {
    const key = (runs: Run[]) =>
      groupsBy(runs, 'learningRate').find((group) => group.runs.some(({ id }) => id === 2))!.key;
    const low = run(1, { recipe: { ...base.recipe, learningRate: 0.5 } });
    expect(key([low, run(2)])).toBe(key([run(2), run(3), low]));
  });

  it('are called by what they have in common', () => {
    const names = (field: GroupField) =>
      groupsBy([run(1), run(2, other(field))], field).map(({ name }) => name);
    expect(names('dataset')).toEqual(['Shapes', 'CIFAR-10']);
    expect(names('machine')).toEqual(['A processor', 'A graphics card']);
    expect(names('architecture')[1]).toContain('50');
    expect(names('learningRate')[0]).toMatch(/^Learning rate /);
  });
});

describe('names beside one another', () => {
  const short = (...names: string[]): string[] =>
    shortNames(
      names,
      names.map((_, index) => index + 1),
    );

  it('leave out the words that all begin or end with', () => {
    expect(short('Adam 0.01', 'Adam 0.001')).toEqual(['0.01', '0.001']);
    expect(short('ResNet-18, seed 1', 'ResNet-50, seed 1')).toEqual(['ResNet-18', 'ResNet-50']);
    expect(short('long run of ResNet-18 today', 'long run of ResNet-50 today')).toEqual([
      'ResNet-18',
      'ResNet-50',
    ]);
  });

  it('cut no word in two', () => {
    expect(short('ResNet-18', 'ResNet-50')).toEqual(['ResNet-18', 'ResNet-50']);
    expect(short('0.1', '0.15')).toEqual(['0.1', '0.15']);
    expect(short('残差网络十八', '残差网络五十')).toEqual(['残差网络十八', '残差网络五十']);
    expect(short('网络 十八 层', '网络 五十 层')).toEqual(['十八', '五十']);
  });

  it('keep something of each', () => {
    expect(short('Adam', 'Adam 0.01')).toEqual(['Adam', 'Adam 0.01']);
    expect(short('a b', 'b')).toEqual(['a b', 'b']);
    expect(short('x ·', 'x b').every((name) => name !== '')).toBe(true);
    expect(short('x -', 'x :').every((name) => name !== '')).toBe(true);
  });

  it('get their numbers where they are equal', () => {
    expect(short('same', 'same')).toEqual(['same #1', 'same #2']);
    expect(short('Adam 1', 'Adam 2', 'Adam 2')).toEqual(['1', '2 #2', '2 #3']);
  });

  it('are whole where there is one', () => {
    expect(short('Adam 0.01')).toEqual(['Adam 0.01']);
    expect(short()).toEqual([]);
  });

  it('tell all apart, however long they are', () => {
    const names = Array.from(
      { length: 60 },
      (_, index) => `${'very long words '.repeat(30)}${index % 7} of ${'many '.repeat(9)}${index % 13}`,
    );
    const found = short(...names);
    expect(new Set(found).size).toBe(60);
    expect(found[0]!.length).toBeLessThan(80);
  });
});
