/** The learning rate of a recipe over its epochs, as it is drawn before the run, and in words. Pure. */
import { formatSetting, plural } from '../../../shared/format';
import { rateCurve, type RateCurve } from '../../../shared/learning-rate';
import { MONITORED } from '../../../shared/monitored';
import type { Recipe } from '../../../shared/recipe';
import type { Schedule } from '../../../shared/schedule';
import { roundTicks } from '../../charts/ticks';

export interface RatePicture {
  /** Of an SVG path in a box of `BOX`, the largest rate at its top and 0 at its bottom. */
  path: string;
  /** Epochs along the bottom; `at` is a share of the width. */
  ticks: { at: number; label: string }[];
  /** The largest rate. */
  top: string;
  /** A sentence. */
  words: string;
}

export const BOX = { width: 1000, height: 100 } as const;
const MOST_TICKS = 6;

const shown = (rate: number): string => formatSetting(Number(rate.toPrecision(3)));
const place = (value: number): string => String(Number(value.toFixed(2)));

/** @param after steps that are taken already */
export function ratePicture(recipe: Recipe, schedule: Schedule, after?: number): RatePicture {
  const curve = rateCurve(recipe, schedule, after);
  const x = (epochs: number): string => place((epochs / schedule.epochs) * BOX.width);
  const y = (rate: number): string => place(BOX.height - (rate / curve.peak) * BOX.height);
  // A step's rate holds until the next step.
  const path = curve.points
    .map(({ epochs, rate }, index) => (index === 0 ? `M${x(epochs)} ${y(rate)}` : `H${x(epochs)}V${y(rate)}`))
    .join('');
  const ticks = roundTicks(0, schedule.epochs, MOST_TICKS, true).map((epoch) => ({
    at: epoch / schedule.epochs,
    label: String(epoch),
  }));
  return { path, ticks, top: shown(curve.peak), words: wordsOf(recipe, curve) };
}

/** `Starts at 4e-5, is largest (0.001) after 3 epochs, ends at 0.` */
function wordsOf(recipe: Recipe, { start, peak, peakAt, end }: RateCurve): string {
  const rounded = Number(peakAt.toPrecision(2));
  const largest =
    peak > start
      ? `, is largest (${shown(peak)}) after ${rounded} ${rounded === 1 ? 'epoch' : 'epochs'}`
      : '';
  if (recipe.schedule !== 'plateau') return `Starts at ${shown(start)}${largest}, ends at ${shown(end)}.`;
  const { plateauPatience, decayFactor, plateauMetric, minimumRate } = recipe;
  const least = minimumRate > 0 ? `, down to ${shown(minimumRate)}` : '';
  return (
    `Starts at ${shown(start)}${largest}, and is multiplied by ${shown(decayFactor)} after each ` +
    `${plural(plateauPatience, 'epoch')} without a better ${MONITORED[plateauMetric].label.toLowerCase()}${least}.`
  );
}
