import { describe, expect, it } from 'vitest';
import type { Palette } from '../../../../src/renderer/base/theme';
import { DARK, LIGHT } from '../../../../src/renderer/base/theme';

/** Relative luminance, WCAG 2.1. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [bright, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

it('measures contrast as WCAG does', () => {
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

const TEXTS: (keyof Palette)[] = ['text', 'muted', 'faint', 'accent', 'error', 'warning', 'success', 'info'];
const GROUNDS: (keyof Palette)[] = ['background', 'panel', 'raised'];
const ON_SOFT: [keyof Palette, keyof Palette][] = [
  ['accent', 'accentSoft'],
  ['muted', 'accentSoft'],
  ['text', 'accentSoft'],
  ['text', 'errorSoft'],
  ['muted', 'errorSoft'],
  ['error', 'errorSoft'],
  ['warning', 'warningSoft'],
  ['success', 'successSoft'],
];

describe.each([
  ['dark', DARK],
  ['light', LIGHT],
])('the %s theme', (_name, palette) => {
  const pairs = [...TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)), ...ON_SOFT];
  it.each(pairs)('shows %s on %s with a contrast of 4.5 at least', (text, ground) => {
    expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['accentStrong', 'accentHover'] as const)(
    'shows white text on %s with a contrast of 4.5 at least',
    (ground) => {
      expect(contrast('#ffffff', palette[ground])).toBeGreaterThanOrEqual(4.5);
    },
  );

  it.each(GROUNDS)('shows the focus ring on %s with a contrast of 3 at least', (ground) => {
    expect(contrast(palette.accent, palette[ground])).toBeGreaterThanOrEqual(3);
  });
});
