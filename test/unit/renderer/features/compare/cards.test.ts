import { describe, expect, it } from 'vitest';
import {
  CARD_HEIGHTS,
  editCards,
  newCard,
  type CardEdit,
} from '../../../../../src/renderer/features/compare/cards';
import { compareViewSchema } from '../../../../../src/shared/settings';

const cards = [newCard('valAccuracy'), newCard('valLoss', true), newCard('stepLoss')];
const metrics = (index: number, edit: CardEdit): [string[], number, string] | null => {
  const done = editCards(cards, index, edit);
  return done && [done.cards.map(({ metric }) => metric), done.index, done.said];
};

describe('a card', () => {
  it('is one that can be remembered', () => {
    const charts = compareViewSchema.shape.charts;
    expect(charts.parse([...cards])).toEqual(cards);
    for (const height of [CARD_HEIGHTS.min, CARD_HEIGHTS.max]) {
      expect(charts.safeParse([{ ...cards[0], height }]).success).toBe(true);
    }
  });

  it('moves by one place, and to another', () => {
    expect(metrics(2, 'earlier')).toEqual([['valAccuracy', 'stepLoss', 'valLoss'], 1, 'chart 2 of 3']);
    expect(metrics(0, 'later')).toEqual([['valLoss', 'valAccuracy', 'stepLoss'], 1, 'chart 2 of 3']);
    expect(metrics(0, { moveTo: 2 })).toEqual([['valLoss', 'stepLoss', 'valAccuracy'], 2, 'chart 3 of 3']);
    expect(metrics(2, { moveTo: 0 })).toEqual([['stepLoss', 'valAccuracy', 'valLoss'], 0, 'chart 1 of 3']);
  });

  it('does not move beyond the others, nor to where it is', () => {
    expect(metrics(0, 'earlier')).toBeNull();
    expect(metrics(2, 'later')).toBeNull();
    expect(metrics(1, { moveTo: 1 })).toBeNull();
    expect(metrics(1, { moveTo: 3 })).toBeNull();
    expect(editCards(cards, 7, 'taller')).toBeNull();
  });

  it('is taken out, and the one that follows takes its place', () => {
    expect(metrics(0, 'remove')).toEqual([['valLoss', 'stepLoss'], 0, 'removed']);
    expect(metrics(2, 'remove')).toEqual([['valAccuracy', 'valLoss'], 1, 'removed']);
    expect(editCards([cards[0]!], 0, 'remove')).toBeNull();
  });

  it('takes the full width, or half of it', () => {
    expect(editCards(cards, 0, 'width')).toMatchObject({ index: 0, said: 'full width' });
    expect(editCards(cards, 0, 'width')!.cards[0]!.wide).toBe(true);
    expect(editCards(cards, 1, 'width')!.cards[1]!.wide).toBe(false);
    expect(cards[0]!.wide).toBe(false);
  });

  it('grows and shrinks within limits, by whole pixels', () => {
    const { min, max, default: normal, step } = CARD_HEIGHTS;
    const height = (from: number, edit: CardEdit) =>
      editCards([{ ...cards[0]!, height: from }], 0, edit)?.cards[0]!.height;
    expect(height(normal, 'taller')).toBe(normal + step);
    expect(height(normal, 'lower')).toBe(normal - step);
    expect(height(max - 1, 'taller')).toBe(max);
    expect(height(min + 1, 'lower')).toBe(min);
    expect(height(normal, { height: 401.6 })).toBe(402);
    expect(height(normal, { height: -5 })).toBe(min);
    expect(height(normal, { height: 1e9 })).toBe(max);
  });

  it('is left alone where it is as high as it may be', () => {
    const { min, max } = CARD_HEIGHTS;
    expect(editCards([{ ...cards[0]!, height: max }], 0, 'taller')).toBeNull();
    expect(editCards([{ ...cards[0]!, height: min }], 0, 'lower')).toBeNull();
  });
});
