import { describe, expect, it } from 'vitest';
import { helveticaWidth, widthBound, wrap } from '../../../../src/architecture/picture/text-width';

describe('the width of a text', () => {
  it('is that of Adobe’s font metrics', () => {
    // H 722, e 556, l 222, v 500, t 278, i 222, c 500, a 556.
    expect(helveticaWidth('Helvetica', 1000)).toBe(
      722 + 556 + 222 + 556 + 500 + 278 + 222 + 500 + 556 - 222 + 222,
    );
    // The bold S 667, t 333, a 556, g 611, e 556.
    expect(helveticaWidth('Stage', 1000, true)).toBe(667 + 333 + 556 + 611 + 556);
  });

  // Measured with MuPDF in DejaVu Sans 2.37, at a size of 100 pixels.
  it.each([
    ['3×3 conv, 64, /2', false, 833.3],
    ['16384×16384', false, 720],
    ['average pool', false, 654.8],
    ['dense, 100000', false, 747.3],
    ['zero padding', false, 654.4],
    ['projection shortcut', false, 947.9],
    ['BN', false, 143.4],
    ['ReLU', false, 259.9],
    ['Stage 12', true, 500.7],
    ['× 5', true, 188.2],
  ])('%s has room in a wide font', (text, bold, measured) => {
    expect(widthBound(text, 100, bold)).toBeGreaterThanOrEqual(measured);
    expect(widthBound(text, 100, bold)).toBeLessThan(measured * 1.3);
  });
});

describe('wrapping', () => {
  it('fills lines with whole pieces and drops the comma at the end of a line', () => {
    expect(wrap(['3×3', 'conv,', '64,', '/2'], 1000, 12)).toEqual(['3×3 conv, 64, /2']);
    expect(wrap(['3×3', 'conv,', '64,', '/2'], 65, 12)).toEqual(['3×3 conv', '64, /2']);
    expect(wrap(['3×3', 'conv,', '64,', '/2'], 1, 12)).toEqual(['3×3', 'conv', '64', '/2']);
  });
});
