import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../../../src/architecture/presets';
import { knownSort, sortRuns } from '../../../../../src/renderer/features/runs/run-list';
import { BLOG_RECIPE } from '../../../../../src/shared/blog/experiment';
import type { Run } from '../../../../../src/shared/run';
import { sampleRun } from './sample';

const runs = [
  sampleRun({ id: 1, name: 'run 10', createdAt: 3, best: { valAccuracy: 0.5, epoch: 1 } }),
  sampleRun({
    id: 2,
    name: 'Run 9',
    createdAt: 2,
    best: null,
    state: 'failed',
    recipe: { ...BLOG_RECIPE, learningRate: 0.01, optimizer: 'sgd' },
  }),
  sampleRun({
    id: 3,
    name: 'other',
    createdAt: 1,
    best: { valAccuracy: 0.9, epoch: 1 },
    architecture: findPreset('resnet50')!.architecture,
    recipe: { ...BLOG_RECIPE, learningRate: 0.002 },
  }),
];
const ids = (list: readonly Run[]): number[] => list.map((run) => run.id);

describe('sortRuns', () => {
  it('sorts names as people count, whatever their case', () => {
    expect(ids(sortRuns(runs, { key: 'name', descending: false }))).toEqual([3, 2, 1]);
  });

  it('puts runs without a value last in either direction', () => {
    expect(ids(sortRuns(runs, { key: 'best', descending: true }))).toEqual([3, 1, 2]);
    expect(ids(sortRuns(runs, { key: 'best', descending: false }))).toEqual([1, 3, 2]);
    expect(ids(sortRuns(runs, { key: 'momentum', descending: true }))).toEqual([2, 1, 3]);
  });

  it('sorts by fields of the recipe', () => {
    expect(ids(sortRuns(runs, { key: 'learningRate', descending: false }))).toEqual([1, 3, 2]);
  });

  it('puts the newest of equals first', () => {
    expect(ids(sortRuns(runs, { key: 'dataset', descending: false }))).toEqual([1, 2, 3]);
    expect(ids(sortRuns(runs, { key: 'dataset', descending: true }))).toEqual([1, 2, 3]);
  });

  it('leaves the given list as it is', () => {
    sortRuns(runs, { key: 'created', descending: false });
    expect(ids(runs)).toEqual([1, 2, 3]);
  });

  it('is newest first by a column that another version knew', () => {
    expect(knownSort({ key: 'future', descending: false })).toEqual({ key: 'created', descending: true });
    expect(ids(sortRuns([...runs].reverse(), { key: 'future', descending: false }))).toEqual([1, 2, 3]);
  });
});
