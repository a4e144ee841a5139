/**
 * How wide a text is, without a screen to measure it on. Pictures are written with Helvetica and those made to its widths
 * (Arial, Liberation Sans); where there is none of them another font comes in its place, so boxes keep room for a wide one.
 */

/** For SVG and canvas: fonts of Helvetica's widths first. */
export const PICTURE_FONT = "Helvetica, Arial, 'Liberation Sans', Arimo, 'DejaVu Sans', sans-serif";

const FIRST = 32;
/** Advance widths of ASCII from the blank on, in thousandths of the size: Adobe's Core 14 AFM files of Helvetica. */
const REGULAR = widths(
  '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 ' +
    '1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 ' +
    '333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584',
);
/** As above, of Helvetica-Bold. */
const BOLD = widths(
  '278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611 ' +
    '975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 ' +
    '333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584',
);
/** What pictures write beyond ASCII: the signs of multiplication and subtraction, in both fonts. */
const SIGN = 584;
const isSign = (character: string): boolean => character === '×' || character === '−';
/** For anything else, as wide as a letter gets. */
const OTHER = 1000;

function widths(list: string): number[] {
  return list.split(' ').map(Number);
}

/** In pixels, set in Helvetica. */
export function helveticaWidth(text: string, size: number, bold = false): number {
  let sum = 0;
  for (const character of text) {
    const known = (bold ? BOLD : REGULAR)[character.charCodeAt(0) - FIRST];
    sum += isSign(character) ? SIGN : (known ?? OTHER);
  }
  return (sum * size) / 1000;
}

/** How much more DejaVu Sans and Verdana take, the widest fonts that come in Helvetica's place. */
const WIDER = { regular: 1.25, bold: 1.35 };

/** In pixels, no less than the text takes in any of the usual fonts. */
export const widthBound = (text: string, size: number, bold = false): number =>
  helveticaWidth(text, size, bold) * (bold ? WIDER.bold : WIDER.regular);

/**
 * Lays pieces of text into lines of at most this width where that can be; a piece is never torn. A comma at a piece's end is
 * left out where the line ends.
 */
export function wrap(pieces: readonly string[], width: number, size: number, bold = false): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    const joined = last === undefined ? piece : `${last} ${piece}`;
    if (last !== undefined && widthBound(joined.replace(/,$/, ''), size, bold) <= width)
      lines.splice(-1, 1, joined);
    else lines.push(piece);
  }
  return lines.map((line) => line.replace(/,$/, ''));
}
