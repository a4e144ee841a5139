import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../../../src/architecture/presets';
import {
  comparedRows,
  resultRows,
  winnersOf,
} from '../../../../../src/renderer/features/compare/differences';
import { DEFAULT_RECIPE } from '../../../../../src/shared/recipe';
import { sampleEpoch, sampleRun } from '../runs/sample';

const one = sampleRun({ id: 1 });
const two = sampleRun({
  id: 2,
  architecture: findPreset('resnet50')!.architecture,
  recipe: { ...DEFAULT_RECIPE, seed: 2 },
  best: { valAccuracy: 0.8, epoch: 4 },
  last: sampleEpoch(10, 0.6),
});

describe('comparedRows', () => {
  it('marks the fields that differ, and no others', () => {
    const differing = comparedRows([one, two]).filter((row) => row.differs);
    expect(differing.map(({ group, field }) => `${group}: ${field}`)).toEqual([
      'Architecture: Name',
      'Architecture: Block table',
      'Recipe: Random seed',
    ]);
    expect(differing[2]!.values).toEqual(['1', '2']);
  });

  it('finds no difference between a run and itself', () => {
    expect(comparedRows([one, { ...one, id: 3, name: 'again' }]).some((row) => row.differs)).toBe(false);
  });

  it('has nothing to say of no runs', () => {
    expect(comparedRows([])).toEqual([]);
  });
});

describe('winnersOf', () => {
  it.each([
    [[1, 3, 2], 'max', [1]],
    [[1, 3, 1], 'min', [0, 2]],
    [[2, 2], 'max', []],
    [[null, 5], 'max', []],
    [[null, 5, 4, NaN], 'max', [1]],
    [[], 'min', []],
  ] as const)('%j, %s: %j', (values, direction, winners) => {
    expect(winnersOf(values, direction)).toEqual(winners);
  });
});

describe('resultRows', () => {
  const epochs = new Map([
    [
      1,
      [
        sampleEpoch(1, 0.5, { valLoss: 1.5, seconds: 30 }),
        sampleEpoch(2, 0.7, { valLoss: 1.2, seconds: 10 }),
      ],
    ],
    [
      2,
      [
        sampleEpoch(1, 0.8, { valLoss: 0.9, seconds: 20 }),
        sampleEpoch(2, 0.6, { valLoss: 1.0, seconds: 20 }),
      ],
    ],
  ]);
  const rows = new Map(
    resultRows([one, two], (run) => epochs.get(run.id) ?? []).map((row) => [row.field, row]),
  );

  it('give the best accuracy with its epoch, and its winner', () => {
    expect(rows.get('Best validation accuracy')).toEqual({
      field: 'Best validation accuracy',
      values: ['70.00 %', '80.00 %'],
      notes: ['epoch 9', 'epoch 4'],
      winners: [1],
    });
    expect(rows.get('Last validation accuracy')).toMatchObject({
      values: ['69.00 %', '60.00 %'],
      winners: [0],
    });
  });

  it('give the lowest validation loss over all epochs', () => {
    expect(rows.get('Lowest validation loss')).toMatchObject({
      values: ['1.2000', '0.9000'],
      notes: ['epoch 2', 'epoch 1'],
      winners: [1],
    });
  });

  it('give medians of time', () => {
    expect(rows.get('Time of an epoch (median)')).toMatchObject({
      values: ['20.0 s', '20.0 s'],
      winners: [],
    });
  });

  it('have a dash for what is not known yet', () => {
    const fresh = sampleRun({
      state: 'preparing',
      step: 0,
      epoch: 0,
      best: null,
      last: null,
      startedAt: null,
    });
    const fields = resultRows([fresh], () => []);
    expect(fields.find((row) => row.field === 'Best validation accuracy')).toMatchObject({
      values: ['–'],
      notes: [null],
    });
    expect(fields.find((row) => row.field === 'Total time')?.values).toEqual(['–']);
  });
});
