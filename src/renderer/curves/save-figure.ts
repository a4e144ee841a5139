/** Saves what a chart shows as a file of the person's choice. */
import { fileName } from '../../shared/file-name';
import { plural } from '../../shared/format';
import { download, downloadBlob } from '../base/download';
import { paletteOf } from '../base/theme';
import { curvesCsv, pointCount } from '../charts/csv';
import type { Curve, LegendEntry } from '../charts/curve';
import { figureSvg } from '../charts/figure';
import type { ChartLook } from '../charts/live-chart';
import { figureUrl, makeFigure } from '../charts/make-figure';
import { inTheme } from '../charts/palette';
import { describeDrawn } from './chart-look';
import { useFigureSettings, type FigureColors, type FigureFormat } from './figure-settings';

export interface ShownChart {
  title: string;
  /** Which runs, and how smoothed. */
  notes: readonly string[];
  curves: readonly Curve[];
  legend: readonly LegendEntry[];
  look: ChartLook;
}

/** `96,000 points of 12 curves, none left out.` */
export function describeNumbers(curves: readonly Curve[]): string {
  const shown = curves.filter(({ kind }) => kind !== 'best');
  return `${plural(pointCount(curves), 'point')} of ${plural(shown.length, 'curve')}, none left out.`;
}

/** Saves a chart in a format, by the settings of figures. */
export function useSaveFigure(): (format: FigureFormat, chart: ShownChart) => void {
  const settings = useFigureSettings();
  const savePicture = (format: 'png' | 'svg', name: string, chart: ShownChart): void => {
    const { title, notes, curves, legend, look } = inColors(chart, settings.colors);
    const { width, height } = settings;
    const scale = format === 'png' ? Number(settings.scale) : 1;
    const figure = makeFigure(
      curves,
      look,
      { title, legend },
      (drawn) => [...notes, ...[describeDrawn(drawn)].filter((note) => note !== null)],
      { width, height, scale },
    );
    if (format === 'png') download(name, figureUrl(figure, scale));
    else downloadBlob(name, new Blob([figureSvg(figure)], { type: 'image/svg+xml' }));
  };
  return (format, chart) => {
    const { title, notes, curves, look } = chart;
    const name = fileName(`${title} - ${notes[0] ?? ''}`, format, 'chart');
    if (format !== 'csv') savePicture(format, name, chart);
    else
      downloadBlob(name, new Blob([curvesCsv(curves, look.axis.title, look.y.title)], { type: 'text/csv' }));
  };
}

/** A chart in the colours of the window, or of a dark or a light page. */
function inColors(chart: ShownChart, colors: FigureColors): ShownChart {
  if (colors === 'window') return chart;
  const dark = colors === 'dark';
  return {
    ...chart,
    curves: chart.curves.map((curve) => ({ ...curve, style: inTheme(curve.style, dark) })),
    legend: chart.legend.map((entry) => ({ ...entry, style: inTheme(entry.style, dark) })),
    look: { ...chart.look, palette: paletteOf(dark) },
  };
}
