/**
 * A chart as a figure of its own: the marks, ticks and labels that the screen was drawn from, with a title and a legend. It
 * is written as SVG, or drawn on a canvas, from one description. Pure but for the canvas.
 */
import { FONT, type Palette } from '../base/theme';
import type { FrameChart } from './chart-config';
import type { LegendEntry } from './curve';
import { clipOf, paintMarks, RasterLayer, RING, type Frame } from './paint';
import type { CurveMark } from './marks';
import type { Point } from './samples';

/** A label of an axis, and where it stands. */
export interface FigureTick {
  label: string;
  value: number;
  /** Pixels of the figure, along the axis. */
  at: number;
}

export interface FigureAxis {
  title: string;
  from: number;
  to: number;
  logarithmic: boolean;
  ticks: readonly FigureTick[];
}

export interface FigureEntry {
  label: string;
  color: string;
  dash: readonly number[];
  marked: boolean;
  left: number;
  top: number;
}

export interface Figure {
  width: number;
  height: number;
  title: string;
  /** Below the title: which runs, how smoothed, how many points. */
  notes: readonly string[];
  legend: readonly FigureEntry[];
  plot: { left: number; top: number; right: number; bottom: number };
  x: FigureAxis;
  y: FigureAxis;
  marks: readonly CurveMark[];
  /** x of vertical lines. */
  verticals: readonly number[];
  palette: Palette;
  frame: Frame;
}

export interface FigureText {
  title: string;
  notes: readonly string[];
  legend: readonly LegendEntry[];
}

const MARGIN = 24;
const LINE = 24;
const SWATCH = 34;

export const FONTS = {
  title: `600 20px ${FONT}`,
  text: `14px ${FONT}`,
  label: `12px ${FONT}`,
} as const;

/** What stands above the plot, and the room it takes. */
export interface FigureHead {
  title: string;
  notes: string[];
  legend: FigureEntry[];
  height: number;
}

/** Where title, notes and legend stand; `measure` gives the width of a text in pixels. */
export function layOutHead(
  { title, notes, legend }: FigureText,
  width: number,
  measure: (text: string) => number,
): FigureHead {
  let top = 34 + notes.length * 22 + 16;
  let left = MARGIN;
  const entries = legend.map(({ label, style, marked }) => {
    const needed = SWATCH + 10 + measure(label) + MARGIN;
    if (left > MARGIN && left + needed > width - MARGIN) [left, top] = [MARGIN, top + LINE];
    const entry = { label, color: style.color, dash: style.dash, marked: marked ?? false, left, top };
    left += needed;
    return entry;
  });
  return { title, notes: [...notes], legend: entries, height: top + (legend.length > 0 ? 20 : 0) };
}

/** The figure of a chart that was drawn for it, below a head of this height. */
export function figureOf(
  chart: FrameChart,
  { marks }: { marks: readonly CurveMark[] },
  frame: Frame,
  head: FigureHead,
  verticals: readonly number[],
  palette: Palette,
): Figure {
  const { x, y } = chart.scales;
  const { left, top, right, bottom } = chart.chartArea;
  const ticksOf = (scale: NonNullable<typeof x>): FigureTick[] =>
    scale.ticks.map(({ value, label }) => ({
      value,
      label: String(label ?? ''),
      at: scale.getPixelForValue(value) + (scale === y ? head.height : 0),
    }));
  const axisOf = (scale: NonNullable<typeof x>): FigureAxis => {
    const { title } = scale.options as unknown as { title: { text: string } };
    const { min, max, type } = scale;
    return {
      title: title.text,
      from: min,
      to: max,
      logarithmic: type === 'logarithmic',
      ticks: ticksOf(scale),
    };
  };
  const down = head.height;
  return {
    width: chart.width,
    height: chart.height + down,
    title: head.title,
    notes: head.notes,
    legend: head.legend,
    plot: { left, right, top: top + down, bottom: bottom + down },
    x: axisOf(x!),
    y: axisOf(y!),
    marks,
    verticals,
    palette,
    frame: { ...frame, top: frame.top + down, y: (value) => frame.y(value) + down },
  };
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]!);

/** A number of pixels, without digits that nobody sees. */
const px = (value: number): string => String(Math.round(value * 100) / 100);

