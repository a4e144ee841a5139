/** The points of curves as CSV (RFC 4180): all of them, not those that are drawn. Pure. */
import type { Curve } from './curve';
import { countOf, endOf, firstOf } from './samples';

export const quoted = (text: string): string =>
  /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** A value that is none is an empty cell. */
export const cell = (value: number): string => (Number.isFinite(value) ? String(value) : '');

export const pointCount = (curves: readonly Curve[]): number =>
  curves.reduce((sum, { samples, kind }) => sum + (kind === 'best' ? 0 : countOf(samples)), 0);

/** One row a point: which curve, its place on the axis, its value; of a band its upper edge as well. */
export function curvesCsv(curves: readonly Curve[], xTitle: string, yTitle: string): string {
  const banded = curves.some(({ kind }) => kind === 'band');
  const rows = [['curve', xTitle, yTitle, ...(banded ? ['upper edge'] : [])].map(quoted).join(',')];
  for (const { label, samples, upper, kind } of curves) {
    if (kind === 'best') continue;
    const name = quoted(label);
    for (let index = firstOf(samples); index < endOf(samples); index++) {
      const row = `${name},${cell(samples.xs.at(index))},${cell(samples.ys.at(index))}`;
      rows.push(banded ? `${row},${upper ? cell(upper.ys.at(index)) : ''}` : row);
    }
  }
  return `${rows.join('\r\n')}\r\n`;
}
