/**
 * How figures are written on screen, once for the whole window and independent of the machine's locale: a point for
 * the fraction, a comma every three digits, a space before units, a dash where there is nothing to say.
 */
import { thousands as fullCount } from '../architecture/checks';
import { formatBytes as memoryBytes, formatCount as shortCount } from '../architecture/summary';
import type { GpuMemory } from '../shared/domain';

/** Stands where a value is not known (yet). */
export const NOTHING = '–';

type Value = number | null | undefined;
const known = (value: Value): value is number => typeof value === 'number' && Number.isFinite(value);

/** In full: `11,173,962`. */
export function thousands(value: Value): string {
  return known(value) ? fullCount(value) : NOTHING;
}

/** Three digits in powers of 1000: `11.2 M`. */
export function formatCount(value: Value): string {
  return known(value) ? shortCount(value) : NOTHING;
}

/** Memory in powers of 1024: `43.2 MiB`. */
export function formatBytes(bytes: Value): string {
  return known(bytes) ? memoryBytes(bytes) : NOTHING;
}

/** `1 run`, `3 runs`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${thousands(count)} ${count === 1 ? one : many}`;
}

const DECIMAL = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in powers of 1000, as disks and downloads are sold: 170498071 → `170 MB`, 1234567 → `1.23 MB`. */
export function formatDiskBytes(bytes: Value): string {
  if (!known(bytes)) return NOTHING;
  let unit = 0;
  let rest = bytes;
  while (unit < DECIMAL.length - 1 && Number(rest.toPrecision(3)) >= 1000) {
    rest /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(rest) : rest.toPrecision(3)} ${DECIMAL[unit]}`;
}

/** Multiply-accumulates: `1.81 GMAC`. */
export function formatMacs(macs: Value): string {
  if (!known(macs)) return NOTHING;
  const count = formatCount(macs);
  return count.includes(' ') ? `${count}MAC` : `${count} MAC`;
}

/** A share as a percentage: 0.6465 → `64.65 %`. */
export function formatPercent(share: Value, digits = 2): string {
  return known(share) ? `${(share * 100).toFixed(digits)} %` : NOTHING;
}

/** A loss with four digits behind the point, `2.3026`; very large and very small ones as `1.23e+8`. */
export function formatLoss(value: Value): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'not finite';
  if (!known(value)) return NOTHING;
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential(2);
  return value.toFixed(size >= 100 ? 2 : 4);
}

/** A setting as short as it can be written: `0.001`, `1e-5`, `0.9`. */
export function formatSetting(value: Value): string {
  if (!known(value)) return NOTHING;
  const exact = String(Number(value.toPrecision(12)));
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e7)) return exact;
  return Number(exact).toExponential().replace('e+', 'e');
}

/** A shape: [32, 32, 3] → `32 × 32 × 3`. */
export function formatShape(shape: readonly number[]): string {
  return shape.join(' × ');
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Seconds as a person says them: 0.42 → `0.42 s`, 7.4 → `7.4 s`, 125 → `2 min 05 s`, 7500 → `2 h 05 min`. */
export function formatDuration(seconds: Value): string {
  if (!known(seconds) || seconds < 0) return NOTHING;
  if (seconds < 0.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} d ${two(hours % 24)} h`;
}

/** How long ago, in one unit: `just now`, `12 min ago`, `3 h ago`, `5 d ago`. */
export function formatAge(seconds: Value): string {
  if (!known(seconds)) return NOTHING;
  // A clock that was moved back makes things seem to come from the future.
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${thousands(Math.floor(seconds / 86_400))} d ago`;
}

/** A duration for clocks and the labels of a time axis: `0:42`, `12:05`, `1:02:09`. */
export function formatClock(seconds: Value): string {
  if (!known(seconds) || seconds < 0) return NOTHING;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Images per second: `1,234 img/s`, `42.3 img/s`. */
export function formatRate(imagesPerSecond: Value): string {
  if (!known(imagesPerSecond)) return NOTHING;
  const digits =
    imagesPerSecond >= 99.95 ? thousands(Math.round(imagesPerSecond)) : imagesPerSecond.toFixed(1);
  return `${digits} img/s`;
}

/** Memory of a GPU in use, of all: `1.5 GiB of 80 GiB`. */
export const formatGpuMemory = ({ usedBytes, totalBytes }: GpuMemory): string =>
  `${formatBytes(usedBytes)} of ${formatBytes(totalBytes)}`;

/** Processors kept busy, of all: `1.9 of 2`. */
export function formatCores(cores: Value, all: number): string {
  return known(cores) ? `${cores.toFixed(1)} of ${thousands(all)}` : NOTHING;
}

/** An instant (milliseconds since 1970) in the user's time zone: `2026-03-14 09:26`. */
export function formatInstant(milliseconds: Value): string {
  if (!known(milliseconds)) return NOTHING;
  const date = new Date(milliseconds);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
