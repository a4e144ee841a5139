/** Where one gets among the items of a picture by the arrow keys. Pure. */
import type { Rect } from '../../../../architecture/picture/marks';

export type Step = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

export const isStep = (key: string): key is Step => /^Arrow(Up|Down|Left|Right)$/.test(key);

const middle = ({ x, y, width, height }: Rect) => ({ x: x + width / 2, y: y + height / 2 });

/** The nearest item in a direction, what lies straight ahead first; the same one where there is none. */
export function nextItem(items: readonly { rect: Rect }[], from: number, step: Step): number {
  const start = items[from];
  if (!start) return from;
  const here = middle(start.rect);
  const sideways = step === 'ArrowLeft' || step === 'ArrowRight';
  const sign = step === 'ArrowDown' || step === 'ArrowRight' ? 1 : -1;
  let best = { index: from, cost: Infinity };
  for (const [index, { rect }] of items.entries()) {
    const there = middle(rect);
    const [dx, dy] = [there.x - here.x, there.y - here.y];
    const ahead = sign * (sideways ? dx : dy);
    const aside = Math.abs(sideways ? dy : dx);
    // What lies more to the side than ahead is reached by another key.
    if (ahead <= 1 || aside > ahead * 2) continue;
    const cost = ahead + 2 * aside;
    if (cost < best.cost) best = { index, cost };
  }
  return best.index;
}
