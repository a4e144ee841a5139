import { describe, expect, it } from 'vitest';
import { runEntry } from '../../../../../src/renderer/app/run-entry';
import { figuresOf } from '../../../../../src/shared/comparison/figures';
import { figureColumns, figureRows } from '../../../../../src/renderer/features/compare/figure-columns';
import { comparedRows } from '../../../../../src/renderer/features/compare/differences';
import {
  describeEmptyCurve,
  describeSetUp,
  elapsedSeconds,
  progressOf,
} from '../../../../../src/renderer/features/runs/describe-run';
import { detailGroups, timeRows } from '../../../../../src/renderer/features/runs/details';
import { hasCrossEntropy, hasSteps, knownAxes } from '../../../../../src/renderer/features/runs/known-curves';
import { actionsOf } from '../../../../../src/renderer/features/runs/run-actions';
import { describeRunChart, runLines } from '../../../../../src/renderer/features/runs/run-charts';
import { RUN_COLUMNS } from '../../../../../src/renderer/features/runs/run-columns';
import { runFigures } from '../../../../../src/renderer/features/runs/run-figures';
import { parseFilter } from '../../../../../src/renderer/features/runs/run-filter';
import { sortRuns } from '../../../../../src/renderer/features/runs/run-list';
import type { Run } from '../../../../../src/shared/run';
import { importedSample, sampleEpoch, sampleRun } from './sample';

const NOW = 2_000_000;
const withSteps = (over: Partial<Run> = {}): Run =>
  importedSample({
    step: 3910,
    totalSteps: 3910,
    seconds: 400,
    imported: {
      ...importedSample().imported!,
      columns: [
        { source: 'train_loss_step', metric: 'stepLoss' },
        { source: 'val_loss', metric: 'valLoss' },
      ],
    },
    ...over,
  });

describe('an imported run in the table', () => {
  it('has a dash, and no value, in each column of which its source does not speak', () => {
    const run = importedSample();
    const known = RUN_COLUMNS.filter((column) => column.value(run) !== null).map(({ key }) => key);
    expect(known).toEqual([
      ...['name', 'state', 'progress', 'id', 'best', 'bestEpoch', 'last', 'valLoss', 'trainAcc', 'trainLoss'],
      ...['epochsDone', 'created'],
    ]);
    for (const column of RUN_COLUMNS.filter(({ key }) => !known.includes(key)))
      expect(column.text(run, NOW), column.key).toBe('–');
  });

  it('has what its user and its source said', () => {
    const { architecture, dataset, params, macs } = sampleRun();
    const run = importedSample({ architecture, dataset, params, macs, seconds: 90 });
    const text = (key: string) => RUN_COLUMNS.find((column) => column.key === key)!.text(run, NOW);
    expect(['architecture', 'dataset', 'params', 'time', 'state'].map(text)).toEqual([
      'ResNet-18',
      'Shapes',
      '11 M',
      '1 min 30 s',
      'Imported',
    ]);
  });

  it('does not take a loss that its source leaves out for one that diverged', () => {
    const run = importedSample({ last: sampleEpoch(10, NaN, { loss: NaN, valLoss: NaN }) });
    const column = RUN_COLUMNS.find(({ key }) => key === 'trainLoss')!;
    expect([column.value(run), column.text(run, NOW)]).toEqual([null, '–']);
    const diverged = sampleRun({ last: sampleEpoch(10, NaN, { loss: NaN }) });
    expect(column.text(diverged, NOW)).toBe('NaN');
  });

  it('is found by what is known and by no test of what is not', () => {
    const matches = (filter: string): boolean => {
      const { matches: test, problem } = parseFilter(filter, NOW);
      expect(problem).toBeNull();
      return test(importedSample());
    };
    for (const filter of ['state=imported', 'imported', 'state=ended', 'acc>60%', 'history.csv'])
      expect(matches(filter), filter).toBe(true);
    const unknown = [
      ...['state=completed', 'lr<1', 'lr>0', 'params>0', 'macs<1e12', 'model:res', 'data=shapes'],
      ...[
        'opt=adam',
        'nesterov=off',
        'time<10h',
        'cpu:a',
        'device=cpu',
        'speed>0',
        'clip-norm=none',
        'limit-train=all',
      ],
    ];
    for (const filter of unknown) expect(matches(filter), filter).toBe(false);
  });

  it('stands last where a column is sorted by which it is not known', () => {
    const runs = [importedSample({ id: 2 }), sampleRun({ id: 1 })];
    for (const key of ['params', 'batchSize', 'optimizer', 'architecture', 'time', 'device'])
      for (const descending of [true, false])
        expect(sortRuns(runs, { key, descending }).map(({ id }) => id)).toEqual([1, 2]);
  });

  it('offers what can be done without weights', () => {
    expect(actionsOf(importedSample())).toEqual({ main: [], more: ['json', 'csv', 'delete'] });
  });
});

