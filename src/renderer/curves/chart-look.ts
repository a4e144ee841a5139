/** How a chart's figures are written: what is above and below, how much is drawn, as short texts. Pure. */
import { plural, thousands } from '../../shared/format';
import type { Drawn } from '../charts/live-chart';

/** `3 points above`; null where none is. */
export const describeOutside = (count: number, where: 'above' | 'below'): string | null =>
  count === 0 ? null : `${plural(count, 'point')} ${where}`;

/** `Drawn 1,400 of 96,000 points`; null where all are. */
export const describeDrawn = ({ points, total }: Pick<Drawn, 'points' | 'total'>): string | null =>
  points < total ? `Drawn ${thousands(points)} of ${thousands(total)} points` : null;

/** What no logarithmic axis has a place for; null where there is nothing. */
export const describeWithout = (count: number): string | null =>
  count === 0
    ? null
    : `${plural(count, 'point')} ${count === 1 ? 'has' : 'have'} no place on this axis: not a number, or not above 0`;
