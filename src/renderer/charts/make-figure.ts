/** A chart as a file: drawn again in the size of the file, from the same curves, options and marks as on the screen. */
import type { Curve } from './curve';
import { FONTS, layOutHead, paintFigure, type Figure, type FigureText } from './figure';
import { LiveChart, type ChartLook } from './live-chart';

export interface FigureSize {
  /** Pixels of the whole figure. */
  width: number;
  height: number;
  /** Device pixels of each, for an image. */
  scale: number;
}

/** Plots that are less high show nothing. */
const LEAST_PLOT = 160;

/** @param notes what stands below the title, given how much of the curves is drawn */
export function makeFigure(
  curves: readonly Curve[],
  look: ChartLook,
  text: Omit<FigureText, 'notes'>,
  notes: (drawn: { points: number; total: number }) => readonly string[],
  { width, height, scale }: FigureSize,
): Figure {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d')!;
  const measure = (label: string): number => {
    context.font = FONTS.text;
    return context.measureText(label).width;
  };
  // How many notes there are decides how much room is left; what they say is known once it has been drawn.
  const room = layOutHead({ ...text, notes: notes({ points: 0, total: 0 }) }, width, measure).height;
  const plotHeight = Math.max(LEAST_PLOT, height - room);
  [canvas.width, canvas.height] = [width, plotHeight];
  [canvas.style.width, canvas.style.height] = [`${width}px`, `${plotHeight}px`];
  let counts = { points: 0, total: 0 };
  const chart = new LiveChart((drawn) => (counts = drawn), { ratio: scale });
  try {
    chart.draw(canvas, curves, { ...look, emphasised: null });
    return chart.figure(layOutHead({ ...text, notes: notes(counts) }, width, measure))!;
  } finally {
    chart.destroy();
  }
}

/** As an image: a PNG as data URL. */
export function figureUrl(figure: Figure, scale: number): string {
  const page = document.createElement('canvas');
  page.width = figure.width * scale;
  page.height = figure.height * scale;
  const context = page.getContext('2d')!;
  context.scale(scale, scale);
  paintFigure(context, { ...figure, frame: { ...figure.frame, ratio: scale } });
  return page.toDataURL('image/png');
}