describe('an imported run in words', () => {
  it('is named by what is known of it', () => {
    const { architecture, dataset } = sampleRun();
    expect(describeSetUp(importedSample())).toBe('imported from history.csv');
    expect(describeSetUp(importedSample({ imported: { ...importedSample().imported!, file: null } }))).toBe(
      'imported from pasted text',
    );
    expect(describeSetUp(importedSample({ architecture }))).toBe('ResNet-18');
    expect(describeSetUp(importedSample({ dataset }))).toBe('Shapes');
    expect(describeSetUp(importedSample({ architecture, dataset }))).toBe('ResNet-18 on Shapes');
    expect(runEntry(importedSample(), () => {}).note).toBe(
      'run 1 · imported from history.csv · Imported · 70.0 %',
    );
  });

  it('has lasted as long as its source says, and is done as far as that goes', () => {
    expect(elapsedSeconds(importedSample(), NOW)).toBeNull();
    expect(elapsedSeconds(importedSample({ seconds: 12 }), NOW)).toBe(12);
    expect(progressOf(importedSample({ epoch: 5, epochs: 50 }))).toBe(0.1);
  });

  it('has figures and details of what is known alone', () => {
    expect(runFigures(importedSample(), undefined, NOW)).toEqual([
      { label: 'Best validation, epoch 9', value: '70.00 %' },
      { label: 'Last validation', value: '69.00 %' },
    ]);
    expect(runFigures(withSteps(), undefined, NOW).map(({ label }) => label)).toEqual([
      'Steps',
      'Time',
      'Best validation, epoch 9',
      'Last validation',
    ]);
    expect(Object.values(detailGroups(importedSample())).flat()).toEqual([]);
    const { dataset } = sampleRun();
    expect(detailGroups(importedSample({ dataset })).Data).toEqual([{ field: 'Data set', value: 'Shapes' }]);
    expect(timeRows(importedSample()).map(({ field }) => field)).toEqual(['Run number', 'Imported']);
  });
});

describe('the curves of an imported run', () => {
  it('are offered over the axes that are known', () => {
    expect(knownAxes(importedSample())).toEqual(['epoch']);
    expect(knownAxes(withSteps())).toEqual(['step', 'epoch', 'time']);
    expect(knownAxes(sampleRun({ step: 0, seconds: 0 }))).toEqual(['step', 'epoch', 'time']);
  });

  it('are of steps where there are any, else of epochs', () => {
    const training = (run: Run, value: 'loss' | 'accuracy') =>
      runLines(run, undefined, value, 'epoch', false)[0]!;
    expect(training(importedSample(), 'loss')).toMatchObject({ from: 'epochs', value: 'loss' });
    expect(training(withSteps(), 'loss')).toMatchObject({ from: 'steps', value: 'loss' });
    expect(training(withSteps(), 'accuracy')).toMatchObject({ from: 'epochs', value: 'accuracy' });
    expect(hasSteps(sampleRun(), 'crossEntropy')).toBe(true);
    expect([hasCrossEntropy(importedSample()), hasCrossEntropy(sampleRun())]).toEqual([false, true]);
  });

  it('are told in words without what is not known', () => {
    const last = sampleEpoch(10, 0.69, { accuracy: NaN });
    expect(describeRunChart(importedSample(), 'Accuracy', 'epoch', 'accuracy', undefined, last)).toBe(
      'Accuracy of history.csv over epoch, imported. Epoch 10: training –, validation 69.00 %.',
    );
    expect(describeEmptyCurve(importedSample(), undefined)).toBe('Its source has no figures for this curve.');
  });
});

describe('an imported run beside others', () => {
  const rows = (runs: readonly Run[]) => comparedRows(runs);

  it('has dashes beside what is known of the others, also where it comes first', () => {
    const fields = (runs: readonly Run[]) => rows(runs).map(({ field }) => field);
    const [imported, trained] = [importedSample({ id: 2 }), sampleRun()];
    expect(fields([imported, trained])).toEqual(fields([trained, trained]));
    expect(rows([imported, trained]).every(({ values }) => values[0] === '–')).toBe(true);
    expect(rows([imported, imported])).toEqual([]);
  });

  it('has no figure that its source does not say', () => {
    const run = importedSample();
    const figures = figuresOf(
      { name: run.name, histories: [{ run, epochs: [run.last!] }] },
      { budget: 'epochs', amount: null, target: null },
    );
    const columns = figureColumns({ by: 'valAccuracy', budget: 'epochs', amount: null, target: null });
    const [cells] = figureRows(columns, [figures], null);
    const text = (key: string) => cells![columns.findIndex((column) => column.key === key)]!.text;
    for (const key of ['parameters', 'macs', 'time', 'trainingMacs', 'secondsPerEpoch', 'imagesPerSecond'])
      expect(text(key), key).toBe('–');
    expect(text('lowestLoss')).toBe('0.2100');
  });
});
