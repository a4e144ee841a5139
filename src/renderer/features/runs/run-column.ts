/** What describes one column of the table of runs. Pure. */
import { NOTHING } from '../../../shared/format';
import type { Run } from '../../../shared/run';

/** The chooser lists columns under these. */
export const COLUMN_GROUPS = ['Run', 'Results', 'Recipe', 'Model and data', 'Time and machine'] as const;
export type ColumnGroup = (typeof COLUMN_GROUPS)[number];

/** How values are typed in the filter, and which of them are largest: shares of 1 are percentages, durations are seconds. */
export type ColumnKind = 'text' | 'number' | 'share' | 'duration' | 'instant';

export interface RunColumn {
  /** Names it in the settings. */
  key: string;
  title: string;
  /** A hint to its head, where the title leaves something open. */
  help?: string;
  group: ColumnGroup;
  kind: ColumnKind;
  /** What the filter calls it; the first is proposed. */
  fields: readonly [string, ...string[]];
  /** What it is sorted and filtered by; null where there is none. */
  value: (run: Run) => string | number | null;
  /** What stands in the cell. */
  text: (run: Run, now: number) => string;
  /** Other words for the value that the filter takes. */
  also?: (run: Run) => readonly string[] | null;
  /** All values, where there are few; of a number the words that may stand in its place. */
  choices?: readonly string[];
  /** A setting: it equals a number only where it is that very number, however few digits are typed. */
  exact?: true;
  /** A value as one would type it. */
  example: string;
  /** Pixels, with what stands beside the text. */
  width: number;
  /** Of a number that is shown as a bar. */
  align?: 'left';
  /** Pixels that a cell needs besides its text, where it has a tag or a bar. */
  extra?: number;
}

/** A value of what is known only of runs that can be read. */
export const readable =
  <T>(value: (run: Run) => T) =>
  (run: Run): T | null =>
    run.unreadable === undefined ? value(run) : null;

type Described = Pick<RunColumn, 'key' | 'title' | 'help' | 'group' | 'fields' | 'example' | 'width'>;

/** A column of numbers; what is not known is a dash. */
export function numbers(
  column: Described & Partial<RunColumn>,
  value: (run: Run) => number | null | undefined,
  format: (value: number) => string,
): RunColumn {
  const known = readable((run) => value(run) ?? null);
  return {
    kind: 'number',
    value: known,
    text: (run) => {
      const number = known(run);
      return number === null ? NOTHING : format(number);
    },
    ...column,
  };
}

/** A column of texts; what is not known is a dash. */
export function texts(column: Described & Partial<RunColumn>, value: (run: Run) => string | null): RunColumn {
  const known = readable(value);
  return { kind: 'text', value: known, text: (run) => known(run) ?? NOTHING, ...column };
}

/** Numbers stand right, so that their digits line up. */
export const isNumeric = ({ kind, align }: RunColumn): boolean =>
  align === undefined && (kind === 'number' || kind === 'share' || kind === 'duration');

/** Numbers and times begin with the largest, words with A. */
export const beginsDescending = ({ kind }: RunColumn): boolean => kind !== 'text';
