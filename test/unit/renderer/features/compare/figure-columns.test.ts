import { describe, expect, it } from 'vitest';
import {
  figureCell,
  figureColumns,
  figureRows,
  formatAmount,
  paretoFront,
} from '../../../../../src/renderer/features/compare/figure-columns';
import { figuresOf, type GroupFigures } from '../../../../../src/shared/comparison/figures';
import type { JudgedBy } from '../../../../../src/shared/comparison/judged';
import { BLOG_RECIPE } from '../../../../../src/shared/blog/experiment';
import type { Recipe } from '../../../../../src/shared/recipe';
import type { Run } from '../../../../../src/shared/run';
import { importedSample, sampleEpoch, sampleRun } from '../runs/sample';

const VIEW = { by: 'valAccuracy', budget: 'epochs', amount: 2, target: 0.6 } as const;
const columns = figureColumns(VIEW);
const columnOf = (key: string) => columns.find((column) => column.key === key)!;

/** A group of runs with these validation accuracies, an epoch each. */
const group = (params: number, ...runs: number[][]): GroupFigures =>
  figuresOf(
    {
      name: 'group',
      histories: runs.map((accuracies, index) => ({
        run: sampleRun({ id: index + 1, params }),
        epochs: accuracies.map((accuracy, at) => sampleEpoch(at + 1, accuracy, { seconds: 20 })),
      })),
    },
    VIEW,
  );
const small = group(1e6, [0.5, 0.7], [0.5, 0.74]);
const large = group(2e6, [0.55, 0.68]);

describe('the figures of groups', () => {
  const rows = figureRows(columns, [small, large], 0);
  const cell = (row: number, key: string) => rows[row]![columns.indexOf(columnOf(key))]!;

  it('are means with the standard deviation over the runs', () => {
    // The sample standard deviation of 0.70 and 0.74 is 0.0283.
    expect(cell(0, 'bestAccuracy')).toMatchObject({ text: '72.00 %', deviation: '± 2.83' });
    expect(cell(1, 'bestAccuracy')).toMatchObject({ text: '68.00 %', deviation: null });
  });

  it('are held against the baseline, which is held against nothing', () => {
    expect(cell(0, 'bestAccuracy').difference).toBeNull();
    expect(cell(1, 'bestAccuracy').difference).toEqual({ text: '−4.00', better: false });
    expect(cell(1, 'parameters').difference).toEqual({ text: '+1 M', better: false });
    expect(cell(1, 'epochs').difference).toEqual({ text: '=', better: null });
  });

  it('mark the best of each column that has something to win', () => {
    expect([cell(0, 'bestAccuracy').best, cell(1, 'bestAccuracy').best]).toEqual([true, false]);
    expect([cell(0, 'parameters').best, cell(1, 'parameters').best]).toEqual([true, false]);
    // All equal, and no direction.
    expect(rows.some((row) => row[columns.indexOf(columnOf('epochs'))]!.best)).toBe(false);
    expect(rows.some((row) => row[columns.indexOf(columnOf('secondsPerEpoch'))]!.best)).toBe(false);
  });

  it('say what was spent until an accuracy', () => {
    expect(cell(0, 'reached-epochs').text).toBe('2');
    expect(cell(0, 'reached-time').text).toBe('40.0 s');
  });

  it('have columns at equal amounts only where there is one in common, and to a target only where there is one', () => {
    const keys = figureColumns({ ...VIEW, amount: null, target: null }).map(({ key }) => key);
    expect(keys).not.toContain('accuracyAtBudget');
    expect(keys.some((key) => key.startsWith('reached'))).toBe(false);
  });

  it('are all of what runs are judged by, and the best of the other metrics', () => {
    const titles = (by: JudgedBy) => figureColumns({ ...VIEW, by, target: null }).map(({ title }) => title);
    expect(titles('valAccuracy').slice(0, 5)).toEqual([
      'Best accuracy',
      'Last accuracy',
      'Accuracy after 2 epochs',
      'Lowest loss',
      'Lowest cross-entropy',
    ]);
    expect(titles('valLoss').slice(0, 5)).toEqual([
      'Lowest loss',
      'Last loss',
      'Loss after 2 epochs',
      'Best accuracy',
      'Lowest cross-entropy',
    ]);
  });

  it('have a dash for what is not known, without a difference', () => {
    expect(figureCell(columnOf('bestAccuracy'), null, small.bestAccuracy)).toEqual({
      text: '–',
      deviation: null,
      difference: null,
      best: false,
      value: NaN,
    });
  });
});

