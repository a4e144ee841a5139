/** Signs of what has become of something between two networks: told apart by who sees no colours, and in print. */
import type { Drawing } from './drawing';
import type { Change } from './marks';

/** As texts have them. */
export const SIGNS: Readonly<Record<Change, string>> = { added: '+', removed: '−', changed: '~' };

const RADIUS = 7;
const ARM = 3.5;

/** A disc with the sign in it, drawn as lines: not every font of every reader has all three. */
export function drawSign(drawing: Drawing, change: Change, [along, across]: readonly [number, number]): void {
  drawing.box([along - RADIUS, along + RADIUS], [across - RADIUS, across + RADIUS], {
    fill: `${change}Line`,
    stroke: 'page',
    radius: RADIUS,
    strokeWidth: 1,
  });
  const down = drawing.direction === 'down';
  /** Level, whichever way the network runs; x to the right, y downwards. */
  const stroke = (points: readonly (readonly [x: number, y: number])[], radius = 0): void =>
    drawing.line(
      points.map(([x, y]) => (down ? [along + y, across + x] : [along + x, across - y])),
      { stroke: 'page', strokeWidth: 1.75, radius },
    );
  if (change === 'changed') {
    const wave = [
      [-ARM - 0.5, 1.5],
      [-ARM / 2, -2.5],
      [ARM / 2, 2.5],
      [ARM + 0.5, -1.5],
    ] as const;
    stroke(wave, 2);
    return;
  }
  stroke([
    [-ARM, 0],
    [ARM, 0],
  ]);
  if (change === 'added') {
    stroke([
      [0, -ARM],
      [0, ARM],
    ]);
  }
}
