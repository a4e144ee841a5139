import { describe, expect, it } from 'vitest';
import {
  assignSlots,
  CURVE_COLORS,
  CURVE_DASHES,
  curveStyle,
  parentStyle,
  inTheme,
  mixed,
} from '../../../../src/renderer/charts/palette';
import { DARK, LIGHT } from '../../../../src/renderer/base/theme';

type Rgb = [number, number, number];

const linear = (channel: number): number =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;

function linearRgb(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255].map((byte) => linear(byte / 255)) as Rgb;
}

/** WCAG 2.1 contrast ratio. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [red, green, blue] = linearRgb(hex);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB. */
const VISIONS: Record<string, number[][]> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** OKLab (Ottosson 2020): distances in it follow what the eye sees. */
function oklab([red, green, blue]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function seen(hex: string, vision: string): Rgb {
  const rgb = linearRgb(hex);
  const matrix = VISIONS[vision]!;
  return oklab(
    matrix.map((row) =>
      Math.min(1, Math.max(0, row[0]! * rgb[0] + row[1]! * rgb[1] + row[2]! * rgb[2])),
    ) as Rgb,
  );
}

const distance = (a: Rgb, b: Rgb): number => Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);

describe.each([
  ['dark', DARK],
  ['light', LIGHT],
] as const)('curve colours on the %s theme', (theme, surfaces) => {
  it.each(CURVE_COLORS[theme].map((color) => [color]))('%s stands out from the panel by 3 to 1', (color) => {
    expect(contrast(color, surfaces.panel)).toBeGreaterThanOrEqual(3);
  });

  it.each(Object.keys(VISIONS))('stay apart with %s vision', (vision) => {
    const colors = CURVE_COLORS[theme];
    const near: string[] = [];
    for (const [index, color] of colors.entries()) {
      for (const other of colors.slice(index + 1)) {
        const d = distance(seen(color, vision), seen(other, vision));
        if (d < 0.08) near.push(`${color} and ${other}: ${d.toFixed(3)}`);
      }
    }
    expect(near).toEqual([]);
  });
});

describe.each([
  ['dark', DARK],
  ['light', LIGHT],
] as const)('the grey of a parent on %s', (theme, surfaces) => {
  it('is seen, and is no colour of a run', () => {
    const { color } = parentStyle(theme === 'dark');
    expect(contrast(color, surfaces.panel)).toBeGreaterThanOrEqual(3);
    expect(CURVE_COLORS[theme]).not.toContain(color);
  });
});

describe('curveStyle', () => {
  it('repeats no pair of colour and dash within 24 slots', () => {
    const styles = Array.from({ length: 24 }, (_, slot) => JSON.stringify(curveStyle(slot, true)));
    expect(new Set(styles).size).toBe(24);
  });

  it('gives neighbours different dashes, in either theme the same', () => {
    for (let slot = 0; slot < CURVE_DASHES.length; slot++) {
      expect(curveStyle(slot, true).dash).toEqual(curveStyle(slot, false).dash);
      expect(curveStyle(slot, true).dash).not.toEqual(curveStyle(slot + 1, true).dash);
    }
  });
});

describe('assignSlots', () => {
  it('gives slots in order', () => {
    expect([...assignSlots(new Map(), [7, 3, 9])]).toEqual([
      [7, 0],
      [3, 1],
      [9, 2],
    ]);
  });

  it('leaves a run its slot when another goes, and gives the free slot to the next', () => {
    const first = assignSlots(new Map(), [7, 3, 9]);
    const without = assignSlots(first, [7, 9]);
    expect(without.get(9)).toBe(2);
    expect(assignSlots(without, [7, 9, 4]).get(4)).toBe(1);
  });
});

it('mixes a colour with what is behind it, as if that shone through', () => {
  expect(mixed('#ff8001', '#000000', 0.5)).toBe('#804001');
  expect(mixed('#ff8001', '#0a0b0c', 1)).toBe('#ff8001');
  expect(mixed('#ff8001', '#0a0b0c', 0)).toBe('#0a0b0c');
});

describe('a style in the other theme', () => {
  it('has the colour of the same slot, and the same dashes', () => {
    for (let slot = 0; slot < 24; slot++) {
      expect(inTheme(curveStyle(slot, true), false)).toEqual(curveStyle(slot, false));
      expect(inTheme(curveStyle(slot, false), true)).toEqual(curveStyle(slot, true));
      expect(inTheme(curveStyle(slot, true), true)).toEqual(curveStyle(slot, true));
    }
  });

  it('is that of a parent for a parent, and leaves a colour of no palette alone', () => {
    expect(inTheme(parentStyle(true), false)).toEqual(parentStyle(false));
    expect(inTheme({ color: '#123456', dash: [1] }, true)).toEqual({ color: '#123456', dash: [1] });
  });
});
