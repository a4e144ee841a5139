/** A picture as an image: its marks on a canvas. */
import {
  segmentsOf,
  type BoxMark,
  type Mark,
  type PathMark,
  type TextMark,
} from '../../../../architecture/picture/marks';
import type { PictureColors } from '../../../../architecture/picture/palette';
import { marksOf, type Picture } from '../../../../architecture/picture/picture';
import { PICTURE_FONT } from '../../../../architecture/picture/text-width';

/** Pixels of a side that Chromium's canvases have at most. */
const LONGEST = 16_384;

/** The scale of an image that is not longer than an image can be. */
export const scaleWithin = ({ width, height }: Picture, scale: number): number =>
  Math.min(scale, LONGEST / Math.max(width, height));

export function pictureUrl(picture: Picture, colors: PictureColors, scale: number): string {
  const canvas = document.createElement('canvas');
  const fitting = scaleWithin(picture, scale);
  [canvas.width, canvas.height] = [Math.floor(picture.width * fitting), Math.floor(picture.height * fitting)];
  const context = canvas.getContext('2d')!;
  context.scale(fitting, fitting);
  context.fillStyle = colors.page;
  context.fillRect(0, 0, picture.width, picture.height);
  for (const mark of marksOf(picture)) paint(context, mark, colors);
  return canvas.toDataURL('image/png');
}

function paint(context: CanvasRenderingContext2D, mark: Mark, colors: PictureColors): void {
  if (mark.kind === 'text') paintText(context, mark, colors);
  else if (mark.kind === 'box') paintBox(context, mark, colors);
  else paintPath(context, mark, colors);
}

function pen(context: CanvasRenderingContext2D, mark: BoxMark | PathMark, colors: PictureColors): void {
  context.strokeStyle = colors[mark.stroke];
  context.lineWidth = mark.strokeWidth;
  context.setLineDash([...mark.dash]);
}

function paintBox(context: CanvasRenderingContext2D, mark: BoxMark, colors: PictureColors): void {
  context.beginPath();
  context.roundRect(mark.x, mark.y, mark.width, mark.height, mark.radius);
  if (mark.fill) {
    context.fillStyle = colors[mark.fill];
    context.fill();
  }
  pen(context, mark, colors);
  context.stroke();
}

function paintPath(context: CanvasRenderingContext2D, mark: PathMark, colors: PictureColors): void {
  context.beginPath();
  for (const segment of segmentsOf(mark)) {
    if (segment[0] === 'Q') {
      const [, control, end] = segment;
      context.quadraticCurveTo(control.x, control.y, end.x, end.y);
    } else {
      const [command, { x, y }] = segment;
      if (command === 'M') context.moveTo(x, y);
      else context.lineTo(x, y);
    }
  }
  if (mark.closed) {
    context.closePath();
    context.fillStyle = colors[mark.stroke];
    context.fill();
    return;
  }
  pen(context, mark, colors);
  context.stroke();
}

const ALIGNMENTS = { start: 'left', middle: 'center', end: 'right' } as const;

function paintText(context: CanvasRenderingContext2D, mark: TextMark, colors: PictureColors): void {
  context.font = `${mark.bold ? 700 : 400} ${mark.size}px ${PICTURE_FONT}`;
  context.textAlign = ALIGNMENTS[mark.anchor];
  context.fillStyle = colors[mark.fill];
  context.fillText(mark.text, mark.x, mark.y);
}
