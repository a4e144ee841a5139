import { describe, expect, it } from 'vitest';
import { figureColumns } from '../../../../../src/renderer/features/compare/figure-columns';
import {
  axisOf,
  scatterCurves,
  scatterPoints,
  valueAxisOf,
} from '../../../../../src/renderer/features/compare/scatter';
import { figuresOf } from '../../../../../src/shared/comparison/figures';
import { importedSample, sampleEpoch, sampleRun } from '../runs/sample';

const VIEW = { by: 'valAccuracy', budget: 'epochs', amount: null, target: null } as const;
const columns = figureColumns(VIEW);
const [x, y] = ['parameters', 'bestAccuracy'].map((key) => columns.find((column) => column.key === key)!);

const row = (id: number, params: number, accuracy: number | null) => ({
  key: String(id),
  label: `run ${id}`,
  style: { color: '#0b66c3', dash: [7, 4] },
  figures: figuresOf(
    {
      name: `run ${id}`,
      histories: [
        { run: sampleRun({ id, params }), epochs: accuracy === null ? [] : [sampleEpoch(1, accuracy)] },
      ],
    },
    VIEW,
  ),
});

describe('a scatter plot', () => {
  const points = scatterPoints(
    [row(1, 1e6, 0.6), row(2, 2e6, 0.7), row(3, 3e6, 0.5), row(4, 9e6, null)],
    x!,
    y!,
  );

  it('has a dot for each that has both figures', () => {
    expect(points.map(({ x: at, y: value, runId }) => [at, value, runId])).toEqual([
      [1e6, 0.6, 1],
      [2e6, 0.7, 2],
      [3e6, 0.5, 3],
    ]);
  });

  it('has its front behind the dots', () => {
    const [front, ...dots] = scatterCurves(points, x!, y!, '#888888');
    expect(front).toMatchObject({ kind: 'guide', label: 'Pareto front' });
    expect([0, 1].map((index) => front!.samples.xs.at(index))).toEqual([1e6, 2e6]);
    expect(front!.samples.xs.length).toBe(2);
    expect(dots.map(({ kind, group }) => [kind, group])).toEqual([
      ['dot', '1'],
      ['dot', '2'],
      ['dot', '3'],
    ]);
  });

  it('has no front of a single best, nor where nobody knows which is better', () => {
    expect(scatterCurves(points.slice(1), x!, y!, '#888888').map(({ kind }) => kind)).toEqual(['dot', 'dot']);
    const epochs = columns.find(({ key }) => key === 'epochs')!;
    expect(scatterCurves(points, x!, epochs, '#888888').every(({ kind }) => kind === 'dot')).toBe(true);
  });

  it('has only on its front what can be held against one another', () => {
    const imported = {
      ...row(5, 0.5e6, 0.9),
      figures: figuresOf(
        {
          name: 'imported',
          histories: [{ run: importedSample({ id: 5, params: 0.5e6 }), epochs: [sampleEpoch(1, 0.9)] }],
        },
        VIEW,
      ),
    };
    const all = scatterPoints([row(1, 1e6, 0.6), row(2, 2e6, 0.7), imported], x!, y!);
    const [front, ...dots] = scatterCurves(all, x!, y!, '#888888');
    expect([0, 1].map((index) => front!.samples.xs.at(index))).toEqual([1e6, 2e6]);
    expect(dots).toHaveLength(3);
    const apart = all.map((point, index) => ({ ...point, comparable: String(index) }));
    expect(scatterCurves(apart, x!, y!, '#888888').every(({ kind }) => kind === 'dot')).toBe(true);
  });

  it('has axes that begin where its dots do', () => {
    expect(axisOf(x!)).toMatchObject({ title: 'Parameters', origin: null });
    expect(valueAxisOf(y!)).toMatchObject({ title: 'Best accuracy', typed: { factor: 100, unit: '%' } });
  });
});
