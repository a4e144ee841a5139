/** What the last term of a filter may become: fields, and values of fields that have few. Pure. */
import type { RunColumn } from './run-column';
import { RUN_COLUMNS } from './run-columns';
import { columnOfField, termsOf } from './run-filter';

export interface Suggestion {
  /** The whole filter after it was taken. */
  filter: string;
  /** What stands in place of the last term: `lr=`. */
  label: string;
  /** The column that it is about. */
  hint: string;
}

const MAX_SUGGESTIONS = 8;

/** Measured numbers are hardly ever asked for to the digit. */
const usualOperator = ({ kind, choices, exact }: RunColumn): string =>
  kind === 'text' ? (choices ? '=' : ':') : exact ? '=' : '>=';

/** Fields, or values of a field with few, that the last term may be the beginning of. */
export function suggestionsFor(text: string): Suggestion[] {
  const last = /\s$/.test(text) ? undefined : termsOf(text).at(-1);
  if (!last || !text.endsWith(last.raw)) return [];
  const before = text.slice(0, text.length - last.raw.length);
  const minus = last.negative ? '-' : '';
  const suggest = (label: string, hint: string, space = ''): Suggestion => ({
    filter: `${before}${minus}${label}${space}`,
    label: `${minus}${label}`,
    hint,
  });
  if (last.comparison) {
    const { field, operator, value } = last.comparison;
    if (operator !== '=' && operator !== '!=') return [];
    const column = columnOfField(field);
    const begun = value.toLowerCase();
    return (column?.choices ?? [])
      .filter((choice) => choice.toLowerCase().startsWith(begun) && choice.toLowerCase() !== begun)
      .slice(0, MAX_SUGGESTIONS)
      .map((choice) => suggest(`${field}${operator}${choice}`, column!.title, ' '));
  }
  const begun = last.word.toLowerCase();
  if (begun === '' || last.raw.includes('"')) return [];
  return RUN_COLUMNS.flatMap((column) => {
    const field = column.fields.find((name) => name.startsWith(begun));
    if (!field) return [];
    return [suggest(field + usualOperator(column), column.title)];
  }).slice(0, MAX_SUGGESTIONS);
}
