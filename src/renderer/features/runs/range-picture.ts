/** The curve of a learning-rate range test as a chart draws it, and which of its points stands where. Pure. */
import { formatLoss, formatSetting } from '../../../shared/format';
import type { RangePoint } from '../../../shared/range-test';
import { lossAxis, type AxisFormat } from '../../charts/axes';
import type { Curve } from '../../charts/curve';
import { curveStyle } from '../../charts/palette';
import { samplesOf } from '../../charts/samples';

const digits = (rate: number): string => formatSetting(Number(rate.toPrecision(2)));

export const RATE_AXIS: AxisFormat = {
  label: 'Learning rate',
  name: 'learning rate',
  title: 'Learning rate',
  format: digits,
  formatTick: formatSetting,
  whole: false,
  origin: null,
};

export const SMOOTHED_AXIS = lossAxis('Smoothed loss', false);

export function rangeCurves(points: readonly RangePoint[], dark: boolean): Curve[] {
  if (points.length === 0) return [];
  const samples = samplesOf(points.map(({ rate: x, smoothed: y }) => ({ x, y })));
  return [{ group: 'smoothed', label: 'Smoothed loss', style: curveStyle(0, dark), samples, kind: 'line' }];
}

/** Index of the point whose rate is nearest on a logarithmic axis; -1 where there are none. */
export function nearestPoint(points: readonly RangePoint[], rate: number): number {
  const distance = (index: number): number => Math.abs(Math.log(points[index]!.rate / rate));
  return points.reduce((best, _, index) => (best < 0 || distance(index) < distance(best) ? index : best), -1);
}

/** `0.0012, smoothed loss 1.8312` */
export const describePoint = ({ rate, smoothed }: RangePoint): string =>
  `${digits(rate)}, smoothed loss ${formatLoss(smoothed)}`;

/** By how much a key moves the chosen point; Infinity for the ends, undefined for a key that does not. */
export const POINT_KEYS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
  Home: -Infinity,
  End: Infinity,
};

/** The point that a key leads to from another one (-1: from none, which is in front of the first). */
export const pointByKey = (from: number, by: number, count: number): number =>
  Math.min(count - 1, Math.max(0, from + by));
