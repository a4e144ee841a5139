/** Titles, ticks and number formats of the axes. Pure. */
import { isActive, type Run } from '../../shared/run';
import {
  DAY,
  formatBytes,
  formatCount,
  formatDuration,
  formatLoss,
  formatMacs,
  formatPercent,
  formatRate,
  formatRoundDuration,
  formatSetting,
  HOUR,
  MINUTE,
  thousands,
} from '../../shared/format';
import { xOfStep, type Scale, type XAxis } from './series';

export interface AxisFormat {
  /** On the switch. */
  label: string;
  /** Within a sentence. */
  name: string;
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
  /** Where the axis begins at the latest; null where the curves begin. */
  origin: number | null;
}

const axis = (label: string, title: string, format: (x: number) => string, whole = false): AxisFormat => ({
  label,
  // An abbreviation stays one.
  name: /^[A-Z]{2}/.test(label) ? label : label.toLowerCase(),
  title,
  format,
  formatTick: format,
  whole,
  origin: 0,
});

export const AXES: Record<XAxis, AxisFormat> = {
  step: axis('Step', 'Step', (x) => thousands(Math.round(x)), true),
  epoch: axis('Epoch', 'Epoch', (x) => String(Number(x.toFixed(2)))),
  time: { ...axis('Time', 'Time', formatDuration), formatTick: formatRoundDuration, ticks: timeTicks },
  wall: {
    ...axis('Wall time', 'Wall time', formatWall),
    formatTick: formatWallTick,
    ticks: clockTicks,
    // Nothing began in 1970.
    origin: null,
  },
  images: axis('Images', 'Images seen', (x) => formatCount(Math.round(x))),
  macs: axis('MACs', 'Multiply-accumulates, training', formatMacs),
};

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

const twoDigits = (value: number): string => String(value).padStart(2, '0');

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const dayOf = (date: Date): string => `${date.getDate()} ${MONTHS[date.getMonth()]!}`;

/** `29 Nov 14:05:09`, of milliseconds since 1970, by the clock of this machine. */
function formatWall(instant: number): string {
  const date = new Date(instant);
  return `${dayOf(date)} ${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}:${twoDigits(date.getSeconds())}`;
}

/** `14:05`; at midnight the day; with seconds where they are not round. */
function formatWallTick(instant: number): string {
  const date = new Date(Math.round(instant));
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()];
  if (hours === 0 && minutes === 0 && seconds === 0) return dayOf(date);
  return `${twoDigits(hours)}:${twoDigits(minutes)}${seconds ? `:${twoDigits(seconds)}` : ''}`;
}

/** Round times of the clock of this machine within a range of milliseconds since 1970. */
function clockTicks(from: number, to: number, most: number): number[] {
  const offset = -new Date(from).getTimezoneOffset() * 60_000;
  return timeTicks((from + offset) / 1000, (to + offset) / 1000, most).map((tick) => tick * 1000 - offset);
}

/** The shortest time axis of a run whose end cannot be estimated yet, in seconds. */
const FIRST_TIME = 10;
/** How much of such an axis the curve takes at most. */
const FIRST_SHARE = 0.8;
/** The planned time moves with each estimate; an axis moves by one in this many parts. */
const TIME_PARTS = 8;

/**
 * Where an axis ends as the run is planned, so that its curve grows over an axis that stays; null once the run is over,
 * when the axis ends with the curve.
 *
 * @param secondsLeft as its trainer estimates them; null or undefined where it cannot yet. Until then a time axis grows with
 *   the curve.
 */
export function plannedEnd(
  axis: XAxis,
  run: Pick<Run, 'state' | 'totalSteps' | 'seconds'>,
  scale: Scale,
  secondsLeft: number | null | undefined,
): number | null {
  if (!isActive(run.state)) return null;
  // The clock goes on while a run waits, so its end is not planned.
  if (axis === 'wall') return null;
  if (axis !== 'time') return xOfStep(axis, run.totalSteps, 0, scale);
  if (secondsLeft == null) return roomFor(run.seconds);
  const end = run.seconds + secondsLeft;
  if (!(end > 0)) return roomFor(run.seconds);
  const step = timeStep(end / TIME_PARTS);
  return Math.ceil(end / step) * step;
}

/** A round duration with room for a curve that is so long, so that the axis seldom moves while the curve grows. */
const roomFor = (seconds: number): number => timeStep(Math.max(FIRST_TIME, seconds / FIRST_SHARE));

/** The vertical axis of a chart. */
export interface ValueAxis {
  title: string;
  format: (y: number) => string;
  /** Shorter than `format`: ticks are round numbers. */
  formatTick: (y: number) => string;
  logarithmic: boolean;
  /** The axis always contains these. */
  includes: readonly number[];
  /** The axis never leaves these; null where any value may come. */
  limits: readonly [low: number, high: number] | null;
  /** How values are typed: shares as percent. */
  typed: { factor: number; unit: string };
}

const AS_THEY_ARE = { factor: 1, unit: '' };

/** The axis of losses, which have no limits and may be shown by their powers of ten. */
export const lossAxis = (title: string, logarithmic: boolean): ValueAxis => ({
  title,
  format: formatLoss,
  formatTick: lossTick,
  logarithmic,
  includes: [],
  limits: null,
  typed: AS_THEY_ARE,
});

/** The axis of learning rates, from 0 on unless by powers of ten. */
export const rateAxis = (title: string, logarithmic = false): ValueAxis => ({
  title,
  format: (y) => formatSetting(Number(y.toPrecision(4))),
  formatTick: lossTick,
  logarithmic,
  includes: logarithmic ? [] : [0],
  limits: null,
  typed: AS_THEY_ARE,
});

/** The axis of a value of the machine: images per second, bytes, seconds. */
export function machineAxis(title: string, value: 'imagesPerSecond' | 'memoryBytes' | 'seconds'): ValueAxis {
  const format = { imagesPerSecond: formatRate, memoryBytes: formatBytes, seconds: formatDuration }[value];
  return {
    title,
    format,
    formatTick: format,
    logarithmic: false,
    includes: [0],
    limits: null,
    typed: AS_THEY_ARE,
  };
}

/** The axis of accuracies; with `whole` it always goes from 0 to 100 %. */
export const accuracyAxis = (title: string, whole: boolean): ValueAxis => ({
  title,
  format: (y) => formatPercent(y, 1),
  formatTick: accuracyTick,
  logarithmic: false,
  includes: whole ? ACCURACY_LIMITS : [],
  limits: ACCURACY_LIMITS,
  typed: { factor: 100, unit: '%' },
});

/** An accuracy is never less or more. */
const ACCURACY_LIMITS: readonly [number, number] = [0, 1];

/** Ticks of an accuracy axis: `40 %`, `99.5 %` where it is zoomed in. */
export const accuracyTick = (y: number): string => `${formatSetting(Number((y * 100).toFixed(2)))} %`;

/** Ticks of a loss axis: round numbers without trailing zeros, powers as `formatLoss` writes them. */
export function lossTick(y: number): string {
  const round = Number(y.toPrecision(4));
  return Math.abs(y) >= 1e5 ? round.toExponential() : formatSetting(round);
}