/** The figure as an SVG document, with real text, that other programs open. */
export function figureSvg(figure: Figure): string {
  const { width, height, palette: p, plot, legend, frame } = figure;
  const text = (
    content: string,
    x: number,
    y: number,
    { size = 12, fill = p.muted, anchor = 'start', weight = 400, transform = '' } = {},
  ): string =>
    `<text x="${px(x)}" y="${px(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"` +
    `${weight === 400 ? '' : ` font-weight="${weight}"`}${transform && ` transform="${transform}"`}` +
    ` dominant-baseline="central">${escaped(content)}</text>`;
  const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, extra = ''): string =>
    `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" stroke="${stroke}"${extra}/>`;
  const dashes = (dash: readonly number[]): string =>
    dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : '';

  const parts: string[] = [
    `<rect width="${px(width)}" height="${px(height)}" fill="${p.panel}"/>`,
    text(figure.title, MARGIN, 32, { size: 20, fill: p.text, weight: 600 }),
    ...figure.notes.map((note, index) => text(note, MARGIN, 58 + index * 22, { size: 14 })),
    ...legend.map(({ label, color, dash, marked, left, top }) =>
      [
        line(left, top, left + SWATCH, top, color, ` stroke-width="2.5"${dashes(dash)}`),
        marked ? `<circle cx="${px(left + SWATCH / 2)}" cy="${px(top)}" r="4" fill="${color}"/>` : '',
        text(label, left + SWATCH + 10, top, { size: 14, fill: p.text }),
      ].join(''),
    ),
    ...figure.y.ticks.map(({ at, label }) =>
      [line(plot.left, at, plot.right, at, p.border), text(label, plot.left - 8, at, { anchor: 'end' })].join(
        '',
      ),
    ),
    line(plot.left, plot.bottom, plot.right, plot.bottom, p.control),
    ...figure.x.ticks.map(({ at, label }) => text(label, at, plot.bottom + 16, { anchor: 'middle' })),
    text(figure.x.title, (plot.left + plot.right) / 2, height - 12, { anchor: 'middle' }),
    text(figure.y.title, 0, 0, {
      anchor: 'middle',
      transform: `translate(14 ${px((plot.top + plot.bottom) / 2)}) rotate(-90)`,
    }),
    ...figure.verticals
      .filter((x) => x >= figure.x.from && x <= figure.x.to)
      .map((x) =>
        line(
          frame.x(x),
          plot.top,
          frame.x(x),
          plot.bottom,
          p.warning,
          ' stroke-width="1.25" stroke-dasharray="4 4"',
        ),
      ),
    `<g clip-path="url(#plot)" fill="none" stroke-linejoin="round">${figure.marks.map((mark) => markSvg(mark, frame)).join('')}</g>`,
  ];
  const box = clipOf(frame);
  const clip =
    `<clipPath id="plot"><rect x="${px(box.left)}" y="${px(box.top)}"` +
    ` width="${px(box.width)}" height="${px(box.height)}"/></clipPath>`;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${px(width)}" height="${px(height)}"` +
    ` viewBox="0 0 ${px(width)} ${px(height)}" font-family="${escaped(FONT)}">` +
    `<title>${escaped(figure.title)}</title><defs>${clip}</defs>\n${parts.join('\n')}\n</svg>\n`
  );
}

function markSvg(mark: CurveMark, { x, y }: Frame): string {
  const path = (points: readonly Point[]): string => {
    let down = false;
    return points
      .map((point) => {
        if (!Number.isFinite(point.y)) {
          down = false;
          return '';
        }
        const text = `${down ? 'L' : 'M'}${px(x(point.x))} ${px(y(point.y))}`;
        down = true;
        return text;
      })
      .join('');
  };
  const label = `<title>${escaped(mark.label)}</title>`;
  switch (mark.kind) {
    case 'ring':
      return `<circle cx="${px(x(mark.at.x))}" cy="${px(y(mark.at.y))}" r="${RING}" stroke="${mark.color}" stroke-width="2">${label}</circle>`;
    case 'band':
      return bandParts(mark)
        .map(
          ({ low, high }) =>
            `<path d="${path([...low, ...[...high].reverse()])}Z" fill="${mark.color}" fill-opacity="${mark.alpha}" stroke="none">${label}</path>`,
        )
        .join('');
    case 'path':
    case 'columns': {
      const points = mark.kind === 'path' ? mark.at : columnPoints(mark);
      const dash = mark.dash.length > 0 ? ` stroke-dasharray="${mark.dash.join(' ')}"` : '';
      const dots =
        mark.kind === 'path' && mark.dots > 0
          ? mark.at
              .filter((point) => Number.isFinite(point.y))
              .map(
                (point) =>
                  `<circle cx="${px(x(point.x))}" cy="${px(y(point.y))}" r="${mark.dots}" fill="${mark.color}"/>`,
              )
              .join('')
          : '';
      return `<path d="${path(points)}" stroke="${mark.color}" stroke-width="${mark.width}"${dash}>${label}</path>${dots}`;
    }
  }
}

