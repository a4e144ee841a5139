/**
 * A picture as a PDF of one page: vectors, and text as text in Helvetica, which every reader of PDF has (ISO 32000-1,
 * section 9.6.2.2). Pure; what pictures draw are numbers and words of ours, so the fonts' Latin encoding holds it all.
 */
import { segmentsOf, type BoxMark, type Mark, type PathMark, type Point, type TextMark } from './marks';
import { LIGHT_PICTURE, type PictureColors } from './palette';
import { marksOf, type Picture } from './picture';
import { helveticaWidth } from './text-width';

/** Points of a pixel: 72 of them and 96 pixels are an inch. */
const POINTS = 0.75;
/** Readers draw no longer pages (ISO 32000-1, annex C); on a longer one a unit stands for more than a point. */
const LONGEST = 14_400;
/** How far the control points of a quarter of a circle lie from its ends. */
const QUARTER = 0.5523;

const number = (value: number): string => String(Math.round(value * 1000) / 1000);
const at = ({ x, y }: Point): string => `${number(x)} ${number(y)}`;

/** @param colors those of a light page where none are given */
export function picturePdf(picture: Picture, colors: PictureColors = LIGHT_PICTURE): Uint8Array<ArrayBuffer> {
  const { width, height } = picture;
  const scale = Math.min(POINTS, LONGEST / Math.max(width, height));
  const [pageWidth, pageHeight] = [number(width * scale), number(height * scale)];
  const content = [
    // Down and in pixels, as the marks are.
    `${number6(scale)} 0 0 ${number6(-scale)} 0 ${pageHeight} cm`,
    `${rgb(colors.page)} rg 0 0 ${number(width)} ${number(height)} re f`,
    ...marksOf(picture).map((mark) => markPdf(mark, colors)),
  ].join('\n');
  const font = (name: string): string =>
    `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding /WinAnsiEncoding >>`;
  return file([
    '<< /Type /Catalog /Pages 2 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${pageWidth} ${pageHeight}] /UserUnit ${number6(POINTS / scale)}` +
      ' /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> /Contents 4 0 R >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    font('Helvetica'),
    font('Helvetica-Bold'),
    `<< /Title ${utf16(picture.title)} /Subject ${utf16(picture.description)} >>`,
  ]);
}

const number6 = (value: number): string => String(Number(value.toFixed(6)));

/** The objects with the table of where they begin, the last being the information on the document. */
function file(objects: readonly string[]): Uint8Array<ArrayBuffer> {
  let text = '%PDF-1.6\n';
  const offsets: number[] = [];
  for (const [index, object] of objects.entries()) {
    offsets.push(text.length);
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  text +=
    `xref\n0 ${size}\n0000000000 65535 f \n${table}` +
    `trailer\n<< /Size ${size} /Root 1 0 R /Info ${objects.length} 0 R >>\nstartxref\n${text.length}\n%%EOF\n`;
  // One byte a character: everything above is Latin.
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function markPdf(mark: Mark, colors: PictureColors): string {
  switch (mark.kind) {
    case 'box':
      return boxPdf(mark, colors);
    case 'path':
      return pathPdf(mark, colors);
    case 'text':
      return textPdf(mark, colors);
  }
}

function boxPdf(
  { x, y, width, height, radius, fill, stroke, strokeWidth, dash }: BoxMark,
  colors: PictureColors,
): string {
  const r = Math.min(radius, width / 2, height / 2);
  const [right, bottom, k] = [x + width, y + height, r * (1 - QUARTER)];
  const curve = (...points: [number, number][]): string =>
    `${points.map(([px, py]) => at({ x: px, y: py })).join(' ')} c`;
  const outline = [
    `${at({ x: x + r, y })} m ${at({ x: right - r, y })} l`,
    curve([right - k, y], [right, y + k], [right, y + r]),
    `${at({ x: right, y: bottom - r })} l`,
    curve([right, bottom - k], [right - k, bottom], [right - r, bottom]),
    `${at({ x: x + r, y: bottom })} l`,
    curve([x + k, bottom], [x, bottom - k], [x, bottom - r]),
    `${at({ x, y: y + r })} l`,
    curve([x, y + k], [x + k, y], [x + r, y]),
  ].join(' ');
  const filled = fill ? `${rgb(colors[fill])} rg ` : '';
  return `${filled}${pen(stroke, strokeWidth, dash, colors)} ${outline} ${fill ? 'b' : 's'}`;
}

function pathPdf(mark: PathMark, colors: PictureColors): string {
  let last: Point = { x: 0, y: 0 };
  const way = segmentsOf(mark).map((segment) => {
    const [command, ...points] = segment;
    const end = points.at(-1)!;
    const text =
      command === 'Q' ? `${quadratic(last, segment[1], end)} c` : `${at(end)} ${command === 'M' ? 'm' : 'l'}`;
    last = end;
    return text;
  });
  return mark.closed
    ? `${rgb(colors[mark.stroke])} rg ${way.join(' ')} f`
    : `${pen(mark.stroke, mark.strokeWidth, mark.dash, colors)} ${way.join(' ')} S`;
}

/** A quadratic curve as the cubic one that PDF has. */
function quadratic(from: Point, control: Point, to: Point): string {
  const between = (end: Point): Point => ({
    x: end.x + (2 / 3) * (control.x - end.x),
    y: end.y + (2 / 3) * (control.y - end.y),
  });
  return [between(from), between(to), to].map(at).join(' ');
}

function textPdf({ text, x, y, size, bold, anchor, fill }: TextMark, colors: PictureColors): string {
  const width = helveticaWidth(text, size, bold);
  const left = x - (anchor === 'start' ? 0 : anchor === 'middle' ? width / 2 : width);
  return `BT ${rgb(colors[fill])} rg /F${bold ? 2 : 1} ${number(size)} Tf 1 0 0 -1 ${at({ x: left, y })} Tm (${latin(text)}) Tj ET`;
}

const pen = (
  stroke: BoxMark['stroke'],
  width: number,
  dash: readonly number[],
  colors: PictureColors,
): string => `${rgb(colors[stroke])} RG ${number(width)} w [${dash.join(' ')}] 0 d`;

/** `#rrggbb` as three shares of one. */
const rgb = (color: string): string =>
  [1, 3, 5].map((start) => number(parseInt(color.slice(start, start + 2), 16) / 255)).join(' ');

/** In WinAnsiEncoding beyond Latin-1; what it has not, by what comes nearest. */
const BEYOND: Readonly<Record<string, string>> = { '…': '\\205', '−': '\\226', '→': '->' };

/** A text within brackets of PDF, in Windows' Latin encoding. */
const latin = (text: string): string =>
  [...text]
    .map((character) => {
      if ('()\\'.includes(character)) return `\\${character}`;
      const beyond = BEYOND[character];
      if (beyond !== undefined) return beyond;
      const code = character.charCodeAt(0);
      if (code < 0x7f) return character;
      return code >= 0xa0 && code <= 0xff ? `\\${code.toString(8)}` : '?';
    })
    .join('');

/** Any text, as hexadecimal digits of UTF-16 with its mark. */
const utf16 = (text: string): string =>
  `<FEFF${Array.from({ length: text.length }, (_, index) => text.charCodeAt(index).toString(16).padStart(4, '0')).join('')}>`;
