/** A history that may be imported: its text as it was read, and what the user says of it. Pure but for the reading of files. */
import type { Architecture } from '../../../architecture/architecture';
import { inert } from '../../../architecture/inert-text';
import { LIMITS } from '../../../architecture/limits';
import { beginning } from '../../../architecture/names';
import type { DatasetId, DatasetInfo } from '../../../shared/dataset';
import { formatDiskBytes } from '../../../shared/format';
import type { HistoryReading } from '../../../shared/histories/history';
import { formatTitle } from '../../../shared/histories/readers';
import { MAX_SOURCE_FILE_BYTES } from '../../../shared/histories/source';
import type { MethodArgs } from '../../../shared/contract';
import type { Failure } from '../../../shared/result';
import type { SavedArchitecture } from '../../../shared/saved-architecture';
import { adapted, architectureOf } from './model-choice';
import { readSource } from './read-history';
import { typedNameProblem } from './typed-name';

/** What the user may say of a history. */
export interface HistoryChoice {
  /** As typed; empty for {@link defaultName}. */
  name: string;
  /** Key of an architecture, empty where it is not known. */
  model: string;
  dataset: DatasetId | '';
}

export interface HistoryItem extends HistoryChoice {
  key: number;
  /** Null for a pasted text. */
  file: string | null;
  text: string;
  reading: HistoryReading;
  /** Why main did not take it. */
  refusal: Failure | null;
}

/** UTF-16 units of a file's name that main takes. */
const MAX_FILE_NAME = 200;

/** A text as it was pasted, or as a file holds it. */
export const newItem = (
  key: number,
  file: string | null,
  text: string,
  reading: HistoryReading,
): HistoryItem => ({
  key,
  file: file === null ? null : beginning(inert(file), MAX_FILE_NAME),
  text,
  reading,
  name: '',
  model: '',
  dataset: '',
  refusal: null,
});

const unread = (key: number, file: string | null, sentence: string): HistoryItem =>
  newItem(key, file, '', { ok: false, problems: [{ line: null, sentence }] });

/**
 * Reads a file, or a text that was pasted; what cannot be read is an item that says so. Rejects once the signal is aborted.
 *
 * @param tell which share of a long one has been read, from 0 to 1
 */
export async function readItem(
  key: number,
  source: File | string,
  signal: AbortSignal,
  tell: (share: number) => void,
): Promise<HistoryItem> {
  const file = typeof source === 'string' ? null : source.name;
  if (typeof source !== 'string' && source.size > MAX_SOURCE_FILE_BYTES) {
    const size = formatDiskBytes(source.size);
    const sentence = `The file has ${size}, more than any history; cut it to the lines of the training.`;
    return unread(key, file, sentence);
  }
  try {
    const { text, reading } = await readSource(source, signal, tell);
    return newItem(key, file, text, reading);
  } catch (error) {
    if (signal.aborted) throw error;
    const why = error instanceof Error ? error.message : String(error);
    return unread(key, file, `The ${file === null ? 'text' : 'file'} could not be read: ${inert(why)}`);
  }
}

/** The name of the file without its ending, or what kind of history it is. */
export function defaultName({ file, reading }: Pick<HistoryItem, 'file' | 'reading'>): string {
  const stem = file?.replace(/(?<=.)\.[^.]{1,8}$/, '').trim();
  const format = reading.ok ? formatTitle(reading.history.format) : 'Imported run';
  return beginning(stem === undefined || stem === '' ? format : stem, LIMITS.nameLength);
}

export const nameProblemOf = ({ name }: Pick<HistoryItem, 'name'>): string | undefined =>
  typedNameProblem(name);

/** The same text is a run already: it is imported again only where that is asked for. */
export const isThereAlready = ({ refusal }: Pick<HistoryItem, 'refusal'>): boolean =>
  refusal?.code === 'conflict';

/** Whether Import takes it. */
export const isReady = (item: HistoryItem): boolean =>
  item.reading.ok && nameProblemOf(item) === undefined && !isThereAlready(item);

/** What main is asked for. Input and classes of the architecture are those of the data set. */
export function importRequest(
  item: HistoryItem,
  saved: readonly SavedArchitecture[],
  infoOf: (id: DatasetId) => DatasetInfo | null,
  again: boolean,
): MethodArgs<'runs.import'> {
  const { text, file, name, model, dataset } = item;
  const chosen: Architecture | null = architectureOf(model, null, saved);
  const info = dataset ? infoOf(dataset) : null;
  return {
    text,
    file,
    name: name.trim() || defaultName(item),
    architecture: chosen && info ? adapted(chosen, info) : chosen,
    datasetId: dataset || null,
    again,
  };
}
