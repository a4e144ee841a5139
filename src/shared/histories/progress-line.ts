/**
 * A line by which Keras tells how far an epoch is: `640/640 [====] - 8s 12ms/step - loss: 2.2107 - acc: 0.1984`, with a bar of
 * other characters in Keras 3, and without one where `verbose` is 2. Pure.
 */
import { MINUTE, HOUR } from '../format';

export interface ProgressLine {
  /** Null where the line does not count. */
  done: number | null;
  /** Null where it is not known, `10/Unknown`. */
  total: number | null;
  /** Values as they are written, in their order. */
  figures: { name: string; text: string }[];
  /** Since the epoch began; NaN where the line gives no such time, or one of 0 s. */
  seconds: number;
  /** What is counted are images: `160us/sample`. */
  countsImages: boolean;
}

/** A longer line is none of Keras'. */
const LONGEST = 5_000;
const COUNT = /^\s*(\d{1,12})\/(\d{1,12}|Unknown)(?![\d/.:-])/;
/** Of `verbose=2` in Keras 2.2, which does not count. */
const UNCOUNTED = /^\s*- (?=\d+s - )/;
const CLOCK = /(?:^|\s)(?:(\d+):)?(\d{1,2}):(\d{2})(?=\s|$)/;
const WORDS = /(?:^|\s)(?:(\d+)h\s?)?(?:(\d+)m\s?)?(\d+(?:\.\d+)?)s(?=\s|$)/;
const RATE = /(?:^|\s)(\d+(?:\.\d+)?)\s?(s|ms|us|µs|μs)\/(step|sample|epoch)(?=\s|$)/g;
const UNITS: Readonly<Record<string, number>> = { s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, μs: 1e-6 };

/** `8s`, `1m 3s`, `1:02` and `1:02:03` in seconds; NaN where there is none of them. */
function elapsed(text: string): number {
  const clock = CLOCK.exec(text) ?? WORDS.exec(text);
  if (!clock) return NaN;
  const [hours, minutes, seconds] = clock.slice(1).map((part) => Number(part ?? 0));
  return hours! * HOUR + minutes! * MINUTE + seconds!;
}

/** A name and its value; null for a part that is a time. */
function figureOf(part: string): { name: string; text: string } | null {
  const colon = part.indexOf(':');
  const name = part.slice(0, colon).trim();
  return colon > 0 && /^[a-z_]/i.test(name) && name !== 'ETA'
    ? { name, text: part.slice(colon + 1).trim() }
    : null;
}

/** Seconds of a step, of an epoch, as far as the line says them. */
function ratesOf(text: string): Map<string, number> {
  const rates = new Map<string, number>();
  for (const [, value, unit, per] of text.matchAll(RATE)) rates.set(per!, Number(value) * UNITS[unit!]!);
  return rates;
}

/** A short epoch reads `0s`, of which its steps tell more. */
function epochSeconds(since: number, rates: ReadonlyMap<string, number>, total: number | null): number {
  const ofSteps = (rates.get('step') ?? NaN) * (total ?? NaN);
  const seconds = rates.get('epoch') ?? (since > 0 ? since : ofSteps);
  // Without what the multiplication of binary fractions adds.
  return seconds > 0 ? Number(seconds.toPrecision(9)) : NaN;
}

/** Null for any other line. */
export function readProgress(line: string): ProgressLine | null {
  if (line.length > LONGEST) return null;
  const count = COUNT.exec(line);
  const start = count ?? UNCOUNTED.exec(line);
  if (!start) return null;
  const figures: ProgressLine['figures'] = [];
  const times: string[] = [];
  for (const part of line.slice(start[0].length).split(' - ')) {
    const figure = figureOf(part);
    if (figure) figures.push(figure);
    else times.push(part);
  }
  const time = times.join(' ');
  const rates = ratesOf(time);
  const since = elapsed(time);
  const isProgress = rates.size > 0 || !Number.isNaN(since) || /\bETA:/.test(time);
  if (!isProgress) return null;
  const total = count && count[2] !== 'Unknown' ? Number(count[2]) : null;
  return {
    done: count ? Number(count[1]) : null,
    total,
    figures,
    seconds: epochSeconds(since, rates, total),
    countsImages: rates.has('sample'),
  };
}
