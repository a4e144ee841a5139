/**
 * How figures are written, once for window, terminal and messages, and independent of the machine's locale: a point for
 * the fraction, a comma every three digits, a space before units, a dash where there is nothing to say. Pure.
 */
import * as numbers from '../architecture/number-text';
import type { GpuMemory } from './run';

/** Stands where a value is not known (yet). */
export const NOTHING = '–';

type Value = number | null | undefined;
const known = (value: Value): value is number => typeof value === 'number' && Number.isFinite(value);

/** In full: `11,173,962`. */
export function thousands(value: Value): string {
  return known(value) ? numbers.thousands(value) : NOTHING;
}

/** Three digits in powers of 1000: `11.2 M`. */
export function formatCount(value: Value): string {
  return known(value) ? numbers.formatCount(value) : NOTHING;
}

/** `1 run`, `3 runs`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${thousands(count)} ${count === 1 ? one : many}`;
}

/** `epoch 3` → `Epoch 3`. */
export const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** What is wrong, as a sentence of its own: `epochs must be at least 1` → `Epochs must be at least 1.` */
export const asSentence = (text: string): string => `${capitalized(text)}.`;

/** A sentence as a part of another: `It is there.` → `it is there` */
export const inSentence = (sentence: string): string =>
  `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}`;

/** Memory in powers of 1024: `43.2 MiB`. */
export function formatBytes(bytes: Value): string {
  return known(bytes) ? numbers.formatBytes(bytes) : NOTHING;
}

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in powers of 1000, as disks and downloads are sold: 170498071 → `170 MB`, 1234567 → `1.23 MB`. */
export function formatDiskBytes(bytes: Value): string {
  if (!known(bytes)) return NOTHING;
  let unit = 0;
  let rest = Math.abs(bytes);
  while (unit < DECIMAL.length - 1 && Number(rest.toPrecision(3)) >= 1000) {
    rest /= 1000;
    unit++;
  }
  // Trailing zeros stay, so that a figure that grows does not change its width.
  const digits = unit === 0 || rest >= 999.5 ? thousands(Math.round(rest)) : rest.toPrecision(3);
  return `${bytes < 0 ? '-' : ''}${digits} ${DECIMAL[unit]}`;
}

/** Memory of a GPU in use, of all: `1.5 GiB of 80 GiB`. */
export const formatGpuMemory = ({ usedBytes, totalBytes }: GpuMemory): string =>
  `${formatBytes(usedBytes)} of ${formatBytes(totalBytes)}`;

/** Processors kept busy, of all: `1.9 of 2`. */
export function formatCores(cores: Value, all: number): string {
  return known(cores) ? `${cores.toFixed(1)} of ${thousands(all)}` : NOTHING;
}

/** Multiply-accumulates: `1.81 GMAC`. */
export function formatMacs(macs: Value): string {
  if (!known(macs)) return NOTHING;
  const count = formatCount(macs);
  return count.includes(' ') ? `${count}MAC` : `${count} MAC`;
}

/** A shape: [32, 32, 3] → `32 × 32 × 3`. */
export function formatShape(shape: readonly number[]): string {
  return shape.join(' × ');
}

/** A share as a percentage: 0.6465 → `64.65 %`. */
export function formatPercent(share: Value, digits = 2): string {
  return known(share) ? `${(share * 100).toFixed(digits)} %` : NOTHING;
}

/** Whole per cent of a job that is done, 0 to 100: not 100 before its very end. */
export function wholePercent(share: number): number {
  // The little more makes up for products such as 0.29 * 100 = 28.999999999999996.
  return Math.max(0, Math.min(100, Math.floor(share * 100 + 1e-9)));
}

/** How much of a job is done: 0.996 → `99 %`. */
export function formatProgress(share: Value): string {
  return known(share) ? `${wholePercent(share)} %` : NOTHING;
}