describe('figures that must not be held against one another', () => {
  const of = (...runs: Run[]): GroupFigures =>
    figuresOf(
      {
        name: 'group',
        histories: runs.map((run) => ({ run, epochs: [sampleEpoch(1, 0.5 + run.id / 100)] })),
      },
      VIEW,
    );
  const trained = (id: number, recipe: Partial<Recipe> = {}): Run =>
    sampleRun({ id, params: id * 1e6, recipe: { ...BLOG_RECIPE, ...recipe } });
  const [one, two] = [of(trained(1)), of(trained(2))];
  const imported = of(importedSample({ id: 9, params: 9e6 }));
  const marks = (key: string, figures: GroupFigures[], baseline: number | null = 0) => {
    const at = columns.indexOf(columnOf(key));
    return figureRows(columns, figures, baseline).map((row) => [row[at]!.difference !== null, row[at]!.best]);
  };

  it('are those of an imported run: it wins nothing and differs from nothing, the others do', () => {
    expect(marks('bestAccuracy', [one, two, imported])).toEqual([
      [false, false],
      [true, true],
      [false, false],
    ]);
    expect(marks('bestAccuracy', [imported, one, two])).toEqual([
      [false, false],
      [false, false],
      [false, true],
    ]);
    expect(marks('lowestLoss', [one, imported])).toEqual([
      [false, false],
      [false, false],
    ]);
    const group = of(trained(1), importedSample({ id: 9 }));
    expect(marks('bestAccuracy', [one, group])).toEqual([
      [false, false],
      [false, false],
    ]);
  });

  it('are of networks nonetheless', () => {
    expect(marks('parameters', [one, imported])).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  it('are those of other images, of which none is the best', () => {
    const fewer = of(trained(3, { limitEval: 100 }));
    expect(marks('bestAccuracy', [one, two, fewer])).toEqual([
      [false, false],
      [true, false],
      [false, false],
    ]);
  });

  it('are the times of epochs that train on other numbers of images', () => {
    const short = figuresOf(
      {
        name: 'short',
        histories: [{ run: trained(3, { limitTrain: 100 }), epochs: [sampleEpoch(1, 0.5, { seconds: 1 })] }],
      },
      VIEW,
    );
    expect(marks('secondsPerEpoch', [one, short])).toEqual([
      [false, false],
      [false, false],
    ]);
    expect(marks('reached-time', [one, short])[1]).toEqual([false, false]);
  });
});

it.each([
  ['epochs', 3, '3 epochs'],
  ['images', 12_800, '12,800 images'],
  ['time', 125, '2 min 05 s'],
  ['macs', 2e12, '2 TMAC'],
] as const)('an amount of %s is written with its unit', (budget, amount, text) => {
  expect(formatAmount(budget, amount)).toBe(text);
});

describe('the Pareto front', () => {
  const points = [
    { x: 3, y: 0.9 },
    { x: 1, y: 0.5 },
    { x: 2, y: 0.4 },
    { x: 2, y: 0.8 },
    { x: NaN, y: 1 },
  ];

  /** By its definition: those that no other beats or equals on both axes while being better on one. */
  const byDefinition = (of: typeof points): number[] =>
    of
      .map((_, index) => index)
      .filter((index) => {
        const { x, y } = of[index]!;
        return (
          Number.isFinite(x) &&
          !of.some((other) => other.x <= x && other.y >= y && (other.x < x || other.y > y))
        );
      });

  it('has those that none beats on both, from the cheapest on', () => {
    expect(paretoFront(points, 'min', 'max')).toEqual([1, 3, 0]);
  });

  it('is what its definition says, for any points', () => {
    let state = 7;
    const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let turn = 0; turn < 200; turn++) {
      const cloud = Array.from({ length: 12 }, () => ({ x: random(), y: random() }));
      expect([...paretoFront(cloud, 'min', 'max')].sort((a, b) => a - b)).toEqual(byDefinition(cloud));
    }
  });

  it('follows the direction of either axis', () => {
    expect(paretoFront(points, 'max', 'max')).toEqual([0]);
    expect(paretoFront(points, 'min', 'min')).toEqual([1, 2]);
  });
});
