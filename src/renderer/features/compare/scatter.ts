/** A scatter plot of figures: a dot each, and the Pareto front. Pure. */
import type { AxisFormat, ValueAxis } from '../../charts/axes';
import type { Curve } from '../../charts/curve';
import { samplesOf } from '../../charts/samples';
import { paretoFront, type FigureColumn } from './figure-columns';
import type { FiguresRow } from './use-answer';

export interface ScatterPoint extends Pick<FiguresRow, 'key' | 'label' | 'style'> {
  x: number;
  y: number;
  /** Of a single run; a group leads nowhere. */
  runId: number | undefined;
  /** Only points with equal ones can be on one front; null: on none. */
  comparable: string | null;
}

/** Those that have both figures. */
export const scatterPoints = (
  rows: readonly FiguresRow[],
  x: FigureColumn,
  y: FigureColumn,
): ScatterPoint[] =>
  rows.flatMap(({ key, label, style, figures }) => {
    const [at, value] = [x.value(figures)?.mean, y.value(figures)?.mean];
    if (at === undefined || value === undefined || !Number.isFinite(at) || !Number.isFinite(value)) return [];
    const runId = figures.runs.length === 1 ? figures.runs[0] : undefined;
    const [across, up] = [x.comparable(figures), y.comparable(figures)];
    const comparable = across === null || up === null ? null : `${across} ${up}`;
    return [{ key, label, style, x: at, y: value, runId, comparable }];
  });

/** The front lies behind the dots. There is one only where it is known which is better, of what may be compared. */
export function scatterCurves(
  points: readonly ScatterPoint[],
  x: FigureColumn,
  y: FigureColumn,
  frontColor: string,
): Curve[] {
  const dots = points.map(({ key, label, style, runId, x: at, y: value }): Curve => ({
    group: key,
    label,
    style: { color: style.color, dash: [] },
    runId,
    samples: samplesOf([{ x: at, y: value }]),
    kind: 'dot',
  }));
  const rivals = points.filter(({ comparable }) => comparable !== null);
  const alike = new Set(rivals.map(({ comparable }) => comparable)).size === 1;
  if (!y.direction || !alike) return dots;
  const front = paretoFront(rivals, x.direction ?? 'min', y.direction).map((index) => rivals[index]!);
  if (front.length < 2) return dots;
  const line: Curve = {
    group: 'front',
    label: 'Pareto front',
    style: { color: frontColor, dash: [5, 4] },
    samples: samplesOf(front),
    kind: 'guide',
  };
  return [line, ...dots];
}

/** A figure as a horizontal axis, which begins where the points do. */
export const axisOf = ({ title, format }: FigureColumn): AxisFormat => ({
  label: title,
  name: title.toLowerCase(),
  title,
  format,
  formatTick: format,
  whole: false,
  origin: null,
});

export const valueAxisOf = ({ key, title, format, logarithmic }: FigureColumn): ValueAxis => ({
  title,
  format,
  formatTick: format,
  logarithmic,
  includes: [],
  limits: null,
  typed: key.includes('ccuracy') ? { factor: 100, unit: '%' } : { factor: 1, unit: '' },
});
