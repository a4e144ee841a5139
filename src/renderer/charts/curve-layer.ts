/**
 * The canvas of a chart's curves, which lies over that of its axes. Where curves have only grown since the last drawing, no more
 * than their new ends is drawn: a live step changes a few of thousands of columns of pixels.
 */
import type { CurveMark } from './marks';
import { EDGE, isRaster, paintMarks, RasterLayer, type Frame } from './paint';

/** Device pixels beside a stroke or a dot that it may colour. */
const MARGIN = 3;

interface Painted {
  /** Everything but the marks on which a drawing depends. */
  key: string;
  marks: readonly CurveMark[];
}

export class CurveLayer {
  readonly #raster = new RasterLayer();
  #before: Painted | null = null;

  /**
   * Draws marks on a canvas, which is made as large as the one below it.
   *
   * @param key changes with everything but the marks: axes, limits, range of x
   */
  paint(
    canvas: HTMLCanvasElement,
    below: HTMLCanvasElement,
    marks: readonly CurveMark[],
    frame: Frame,
    key: string,
  ): void {
    const context = canvas.getContext('2d');
    if (!context) return;
    const { left, top, width, height, ratio, clipped } = frame;
    const now: Painted = { key: [key, left, top, width, height, ratio, clipped].join(' '), marks };
    // In any case: the columns begin to count what changes from here on.
    const changed = firstChanged(this.#before, now, frame);
    const from = fit(canvas, below) ? 0 : changed;
    this.#before = now;
    if (from >= Math.round(width * ratio) + EDGE * ratio) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (from <= 0) {
      context.clearRect(0, 0, canvas.width / ratio, canvas.height / ratio);
      paintMarks(context, marks, frame, this.#raster, 0);
      return;
    }
    // On whole device pixels, so that what is drawn meets what is there.
    const edge = (Math.round(left * ratio) + from) / ratio;
    context.save();
    context.beginPath();
    context.rect(edge, 0, canvas.width / ratio - edge, canvas.height / ratio);
    context.clip();
    context.clearRect(edge, 0, canvas.width / ratio - edge, canvas.height / ratio);
    paintMarks(context, marks, frame, this.#raster, from);
    context.restore();
  }
}

/** Gives a canvas the size of another one, which blanks it; false where it has that size. */
function fit(canvas: HTMLCanvasElement, { width, height, style }: HTMLCanvasElement): boolean {
  if (canvas.width === width && canvas.height === height) return false;
  [canvas.width, canvas.height] = [width, height];
  [canvas.style.width, canvas.style.height] = [style.width, style.height];
  return true;
}

/**
 * The first column of pixels of the plot in which two drawings differ: 0 where everything may, Infinity where nothing does. Columns
 * of curves forget what has changed in them.
 */
function firstChanged(before: Painted | null, now: Painted, frame: Frame): number {
  const { marks } = now;
  const rasters = marks.filter(isRaster);
  // Of all of them, whatever comes of it.
  const touched = rasters
    .flatMap((mark) => (mark.kind === 'band' ? [mark.columns, mark.upper] : [mark.columns]))
    .map((columns) => columns.takeTouched());
  const isKnown = before?.key === now.key && before.marks.length === marks.length;
  // Pixels of columns are kept from one drawing to the next where they are those of one raster below everything else.
  if (!isKnown || !rasters.every((mark, index) => marks[index] === mark)) return 0;
  const places = marks.map((mark, index) => firstOf(before.marks[index]!, mark, frame));
  return Math.max(0, Math.floor(Math.min(...touched, ...places)));
}

/** The first column in which two marks differ, but for what points have changed in columns. */
function firstOf(before: CurveMark, now: CurveMark, { x, left, ratio }: Frame): number {
  if (before.color !== now.color) return 0;
  if (now.kind === 'columns' && before.kind === 'columns') {
    const isSame = before.columns === now.columns && before.width === now.width;
    return isSame && sameList(before.dash, now.dash) ? Infinity : 0;
  }
  if (now.kind === 'band' && before.kind === 'band') {
    const isSame = before.columns === now.columns && before.upper === now.upper;
    return isSame && before.alpha === now.alpha ? Infinity : 0;
  }
  if (now.kind === 'ring' && before.kind === 'ring') {
    return before.at.x === now.at.x && before.at.y === now.at.y ? Infinity : 0;
  }
  if (now.kind !== 'path' || before.kind !== 'path') return 0;
  const isSame = before.width === now.width && before.dots === now.dots && sameList(before.dash, now.dash);
  if (!isSame) return 0;
  const [old, grown] = [before.at, now.at];
  const shared = old.findIndex(
    ({ x, y }, index) => !Object.is(grown[index]?.x, x) || !Object.is(grown[index]?.y, y),
  );
  if (shared < 0 && old.length === grown.length) return Infinity;
  const last = old[(shared < 0 ? old.length : shared) - 1];
  return last ? (x(last.x) - left - Math.max(now.width, now.dots)) * ratio - MARGIN : 0;
}

const sameList = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index]);