/** The points of a curve of columns: in each column the first, the two extremes and the last value. */
export function columnPoints({ columns }: Extract<CurveMark, { kind: 'columns' }>): Point[] {
  const { borders, first, last, low, high, cut, width, before, after } = columns;
  const points: Point[] = before ? [before] : [];
  for (let column = 0; column < width; column++) {
    const value = first[column]!;
    if (value !== value) continue;
    const x = (borders[column]! + borders[column + 1]!) / 2;
    if (cut[column]) points.push({ x, y: NaN });
    const values = [value];
    for (const y of [high[column]!, low[column]!, last[column]!]) if (y !== values.at(-1)) values.push(y);
    for (const y of values) points.push({ x, y });
  }
  if (after) points.push(after);
  return points;
}

/** The parts of a band in which both edges have values: in each column the least and the greatest. */
function bandParts({
  columns,
  upper,
}: Extract<CurveMark, { kind: 'band' }>): { low: Point[]; high: Point[] }[] {
  const parts: { low: Point[]; high: Point[] }[] = [];
  let part: { low: Point[]; high: Point[] } | null = null;
  for (let column = 0; column < columns.width; column++) {
    const [low, high] = [columns.low[column]!, upper.high[column]!];
    // A column without points lies between two that have some.
    if (Number.isNaN(low) || Number.isNaN(high)) continue;
    if (columns.cut[column] || !part) parts.push((part = { low: [], high: [] }));
    const x = (columns.borders[column]! + columns.borders[column + 1]!) / 2;
    part.low.push({ x, y: low });
    part.high.push({ x, y: high });
  }
  return parts;
}

/** Draws the figure on a canvas that is scaled for it. */
export function paintFigure(context: CanvasRenderingContext2D, figure: Figure): void {
  const { width, height, palette: p, plot, frame } = figure;
  const text = (
    content: string,
    x: number,
    y: number,
    { font = FONTS.label as string, fill = p.muted, align = 'left' as CanvasTextAlign } = {},
  ): void => {
    context.font = font;
    context.fillStyle = fill;
    context.textAlign = align;
    context.fillText(content, x, y);
  };
  const line = (
    x1: number,
    y1: number,
    x2: number,
    y2: number,
    stroke: string,
    thick = 1,
    dash: readonly number[] = [],
  ): void => {
    context.strokeStyle = stroke;
    context.lineWidth = thick;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
    context.setLineDash([]);
  };
  context.textBaseline = 'middle';
  context.fillStyle = p.panel;
  context.fillRect(0, 0, width, height);
  text(figure.title, MARGIN, 32, { font: FONTS.title, fill: p.text });
  figure.notes.forEach((note, index) => text(note, MARGIN, 58 + index * 22, { font: FONTS.text }));
  for (const { label, color, dash, marked, left, top } of figure.legend) {
    line(left, top, left + SWATCH, top, color, 2.5, dash);
    if (marked) {
      context.fillStyle = color;
      context.beginPath();
      context.arc(left + SWATCH / 2, top, 4, 0, 2 * Math.PI);
      context.fill();
    }
    text(label, left + SWATCH + 10, top, { font: FONTS.text, fill: p.text });
  }
  for (const { at, label } of figure.y.ticks) {
    line(plot.left, at, plot.right, at, p.border);
    text(label, plot.left - 8, at, { align: 'right' });
  }
  line(plot.left, plot.bottom, plot.right, plot.bottom, p.control);
  for (const { at, label } of figure.x.ticks) text(label, at, plot.bottom + 16, { align: 'center' });
  text(figure.x.title, (plot.left + plot.right) / 2, height - 12, { align: 'center' });
  context.save();
  context.translate(14, (plot.top + plot.bottom) / 2);
  context.rotate(-Math.PI / 2);
  text(figure.y.title, 0, 0, { align: 'center' });
  context.restore();
  for (const x of figure.verticals) {
    if (x < figure.x.from || x > figure.x.to) continue;
    line(frame.x(x), plot.top, frame.x(x), plot.bottom, p.warning, 1.25, [4, 4]);
  }
  paintMarks(context, figure.marks, frame, new RasterLayer());
}
