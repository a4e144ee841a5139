/** A number of a history: how programs write it, and what it may be. */
import { readNumber, withDecimalPoint } from '../../architecture/typed-number';
import { quoted } from './problems';
import type { FigureMetric } from './metric-names';

/** Means that the source says nothing; Keras' CSVLogger writes `NA` where a training was stopped. */
const NOT_SAID = new Set(['', 'na', 'n/a', 'none', 'null', '-']);

const WORDS = new Map([
  ['nan', NaN],
  ['inf', Infinity],
  ['infinity', Infinity],
]);

/** What a cell says. */
export type Figure =
  /** NaN where the source says `nan`. */
  | { kind: 'number'; value: number }
  | { kind: 'nothing' }
  /** What is wrong, and what to do. */
  | { kind: 'wrong'; sentence: string };

const NOTHING_SAID: Figure = { kind: 'nothing' };

/** A word of at most this length can be a number. */
const LONGEST = 400;

export function readFigure(text: string): Figure {
  if (text === '') return NOTHING_SAID;
  const word = text.trim();
  if (word.length <= LONGEST) {
    const value = readNumber(word);
    if (Number.isFinite(value)) return { kind: 'number', value };
    // What is not NaN here has overflowed.
    if (!Number.isNaN(value)) {
      return {
        kind: 'wrong',
        sentence: `${quoted(word)} is too large for a number; write inf where it diverged.`,
      };
    }
    const small = word.toLowerCase();
    if (NOT_SAID.has(small)) return NOTHING_SAID;
    const sign = small.startsWith('-') ? -1 : 1;
    const special = WORDS.get(small.replace(/^[+-]/, ''));
    if (special !== undefined) return { kind: 'number', value: sign * special };
    if (withDecimalPoint(word) !== null) {
      return { kind: 'wrong', sentence: `${quoted(word)} has a decimal comma; write it with a point.` };
    }
  }
  return {
    kind: 'wrong',
    sentence: `${quoted(word)} is no number; write one, nan, or nothing where it is not known.`,
  };
}

/** Averages of shares in single precision end a little above 1. */
const ROUNDING = 1e-6;

/** Whether a metric can have the value, as a sentence; `name` is what the source calls the metric. */
export function figureProblem(metric: FigureMetric, name: string, value: number): string | null {
  // Most are, and of any kind.
  if (Number.isNaN(value) || (value >= 0 && value <= 1)) return null;
  const kind = metric.toLowerCase();
  if (kind.endsWith('accuracy')) {
    if (value < 0) return `${quoted(name)} is ${value}, and no accuracy is below 0; correct it.`;
    if (value > 1 + ROUNDING) {
      const perCent = value <= 100 ? ' If it is in per cent, divide it by 100.' : '';
      return `${quoted(name)} is ${value}, and an accuracy is a share from 0 to 1.${perCent || ' Correct it.'}`;
    }
  }
  if (kind.endsWith('crossentropy') && value < 0) {
    return `${quoted(name)} is ${value}, and no cross-entropy is below 0; correct it.`;
  }
  return null;
}

/** Without what rounding added. */
export const asKept = (metric: FigureMetric, value: number): number =>
  value > 1 && metric.toLowerCase().endsWith('accuracy') ? 1 : value;
