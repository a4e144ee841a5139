/** Titles, ticks and number formats of the axes. Pure. */
import { isActive, type Run } from '../../shared/run';
import {
  formatCount,
  formatDuration,
  formatMacs,
  formatRoundDuration,
  formatSetting,
  thousands,
} from '../../shared/format';
import { xOfStep, type Scale, type XAxis } from './series';

export interface AxisFormat {
  /** On the switch. */
  label: string;
  /** Under the axis. */
  title: string;
  /** A point's place on the axis. */
  format: (x: number) => string;
  /** A tick's label: ticks are round. */
  formatTick: (x: number) => string;
  /** Only whole numbers mean something. */
  whole: boolean;
  /** Where ticks stand, at most `most` of them; where it is missing, at round decimal numbers. */
  ticks?: (from: number, to: number, most: number) => number[];
}

const axis = (label: string, title: string, format: (x: number) => string, whole = false): AxisFormat => ({
  label,
  title,
  format,
  formatTick: format,
  whole,
});

export const AXES: Record<XAxis, AxisFormat> = {
  step: axis('Step', 'Step', (x) => thousands(Math.round(x)), true),
  epoch: axis('Epoch', 'Epoch', (x) => String(Number(x.toFixed(2)))),
  time: { ...axis('Time', 'Time', formatDuration), formatTick: formatRoundDuration, ticks: timeTicks },
  samples: axis('Samples', 'Samples', (x) => formatCount(Math.round(x))),
  macs: axis('MACs', 'Multiply-accumulates, training', formatMacs),
};

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];
/** Distances (seconds) of a time axis' ticks; below and above them 1, 2, 5 of a power of ten, of seconds and of days. */
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
];

/** The smallest round duration that is at least `least` seconds. */
function timeStep(least: number): number {
  const step = TIME_STEPS.find((one) => one >= least);
  if (step !== undefined && least > 0.5) return step;
  const unit = least > 0.5 ? DAY : 1;
  const power = 10 ** Math.floor(Math.log10(least / unit));
  return [1, 2, 5, 10].map((digit) => digit * power * unit).find((one) => one >= least * (1 - 1e-9))!;
}

/** Multiples of a round duration within a range of seconds. */
export function timeTicks(from: number, to: number, most: number): number[] {
  if (!(to > from)) return [from];
  const step = timeStep((to - from) / most);
  // The little more and less keeps the ends of the range, which rounding may put just outside.
  const first = Math.ceil(from / step - 1e-6);
  const last = Math.floor(to / step + 1e-6);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** The time axis of a run whose end cannot be estimated yet is this long, in seconds. */
const FIRST_TIME = MINUTE;
/** The planned time moves with each estimate; an axis moves by one in this many parts. */
const TIME_PARTS = 8;

/**
 * Where an axis ends as the run is planned, so that its curve grows over an axis that stays; null once the run is over,
 * when the axis ends with the curve.
 *
 * @param secondsLeft as its trainer estimates them; null or undefined where it cannot yet.
 */
export function plannedEnd(
  axis: XAxis,
  run: Pick<Run, 'state' | 'totalSteps' | 'seconds'>,
  scale: Scale,
  secondsLeft: number | null | undefined,
): number | null {
  if (!isActive(run.state)) return null;
  if (axis !== 'time') return xOfStep(axis, run.totalSteps, 0, scale);
  if (secondsLeft == null) return FIRST_TIME;
  const end = run.seconds + secondsLeft;
  if (!(end > 0)) return FIRST_TIME;
  const step = timeStep(end / TIME_PARTS);
  return Math.ceil(end / step) * step;
}

/** An accuracy is never less or more. */
export const ACCURACY_LIMITS: readonly [number, number] = [0, 1];

/** Ticks of an accuracy axis: `40 %`, `99.5 %` where it is zoomed in. */
export const accuracyTick = (y: number): string => `${formatSetting(Number((y * 100).toFixed(2)))} %`;

/** Ticks of a loss axis: round numbers without trailing zeros, powers as `formatLoss` writes them. */
export function lossTick(y: number): string {
  const round = Number(y.toPrecision(4));
  return Math.abs(y) >= 1e5 ? round.toExponential() : formatSetting(round);
}
