/** Where the curves of two runs or groups cross, as marks on their chart. Pure. */
import { crossings } from '../../charts/crossings';
import type { Curve } from '../../charts/curve';
import type { Mark } from '../../charts/gaps';

/** More crossings are noise; then only the last one tells something. */
const MAX_TOLD = 4;

export interface Rival {
  /** Group of its curve. */
  key: string;
  label: string;
}

/**
 * @param curves of the chart
 * @param isBetter `max` where the higher curve is ahead
 */
export function crossingMarks(
  curves: readonly Curve[],
  one: Rival,
  other: Rival,
  isBetter: 'max' | 'min',
  format: { x: (value: number) => string; y: (value: number) => string },
): Mark[] {
  const curveOf = ({ key }: Rival): Curve | undefined =>
    curves.find(({ group, kind }) => group === key && (kind === 'line' || kind === 'marked'));
  const [a, b] = [curveOf(one), curveOf(other)];
  if (!a || !b) return [];
  const found = crossings(a.samples, b.samples);
  const told = found.length <= MAX_TOLD ? found : found.slice(-1);
  return told.map(({ x, y, rises }) => {
    const [winner, loser] = rises === (isBetter === 'max') ? [one, other] : [other, one];
    return {
      x,
      title: `${winner.label} overtakes ${loser.label}`,
      lines: [
        `${format.y(y)} at ${format.x(x)}.`,
        ...(found.length > MAX_TOLD ? [`The curves cross ${found.length} times; this is the last one.`] : []),
      ],
    };
  });
}
