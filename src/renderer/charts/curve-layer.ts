/**
 * The canvas of a chart's curves, which lies over that of its axes. Where curves have only grown since the last drawing, no more
 * than their new ends is drawn: a live step changes a few of thousands of columns of pixels, wherever its run is.
 */
import type { CurveMark } from './marks';
import { EDGE, isRaster, paintMarks, RasterLayer, RING, type Frame } from './paint';
import { ALL_COLUMNS, NO_COLUMNS, spanOfAll, type ColumnSpan } from './pixel-columns';
import type { Point } from './samples';

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
    const changed = changedSpan(this.#before, now, frame);
    const isOther = fit(canvas, below);
    this.#before = now;
    const end = Math.round(width * ratio) + EDGE * ratio;
    const within = isOther
      ? ALL_COLUMNS
      : { from: Math.max(0, Math.floor(changed.from)), to: Math.ceil(changed.to) };
    if (within.from >= end || within.to <= within.from) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    // What lies at the edges of the plot is drawn with its first and last column. On whole device pixels, so that what is
    // drawn meets what is there.
    const placeOf = (column: number): number => (Math.round(left * ratio) + column) / ratio;
    const x0 = within.from === 0 ? 0 : placeOf(within.from);
    const x1 = within.to >= end ? canvas.width / ratio : placeOf(within.to);
    context.save();
    context.beginPath();
    context.rect(x0, 0, x1 - x0, canvas.height / ratio);
    context.clip();
    context.clearRect(x0, 0, x1 - x0, canvas.height / ratio);
    paintMarks(context, marks, frame, this.#raster, within);
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
 * The columns of pixels of the plot in which two drawings differ: all where anything may. Columns of curves forget what has
 * changed in them.
 */
function changedSpan(before: Painted | null, now: Painted, frame: Frame): ColumnSpan {
  const { marks } = now;
  const rasters = marks.filter(isRaster);
  // Of all of them, whatever comes of it.
  const touched = rasters
    .flatMap((mark) => (mark.kind === 'band' ? [mark.columns, mark.upper] : [mark.columns]))
    .map((columns) => columns.takeTouched());
  const isKnown = before?.key === now.key && before.marks.length === marks.length;
  // Pixels of columns are kept from one drawing to the next where they are those of one raster below everything else.
  if (!isKnown || !rasters.every((mark, index) => marks[index] === mark)) return ALL_COLUMNS;
  return spanOfAll([...touched, ...marks.map((mark, index) => spanOf(before.marks[index]!, mark, frame))]);
}

/** The columns in which two marks differ, but for what points have changed in columns. */
function spanOf(before: CurveMark, now: CurveMark, frame: Frame): ColumnSpan {
  const either = (isSame: boolean): ColumnSpan => (isSame ? NO_COLUMNS : ALL_COLUMNS);
  if (before.color !== now.color) return ALL_COLUMNS;
  if (now.kind === 'columns' && before.kind === 'columns') {
    const isSame = before.columns === now.columns && before.width === now.width;
    return either(isSame && sameList(before.dash, now.dash));
  }
  if (now.kind === 'band' && before.kind === 'band') {
    const isSame = before.columns === now.columns && before.upper === now.upper;
    return either(isSame && before.alpha === now.alpha);
  }
  if (now.kind === 'ring' && before.kind === 'ring') {
    const isSame = before.at.x === now.at.x && before.at.y === now.at.y;
    return isSame ? NO_COLUMNS : around([before.at, now.at], RING, frame);
  }
  if (now.kind !== 'path' || before.kind !== 'path') return ALL_COLUMNS;
  const isSame = before.width === now.width && before.dots === now.dots && sameList(before.dash, now.dash);
  // Gaps of a stroke stand where its whole length has them: only a curve that goes on behind keeps those that it has.
  return isSame ? spanOfTails(before.at, now.at, Math.max(now.width, now.dots), frame) : ALL_COLUMNS;
}

/** Where two paths differ, from the last point that both have on. */
function spanOfTails(
  old: readonly Point[],
  grown: readonly Point[],
  reach: number,
  frame: Frame,
): ColumnSpan {
  const shared = old.findIndex(
    ({ x, y }, index) => !Object.is(grown[index]?.x, x) || !Object.is(grown[index]?.y, y),
  );
  if (shared < 0 && old.length === grown.length) return NO_COLUMNS;
  const from = (shared < 0 ? old.length : shared) - 1;
  return from < 0 ? ALL_COLUMNS : around([...old.slice(from), ...grown.slice(from)], reach, frame);
}

/** The columns that something at these points may colour, so far from them; CSS pixels. */
function around(points: readonly Point[], reach: number, { x, left, ratio }: Frame): ColumnSpan {
  const places = points.map((point) => (x(point.x) - left) * ratio);
  const margin = reach * ratio + MARGIN;
  const span = { from: Math.min(...places) - margin, to: Math.max(...places) + margin };
  // A point without a place may be anywhere.
  return Number.isNaN(span.to) ? ALL_COLUMNS : span;
}

const sameList = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index]);
