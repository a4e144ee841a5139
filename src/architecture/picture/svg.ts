/** A picture as an SVG document of its own: text as text, a title and a description for who cannot see it. Pure. */
import { inert } from '../inert-text';
import { segmentsOf, type Mark } from './marks';
import { LIGHT_PICTURE, type PictureColors } from './palette';
import { marksOf, type Picture } from './picture';
import { PICTURE_FONT } from './text-width';

/** Without control characters, which no XML may hold. */
const escaped = (text: string): string =>
  inert(text).replace(
    /[&<>"]/g,
    (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!,
  );

/** A number of pixels, without digits that nobody sees. */
const px = (value: number): string => String(Math.round(value * 100) / 100);

/** The `d` of a path. */
export const pathData = (mark: Extract<Mark, { kind: 'path' }>): string =>
  segmentsOf(mark)
    .map(([command, ...points]) => `${command}${points.map(({ x, y }) => `${px(x)} ${px(y)}`).join(' ')}`)
    .join('') + (mark.closed ? 'Z' : '');

/** @param colors those of a light page where none are given */
export function pictureSvg(picture: Picture, colors: PictureColors = LIGHT_PICTURE): string {
  const { width, height, title, description } = picture;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"` +
      ` role="img" aria-labelledby="title desc" font-family="${escaped(PICTURE_FONT)}">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="desc">${escaped(description)}</desc>`,
    `<rect width="${width}" height="${height}" fill="${colors.page}"/>`,
    ...marksOf(picture).map((mark) => markSvg(mark, colors)),
    '</svg>',
    '',
  ].join('\n');
}

function markSvg(mark: Mark, colors: PictureColors): string {
  switch (mark.kind) {
    case 'box':
      return (
        `<rect x="${px(mark.x)}" y="${px(mark.y)}" width="${px(mark.width)}" height="${px(mark.height)}" rx="${px(mark.radius)}"` +
        ` fill="${mark.fill ? colors[mark.fill] : 'none'}" stroke="${colors[mark.stroke]}" stroke-width="${mark.strokeWidth}"${dashes(mark.dash)}/>`
      );
    case 'path':
      return mark.closed
        ? `<path d="${pathData(mark)}" fill="${colors[mark.stroke]}"/>`
        : `<path d="${pathData(mark)}" fill="none" stroke="${colors[mark.stroke]}" stroke-width="${mark.strokeWidth}"${dashes(mark.dash)}/>`;
    case 'text':
      return (
        `<text x="${px(mark.x)}" y="${px(mark.y)}" font-size="${mark.size}" fill="${colors[mark.fill]}"` +
        `${mark.anchor === 'start' ? '' : ` text-anchor="${mark.anchor}"`}${mark.bold ? ' font-weight="700"' : ''}>${escaped(mark.text)}</text>`
      );
  }
}

const dashes = (dash: readonly number[]): string =>
  dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : '';
