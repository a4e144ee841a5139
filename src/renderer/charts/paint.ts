/** Marks on a canvas: paths are stroked, columns written into pixels. */
import type { CurveMark } from './marks';
import { pixelOf, rasterise, type PixelMap, type Raster } from './raster';
import type { Point } from './samples';

/** The plot of a drawing, CSS pixels of the canvas, and where values stand in it. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
  x: (value: number) => number;
  y: (value: number) => number;
  /** Values at the top and at the bottom. */
  high: number;
  low: number;
  logarithmicY: boolean;
  /** Device pixels of a CSS pixel. */
  ratio: number;
  /** Something of the curves lies beside the plot, where it must not be drawn. */
  clipped: boolean;
}

/** Pixels around the plot in which dots and rings at its edge are drawn whole. */
const EDGE = 8;

/** The canvas that pixels are written to before they are laid over what the drawing has. */
export class RasterLayer {
  #canvas: HTMLCanvasElement | null = null;
  #raster: (Raster & { image: ImageData; context: CanvasRenderingContext2D }) | null = null;

  /** A blank raster of so many device pixels. */
  blank(width: number, height: number): Raster | null {
    if (this.#raster?.width !== width || this.#raster.height !== height) {
      this.#canvas = document.createElement('canvas');
      [this.#canvas.width, this.#canvas.height] = [width, height];
      const context = this.#canvas.getContext('2d');
      if (!context) return null;
      const image = new ImageData(width, height);
      this.#raster = { width, height, pixels: new Uint32Array(image.data.buffer), image, context };
    }
    this.#raster.pixels.fill(0);
    return this.#raster;
  }

  /** Lays what was drawn over the plot. */
  lay(context: CanvasRenderingContext2D, { left, top, width, height }: Frame): void {
    if (!this.#raster || !this.#canvas) return;
    this.#raster.context.putImageData(this.#raster.image, 0, 0);
    context.drawImage(this.#canvas, left, top, width, height);
  }
}

/** Draws marks, in their order; those of columns that follow one another are drawn at once. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  marks: readonly CurveMark[],
  frame: Frame,
  layer: RasterLayer,
): void {
  context.save();
  context.beginPath();
  const side = frame.clipped ? 0 : EDGE;
  context.rect(frame.left - side, frame.top - EDGE, frame.width + 2 * side, frame.height + 2 * EDGE);
  context.clip();
  context.lineJoin = 'round';
  for (let index = 0; index < marks.length; index++) {
    const mark = marks[index]!;
    if (mark.kind !== 'columns') {
      paintMark(context, mark, frame);
      continue;
    }
    let end = index + 1;
    while (marks[end]?.kind === 'columns') end++;
    paintColumns(context, marks.slice(index, end) as ColumnsMark[], frame, layer);
    index = end - 1;
  }
  context.restore();
}

type ColumnsMark = Extract<CurveMark, { kind: 'columns' }>;

/** y in device pixels of the plot. */
export function pixelMap({ high, low, height, logarithmicY, ratio }: Frame): PixelMap {
  const [top, bottom] = logarithmicY ? [Math.log(high), Math.log(low)] : [high, low];
  const scale = (height * ratio) / (top - bottom);
  return { scale, offset: top * scale, logarithmic: logarithmicY };
}

function paintColumns(
  context: CanvasRenderingContext2D,
  marks: readonly ColumnsMark[],
  frame: Frame,
  layer: RasterLayer,
): void {
  const width = marks[0]!.columns.width;
  const raster = layer.blank(width, Math.max(1, Math.round(frame.height * frame.ratio)));
  if (!raster) return;
  // The last curve lies on top, so it is drawn first and what lies behind fills the rest.
  const strokes = [...marks].reverse().map((mark) => ({
    columns: mark.columns,
    color: pixelOf(mark.color),
    width: mark.width * frame.ratio,
    dash: mark.dash.map((length) => length * frame.ratio),
  }));
  rasterise(raster, strokes, pixelMap(frame));
  layer.lay(context, frame);
}

function paintMark(
  context: CanvasRenderingContext2D,
  mark: Exclude<CurveMark, ColumnsMark>,
  { x, y }: Frame,
): void {
  if (mark.kind === 'band') {
    for (const { low, high } of bandParts(mark.low, mark.high)) {
      context.beginPath();
      trace(context, [...low, ...[...high].reverse()], x, y);
      context.closePath();
      context.fillStyle = mark.color;
      context.fill();
    }
    return;
  }
  context.strokeStyle = mark.color;
  context.fillStyle = mark.color;
  if (mark.kind === 'ring') {
    context.lineWidth = 2;
    context.setLineDash([]);
    context.beginPath();
    context.arc(x(mark.at.x), y(mark.at.y), RING, 0, 2 * Math.PI);
    context.stroke();
    return;
  }
  context.lineWidth = mark.width;
  context.setLineDash([...mark.dash]);
  context.beginPath();
  trace(context, mark.at, x, y);
  context.stroke();
  if (mark.dots === 0) return;
  for (const point of mark.at) {
    if (!Number.isFinite(point.y)) continue;
    context.beginPath();
    context.arc(x(point.x), y(point.y), mark.dots, 0, 2 * Math.PI);
    context.fill();
  }
}

/** Radius of the ring around the best point. */
export const RING = 7;

function trace(
  context: CanvasRenderingContext2D,
  points: readonly Point[],
  x: (value: number) => number,
  y: (value: number) => number,
): void {
  let down = false;
  for (const point of points) {
    if (!Number.isFinite(point.y)) {
      down = false;
      continue;
    }
    if (down) context.lineTo(x(point.x), y(point.y));
    else context.moveTo(x(point.x), y(point.y));
    down = true;
  }
}

/** The parts of a band in which both edges have values. */
export function bandParts(low: readonly Point[], high: readonly Point[]): { low: Point[]; high: Point[] }[] {
  const parts: { low: Point[]; high: Point[] }[] = [];
  let part: { low: Point[]; high: Point[] } | null = null;
  low.forEach((point, index) => {
    const above = high[index];
    if (!above || !Number.isFinite(point.y) || !Number.isFinite(above.y)) {
      part = null;
      return;
    }
    if (!part) parts.push((part = { low: [], high: [] }));
    part.low.push(point);
    part.high.push(above);
  });
  return parts;
}
