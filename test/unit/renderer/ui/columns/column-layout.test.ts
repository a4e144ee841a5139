import { describe, expect, it } from 'vitest';
import {
  boundedWidth,
  choiceOf,
  dropIndex,
  fittingWidth,
  movedColumn,
  resizedColumn,
  scrollToShow,
  shownColumns,
  withColumn,
  withoutColumn,
} from '../../../../../src/renderer/ui/columns/column-layout';
import { columnOf, RUN_CATALOG } from '../../../../../src/renderer/features/runs/run-columns';
import type { ColumnChoice } from '../../../../../src/shared/settings';

const keys = (choice: ColumnChoice | null, sort: string, room: number): string[] =>
  shownColumns(RUN_CATALOG, choice, sort, room).map(({ column }) => column.key);
const chosen = (...names: string[]): ColumnChoice => names.map((key) => ({ key, width: null }));

describe('columns without a choice', () => {
  it('hold the recipe where there is room', () => {
    expect(keys(null, 'created', 1800)).toEqual([
      'name',
      'architecture',
      'dataset',
      'state',
      'progress',
      'best',
      'optimizer',
      'learningRate',
      'batchSize',
      'time',
      'created',
    ]);
  });

  it('fit, never without the name and the one that is sorted by', () => {
    for (const sort of ['created', 'batchSize', 'macs', 'name']) {
      for (let room = 600; room < 1900; room += 100) {
        const columns = shownColumns(RUN_CATALOG, null, sort, room);
        expect(columns.map(({ column }) => column.key)).toContain(sort);
        expect(columns[0]?.column.key).toBe('name');
        expect(columns.reduce((sum, { width }) => sum + width, 0)).toBeLessThanOrEqual(room);
      }
    }
    expect(keys(null, 'created', 1000)).toContain('learningRate');
  });
});

describe('chosen columns', () => {
  it('are shown as chosen, whatever the room', () => {
    const choice = [
      { key: 'seed', width: 90 },
      { key: 'name', width: null },
    ];
    const columns = shownColumns(RUN_CATALOG, choice, 'name', 100);
    expect(columns.map(({ column, width }) => [column.key, width])).toEqual([
      ['seed', 90],
      ['name', columnOf('name')!.width],
    ]);
    expect(choiceOf(columns)).toEqual(choice);
  });

  it('always hold the name and the one that is sorted by', () => {
    expect(keys(chosen('seed'), 'created', 500)).toEqual(['name', 'seed', 'created']);
    expect(keys([], 'name', 500)).toEqual(['name']);
  });

  it('pass over what this version does not know, and what stands there twice', () => {
    expect(keys(chosen('name', 'future', 'seed', 'seed', 'constructor'), 'name', 500)).toEqual([
      'name',
      'seed',
    ]);
  });
});

describe('changes of the choice', () => {
  const choice = chosen('name', 'optimizer', 'learningRate', 'created');

  it('put a column beside those of its group, or at the end', () => {
    expect(withColumn(RUN_CATALOG, choice, 'seed').map(({ key }) => key)).toEqual([
      'name',
      'optimizer',
      'learningRate',
      'seed',
      'created',
    ]);
    expect(withColumn(RUN_CATALOG, choice, 'macs').at(-1)?.key).toBe('macs');
    expect(withColumn(RUN_CATALOG, choice, 'name')).toBe(choice);
  });

  it('take a column out, but not the name', () => {
    expect(withoutColumn(RUN_CATALOG, choice, 'optimizer')).toEqual(
      chosen('name', 'learningRate', 'created'),
    );
    expect(withoutColumn(RUN_CATALOG, choice, 'name')).toEqual(choice);
  });

  it('move a column, not beyond the ends', () => {
    expect(movedColumn(choice, 'created', 1)).toEqual(chosen('name', 'created', 'optimizer', 'learningRate'));
    expect(movedColumn(choice, 'name', 9).at(-1)?.key).toBe('name');
    expect(movedColumn(choice, 'name', -1)).toBe(choice);
    expect(movedColumn(choice, 'seed', 0)).toBe(choice);
  });

  it('keep widths within bounds', () => {
    expect(resizedColumn(choice, 'created', 99.6)[3]).toEqual({ key: 'created', width: 100 });
    expect([boundedWidth(-5), boundedWidth(1e6)]).toEqual([48, 1200]);
  });
});

describe('fittingWidth', () => {
  const measure = (text: string): number => 6 * text.length;
  it('shows the head and the widest text', () => {
    expect(fittingWidth({ title: 'Name' }, [], measure)).toBe(24 + 20 + 20);
    expect(fittingWidth({ title: 'Name' }, ['x'.repeat(20), 'x'], measure)).toBe(140);
    expect(fittingWidth({ title: 'State', extra: 36 }, ['Completed'], measure)).toBe(54 + 36 + 20);
  });
});

describe('dropIndex', () => {
  const edges = [
    { left: 0, right: 100 },
    { left: 100, right: 150 },
    { left: 150, right: 350 },
  ];
  it.each([
    [0, 10, 0],
    [0, 120, 0],
    [0, 130, 1],
    [0, 900, 2],
    [2, 60, 1],
    [2, -10, 0],
    [1, 120, 1],
  ])('column %i dragged to %i becomes column %i', (from, x, index) =>
    expect(dropIndex(edges, from, x)).toBe(index),
  );
});

describe('scrollToShow', () => {
  const covered = { left: 240, right: 104 };
  it.each([
    // In sight already.
    [{ left: 300, width: 100 }, 0, 0],
    // Behind the columns at the right.
    [{ left: 900, width: 100 }, 0, 304],
    // Behind those at the left.
    [{ left: 300, width: 100 }, 500, 60],
    [{ left: 0, width: 40 }, 500, 0],
  ])('%j, scrolled to %i, is seen at %i', (column, scrollLeft, to) =>
    expect(scrollToShow(column, { scrollLeft, width: 800 }, covered)).toBe(to),
  );
});
