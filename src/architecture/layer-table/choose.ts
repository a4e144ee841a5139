/** Columns as they are named on the command line. */
import { nearest, plainWord } from '../suggest';
import { LAYER_COLUMNS, type LayerColumn } from './columns';

/** `receptive-field`, `receptive_field`, `receptiveField` and `Receptive field` are one name. */
const BY_WORD = new Map(
  LAYER_COLUMNS.flatMap((column) =>
    [column.key, column.field, column.title].map((name) => [plainWord(name), column] as const),
  ),
);

/** How a column is written on the command line. */
export const columnWord = ({ field }: LayerColumn): string => field.replaceAll('_', '-');
export const COLUMN_WORDS: readonly string[] = LAYER_COLUMNS.map(columnWord);

/** The columns of a list such as `layer,output,macs`, or what is wrong with it as part of a sentence. */
export function readColumns(
  text: string,
): { ok: true; columns: LayerColumn[] } | { ok: false; problem: string } {
  const columns: LayerColumn[] = [];
  for (const word of text.split(',').map((one) => one.trim())) {
    const column = BY_WORD.get(plainWord(word));
    const known = COLUMN_WORDS.join(', ');
    if (word === '') return { ok: false, problem: `must name columns between commas: ${known}` };
    if (!column) {
      const near = nearest(word, COLUMN_WORDS);
      return {
        ok: false,
        problem: `has no column ${JSON.stringify(word)}; ${near === undefined ? `the columns are ${known}` : `did you mean ${near}?`}`,
      };
    }
    if (columns.includes(column))
      return { ok: false, problem: `names the column ${columnWord(column)} twice; leave one out` };
    columns.push(column);
  }
  return { ok: true, columns };
}
