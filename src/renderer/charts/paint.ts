/** Marks on a canvas: paths are stroked, columns written into pixels. */
import type { CurveMark } from './marks';
import { ALL_COLUMNS, type ColumnSpan } from './pixel-columns';
import { pixelOf, rasterise, type PixelMap, type Raster, type RasterStroke } from './raster';
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
export const EDGE = 8;

/** The canvas that pixels are written to before they are laid over what the drawing has. */
export class RasterLayer {
  #canvas: HTMLCanvasElement | null = null;
  #raster: (Raster & { image: ImageData }) | null = null;

  /** A raster of so many device pixels; within some columns it is blank, the others are as they were drawn last. */
  blank(width: number, height: number, { from, to }: ColumnSpan): Raster {
    if (this.#raster?.width !== width || this.#raster.height !== height) {
      const image = new ImageData(width, height);
      this.#raster = { width, height, pixels: new Uint32Array(image.data.buffer), image };
      this.#canvas = null;
    }
    const { pixels } = this.#raster;
    if (from <= 0 && to >= width) pixels.fill(0);
    else {
      const end = Math.min(to, width);
      for (let row = 0; row < pixels.length; row += width) pixels.fill(0, row + from, row + end);
    }
    return this.#raster;
  }

  /** Puts what was drawn in the place of what the plot has, within some columns. */
  put(context: CanvasRenderingContext2D, { left, top, ratio }: Frame, { from, to }: ColumnSpan): void {
    if (!this.#raster) return;
    const { image, width, height } = this.#raster;
    const [x, y] = [Math.round(left * ratio), Math.round(top * ratio)];
    context.putImageData(image, x, y, from, 0, Math.min(to, width) - from, height);
  }

  /** Lays what was drawn over the plot. */
  lay(context: CanvasRenderingContext2D, { left, top, width, height }: Frame): void {
    if (!this.#raster) return;
    if (!this.#canvas) {
      this.#canvas = document.createElement('canvas');
      [this.#canvas.width, this.#canvas.height] = [this.#raster.width, this.#raster.height];
    }
    this.#canvas.getContext('2d')?.putImageData(this.#raster.image, 0, 0);
    context.drawImage(this.#canvas, left, top, width, height);
  }
}

/** Where marks may be drawn. */
export function clipOf({ left, top, width, height, clipped }: Frame): {
  left: number;
  top: number;
  width: number;
  height: number;
} {
  const side = clipped ? 0 : EDGE;
  return { left: left - side, top: top - EDGE, width: width + 2 * side, height: height + 2 * EDGE };
}

/**
 * Draws marks, in their order; those of columns that follow one another are drawn at once.
 *
 * @param within on a canvas that is blank in these columns of pixels of the plot, no more than these are drawn, and pixels need
 *   not be laid over anything, which takes as long as to make them; null for any other canvas
 */
export function paintMarks(
  context: CanvasRenderingContext2D,
  marks: readonly CurveMark[],
  frame: Frame,
  layer: RasterLayer,
  within: ColumnSpan | null = null,
): void {
  context.save();
  context.beginPath();
  const { left, top, width, height } = clipOf(frame);
  context.rect(left, top, width, height);
  context.clip();
  context.lineJoin = 'round';
  for (let index = 0; index < marks.length; index++) {
    const mark = marks[index]!;
    if (!isRaster(mark)) {
      paintMark(context, mark, frame);
      continue;
    }
    let end = index + 1;
    while (end < marks.length && isRaster(marks[end]!)) end++;
    const isFirst = within !== null && index === 0;
    drawColumns(marks.slice(index, end) as RasterMark[], frame, layer, isFirst ? within : ALL_COLUMNS);
    if (isFirst) layer.put(context, frame, within);
    else layer.lay(context, frame);
    index = end - 1;
  }
  context.restore();
}

type RasterMark = Extract<CurveMark, { kind: 'columns' | 'band' }>;

export const isRaster = (mark: CurveMark): mark is RasterMark =>
  mark.kind === 'columns' || mark.kind === 'band';

/** y in device pixels of the plot. */
export function pixelMap({ high, low, height, logarithmicY, ratio }: Frame): PixelMap {
  const [top, bottom] = logarithmicY ? [Math.log(high), Math.log(low)] : [high, low];
  const scale = (height * ratio) / (top - bottom);
  return { scale, offset: top * scale, logarithmic: logarithmicY };
}

function drawColumns(
  marks: readonly RasterMark[],
  frame: Frame,
  layer: RasterLayer,
  within: ColumnSpan,
): void {
  const width = marks[0]!.columns.width;
  const raster = layer.blank(width, Math.max(1, Math.round(frame.height * frame.ratio)), within);
  // The last curve lies on top, so it is drawn first and what lies behind fills the rest.
  const strokes = [...marks].reverse().map((mark): RasterStroke => {
    const base = { columns: mark.columns, color: pixelOf(mark.color) };
    return mark.kind === 'band'
      ? { ...base, upper: mark.upper, alpha: mark.alpha, width: 0, dash: [] }
      : {
          ...base,
          alpha: 1,
          width: mark.width * frame.ratio,
          dash: mark.dash.map((length) => length * frame.ratio),
        };
  });
  rasterise(raster, strokes, pixelMap(frame), within);
}

function paintMark(
  context: CanvasRenderingContext2D,
  mark: Exclude<CurveMark, RasterMark>,
  { x, y }: Frame,
): void {
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