/**
 * A loss with four digits behind the point, `2.3026`, two from 100 on; very large and very small ones as `1.23e+8`, so
 * that none reads `0.0000` but 0. `NaN` and `∞` are what a loss has diverged to.
 */
export function formatLoss(value: Value): string {
  if (typeof value !== 'number') return NOTHING;
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞';
  const size = Math.abs(value);
  // Rounded first: 99.99996 would read 100.0000, and 99,999.996 as 100,000.00.
  if (size !== 0 && (size < 1e-3 || Number(size.toFixed(2)) >= 1e5)) return value.toExponential(2);
  const text = value.toFixed(Number(size.toFixed(4)) >= 100 ? 2 : 4);
  const [whole = '', fraction = ''] = text.split('.');
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${fraction}`;
}

/** A setting (learning rate, momentum, L2) as short as it can be written: `0.001`, `1e-5`, `0.9`. */
export function formatSetting(value: Value): string {
  return known(value) ? numbers.formatSetting(value) : NOTHING;
}

/** Images per second: `1,234 img/s`, `42.3 img/s`. */
export function formatRate(imagesPerSecond: Value): string {
  if (!known(imagesPerSecond)) return NOTHING;
  const digits =
    imagesPerSecond >= 99.95 ? thousands(Math.round(imagesPerSecond)) : imagesPerSecond.toFixed(1);
  return `${digits} img/s`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Seconds. */
export const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** Seconds as a person says them: `412 ms`, `7.4 s`, `2 min 05 s`, `2 h 05 min`, `2 d 03 h`, `1,234 d`. */
export function formatDuration(seconds: Value): string {
  if (!known(seconds) || seconds < 0) return NOTHING;
  if (seconds === 0) return '0 s';
  if (seconds < 0.0005) return '< 1 ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${two(whole % MINUTE)} s`;
  const minutes = Math.round(seconds / MINUTE);
  if (minutes < DAY / MINUTE) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.round(seconds / HOUR);
  if (hours < 2400) return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
  return `${thousands(Math.round(seconds / DAY))} d`;
}

/** A round duration, without the parts that are 0: `10 min`, `1 h 30 min`, `0.5 s`. */
export function formatRoundDuration(seconds: Value): string {
  if (!known(seconds) || seconds < 0) return NOTHING;
  // Microseconds hide what binary fractions add.
  const all = Math.round(seconds * 1e6) / 1e6;
  const parts: [number, string][] = [
    [Math.floor(all / DAY), 'd'],
    [Math.floor(all / HOUR) % 24, 'h'],
    [Math.floor(all / MINUTE) % 60, 'min'],
    [Number((all % MINUTE).toFixed(6)), 's'],
  ];
  const said = parts.filter(([value]) => value > 0).map(([value, unit]) => `${thousands(value)} ${unit}`);
  return said.length === 0 ? '0 s' : said.join(' ');
}

/** A duration that counts on without jumping between units: `0:42`, `12:05`, `1:02:09`. */
export function formatClock(seconds: Value): string {
  if (!known(seconds) || seconds < 0) return NOTHING;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / HOUR), Math.floor(whole / MINUTE) % 60, whole % MINUTE];
  return hours > 0 ? `${thousands(hours)}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** How long ago, in one unit: `just now`, `12 min ago`, `3 h ago`, `5 d ago`. */
export function formatAge(seconds: Value): string {
  if (!known(seconds)) return NOTHING;
  // A clock that was moved back makes things seem to come from the future.
  if (seconds < MINUTE) return 'just now';
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ago`;
  return `${thousands(Math.floor(seconds / DAY))} d ago`;
}

/** An instant (milliseconds since 1970) in the user's time zone, to the minute: `2026-03-14 09:26`. */
export function formatInstant(milliseconds: Value): string {
  if (!known(milliseconds)) return NOTHING;
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return NOTHING;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `a`, `a or b`, `a, b or c` */
export const listed = (texts: readonly string[], last: 'and' | 'or'): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} ${last} ${texts[texts.length - 1]!}`;
