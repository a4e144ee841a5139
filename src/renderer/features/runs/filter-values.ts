/** Values as they are typed in the filter: numbers, percentages, durations, days. Pure. */
import { readNumber } from '../../../architecture/typed-number';
import type { RunColumn } from './run-column';

/** What a typed value stands for: `at`, and all from `low` up to, but not including, `high`, which is written the same. */
export interface Span {
  at: number;
  low: number;
  high: number;
}

const SUFFIXES: Record<string, number> = { k: 1e3, m: 1e6, g: 1e9, b: 1e9, t: 1e12 };
const UNITS: Record<string, number> = { ms: 0.001, s: 1, sec: 1, m: 60, min: 60, h: 3600, d: 86_400 };

/** Half of the last digit that is typed: `69.1` stands for what is written so with one digit behind the point. */
function halfDigit(text: string): number {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  return 0.5 * 10 ** (Number(exponent) - (mantissa.split('.')[1]?.length ?? 0));
}

/** `50,000`, `1,700,000`: commas every three digits are separators. */
const ungrouped = (text: string): string =>
  /^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(text) ? text.replace(/,/g, '') : text;

/** `1e-3`, `64k`, `1.7M`, `60%`; null for anything else. */
function numberSpan(text: string, kind: RunColumn['kind']): Span | null {
  const [, digits = '', suffix = ''] = /^(.*?)(%|[kmgbt])?$/i.exec(text.trim()) ?? [];
  const plain = ungrouped(digits.trim());
  const number = readNumber(plain);
  if (Number.isNaN(number)) return null;
  // A share above 1 can only be meant as a percentage.
  const percent = suffix === '%' || (kind === 'share' && suffix === '' && Math.abs(number) > 1);
  const scaled = (typed: number): number =>
    percent ? typed / 100 : typed * (SUFFIXES[suffix.toLowerCase()] ?? 1);
  const half = halfDigit(plain);
  return { at: scaled(number), low: scaled(number - half), high: scaled(number + half) };
}

/** `90`, `90s`, `2h30min`: seconds; null for anything else. */
function durationSpan(text: string): Span | null {
  const compact = text.replace(/\s+/g, '').toLowerCase();
  if (/^[\d.]+$/.test(compact)) return numberSpan(compact, 'duration');
  const parts = [...compact.matchAll(/(\d+\.?\d*|\.\d+)([a-z]+)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== compact) return null;
  let sum = 0;
  let half = 0;
  for (const [, digits, unit] of parts) {
    const seconds = UNITS[unit!];
    if (seconds === undefined) return null;
    sum += Number(digits) * seconds;
    half = halfDigit(digits!) * seconds;
  }
  return { at: sum, low: sum - half, high: sum + half };
}

/** `2026`, `2026-03`, `2026-03-14`, `2026-03-14T09:26`, `today`, `yesterday`, in the user's time zone; null for anything else. */
function instantSpan(text: string, now: number): Span | null {
  const word = text.trim().toLowerCase();
  if (word === 'today' || word === 'yesterday') {
    const date = new Date(now);
    const day = date.getDate() - (word === 'today' ? 0 : 1);
    const at = (offset: number): number =>
      new Date(date.getFullYear(), date.getMonth(), day + offset).getTime();
    return { at: at(0), low: at(0), high: at(1) };
  }
  const parts = /^(\d{4})(?:-(\d\d?)(?:-(\d\d?)(?:[t ](\d\d?):(\d\d))?)?)?$/.exec(word);
  if (!parts) return null;
  const [year, month, day, hour, minute] = parts
    .slice(1)
    .map((part) => (part === undefined ? null : Number(part)));
  if ((month ?? 1) < 1 || (month ?? 1) > 12 || (day ?? 1) < 1 || (day ?? 1) > 31) return null;
  if ((hour ?? 0) > 23 || (minute ?? 0) > 59) return null;
  const at = (years: number, months: number, days: number, minutes: number): number =>
    new Date(
      year! + years,
      (month ?? 1) - 1 + months,
      (day ?? 1) + days,
      hour ?? 0,
      (minute ?? 0) + minutes,
    ).getTime();
  const step = [month, day, hour].findIndex((part) => part === null);
  const high = [at(1, 0, 0, 0), at(0, 1, 0, 0), at(0, 0, 1, 0)][step] ?? at(0, 0, 0, 1);
  const low = at(0, 0, 0, 0);
  return { at: low, low, high };
}

/**
 * What a text stands for in a column; null where it is no value of its kind.
 * @param now for days such as `today`; milliseconds since 1970.
 */
export function spanOf({ kind }: Pick<RunColumn, 'kind'>, text: string, now: number): Span | null {
  if (kind === 'instant') return instantSpan(text, now);
  return kind === 'duration' ? durationSpan(text) : numberSpan(text, kind);
}
