/** Figures as people read them: always the same locale, so that output does not depend on the machine. */
import { thousands } from '../../architecture/checks';

/** `412 ms`, `8.4 s`, `2:05`, `1:02:05`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  return clock(seconds);
}

/** `0:05`, `2:05`, `1:02:05`: for times that count on, without jumping between units. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** Decimal units, as disks and downloads are sold. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let scaled = value;
  let unit = -1;
  do {
    scaled /= 1000;
    unit += 1;
  } while (scaled >= 999.5 && unit < units.length - 1);
  return `${scaled >= 100 ? scaled.toFixed(0) : scaled.toFixed(1)} ${units[unit]}`;
}

/** Losses: four decimals in the usual range, exponents outside, never a bare `0.0000` for something small. */
export function loss(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5)) return value.toExponential(3);
  return value.toFixed(4);
}

export const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

/** Local time without seconds, `2031-02-03 14:05`. */
export function instant(milliseconds: number): string {
  const date = new Date(milliseconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `1 picture`, `2 pictures`. */
export const plural = (value: number, noun: string): string =>
  `${thousands(value)} ${noun}${value === 1 ? '' : 's'}`;
