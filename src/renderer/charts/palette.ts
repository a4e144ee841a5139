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

/** Slots before colour and dash repeat. */
const DISTINCT = 24;

/**
 * Gives each id a slot and leaves alone those that have one, so that a run keeps its colour while others come and go. A new
 * one gets a slot that none has had, else one that none of the others here has.
 *
 * @param known slots that were given before, of other ids too
 */
export function assignSlots(known: ReadonlyMap<number, number>, ids: readonly number[]): Map<number, number> {
  const slots = new Map<number, number>();
  for (const id of ids) {
    const slot = known.get(id);
    if (slot !== undefined) slots.set(id, slot);
  }
  const here = new Set(slots.values());
  const ever = new Set(known.values());
  const free = (taken: ReadonlySet<number>): number | undefined =>
    Array.from({ length: DISTINCT }, (_, slot) => slot).find((slot) => !taken.has(slot));
  for (const id of ids) {
    if (slots.has(id)) continue;
    let slot = free(ever) ?? free(here) ?? DISTINCT;
    while (here.has(slot)) slot++;
    slots.set(id, slot);
    here.add(slot);
    ever.add(slot);
  }
  return slots;
}

/** The same style in the other theme's colours; a colour of no palette stays. */
export function inTheme(style: CurveStyle, dark: boolean): CurveStyle {
  const [from, to] = dark ? [CURVE_COLORS.light, CURVE_COLORS.dark] : [CURVE_COLORS.dark, CURVE_COLORS.light];
  const parents = dark
    ? [PARENT_COLORS.light, PARENT_COLORS.dark]
    : [PARENT_COLORS.dark, PARENT_COLORS.light];
  if (style.color === parents[0]) return { ...style, color: parents[1]! };
  const index = from.indexOf(style.color);
  return index < 0 ? style : { ...style, color: to[index]! };
}

/** A share of one colour over another, both `#rrggbb`: what would shine through, as a colour of its own. */
export function mixed(color: string, behind: string, share: number): string {
  const part = (text: string, at: number): number => Number.parseInt(text.slice(at, at + 2), 16);
  const mix = (at: number): string =>
    Math.round(part(color, at) * share + part(behind, at) * (1 - share))
      .toString(16)
      .padStart(2, '0');
  return `#${mix(1)}${mix(3)}${mix(5)}`;
}
