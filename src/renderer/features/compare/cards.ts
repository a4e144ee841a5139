/** The charts of Compare as cards, and what can be done to them. Pure. */
import type { CompareView } from '../../../shared/settings';
import type { MetricKey } from './metrics';

export type ChartCard = CompareView['charts'][number] & { metric: MetricKey };

/** Heights of charts, pixels. */
export const CARD_HEIGHTS = { min: 220, default: 360, max: 1200, step: 40 } as const;

export const newCard = (metric: MetricKey, wide = false): ChartCard => ({
  metric,
  wide,
  height: CARD_HEIGHTS.default,
  logarithmic: false,
  range: { kind: 'all' },
});

export type CardEdit =
  'width' | 'taller' | 'lower' | 'earlier' | 'later' | 'remove' | { moveTo: number } | { height: number };

export interface EditedCards {
  cards: ChartCard[];
  /** Where the card stands now, or the one that has taken its place. */
  index: number;
  /** What has been done. */
  said: string;
}

/** Null where there is nothing to do. */
export function editCards(cards: readonly ChartCard[], index: number, edit: CardEdit): EditedCards | null {
  const card = cards[index];
  if (!card) return null;
  const replaced = (patch: Partial<ChartCard>, said: string): EditedCards => ({
    cards: cards.map((one, at) => (at === index ? { ...one, ...patch } : one)),
    index,
    said,
  });
  const { min, max, step } = CARD_HEIGHTS;
  const resized = (wanted: number, said?: string): EditedCards | null => {
    const height = Math.round(Math.min(max, Math.max(min, wanted)));
    return height === card.height ? null : replaced({ height }, said ?? `${height} pixels high`);
  };
  switch (edit) {
    case 'width':
      return replaced({ wide: !card.wide }, card.wide ? 'half the width' : 'full width');
    case 'taller':
      return resized(card.height + step, 'taller');
    case 'lower':
      return resized(card.height - step, 'lower');
    case 'earlier':
      return moved(cards, index, index - 1);
    case 'later':
      return moved(cards, index, index + 1);
    case 'remove':
      // Without charts the defaults would come back.
      return cards.length > 1
        ? {
            cards: cards.filter((_, at) => at !== index),
            index: Math.min(index, cards.length - 2),
            said: 'removed',
          }
        : null;
  }
  return 'height' in edit ? resized(edit.height) : moved(cards, index, edit.moveTo);
}

function moved(cards: readonly ChartCard[], from: number, to: number): EditedCards | null {
  if (to < 0 || to >= cards.length || to === from) return null;
  const others = cards.filter((_, at) => at !== from);
  const next = [...others.slice(0, to), cards[from]!, ...others.slice(to)];
  return { cards: next, index: to, said: `chart ${to + 1} of ${cards.length}` };
}
