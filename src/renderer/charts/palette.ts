/**
 * Colours and dashes of curves. Eight hues that stay apart with protanopia, deuteranopia and tritanopia, in a
 * version for dark and one for light panels (contrast of at least 3 to 1, WCAG 2.1, 1.4.11); each comes with a dash
 * pattern, so that colour is never the only difference. test/unit/renderer/charts/palette.test.ts measures both.
 */

/** In the order in which they are given out. Found by searching OKLab for the largest smallest distance. */
export const CURVE_COLORS: Record<'dark' | 'light', readonly string[]> = {
  dark: ['#6ea8fe', '#ff9d4d', '#8affd8', '#ad65be', '#edee45', '#50967f', '#b2c2bc', '#cb6620'],
  light: ['#0b66c3', '#c4500a', '#982f93', '#584503', '#b16dac', '#651135', '#766d62', '#4a0284'],
};

/** Lengths of stroke and gap in pixels, for setLineDash. */
export const CURVE_DASHES: readonly (readonly number[])[] = [
  [],
  [7, 4],
  [2, 3],
  [12, 4, 2, 4],
  [16, 6],
  [5, 3, 1, 3, 1, 3],
];

export interface CurveStyle {
  color: string;
  dash: number[];
}

/** The style of a slot. Colour and dash together repeat after 24 slots only. */
export function curveStyle(slot: number, dark: boolean): CurveStyle {
  const colors = CURVE_COLORS[dark ? 'dark' : 'light'];
  return {
    color: colors[slot % colors.length]!,
    dash: [...CURVE_DASHES[slot % CURVE_DASHES.length]!],
  };
}

/** What a run's curves continue from: grey, which is no run's colour. */
export const PARENT_COLORS = { dark: '#8b949e', light: '#6e7781' } as const;

export const parentStyle = (dark: boolean): CurveStyle => ({
  color: PARENT_COLORS[dark ? 'dark' : 'light'],
  dash: [],
});

/**
 * Gives each id a slot and leaves alone those that have one, so that a run keeps its colour while others come and
 * go. Slots of ids that are gone are given out again.
 */
export function assignSlots(
  previous: ReadonlyMap<number, number>,
  ids: readonly number[],
): Map<number, number> {
  const slots = new Map<number, number>();
  for (const id of ids) {
    const slot = previous.get(id);
    if (slot !== undefined) slots.set(id, slot);
  }
  const taken = new Set(slots.values());
  let next = 0;
  for (const id of ids) {
    if (slots.has(id)) continue;
    while (taken.has(next)) next++;
    taken.add(next);
    slots.set(id, next);
  }
  return slots;
}

/** `#rrggbb` with an opacity from 0 to 1, as `rgba(…)`. */
export function withAlpha(color: string, alpha: number): string {
  const value = Number.parseInt(color.slice(1), 16);
  return `rgba(${value >> 16}, ${(value >> 8) & 255}, ${value & 255}, ${alpha})`;
}
