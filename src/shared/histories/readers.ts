/** All formats. A new one is a file with its reader, its name in `HISTORY_FORMATS`, and an entry here. */
import { csvLogger } from './csv-logger';
import { HISTORY_FORMATS, type HistoryFormat } from './history';
import { kerasLog } from './keras-log';
import { lightningCsv } from './lightning-csv';
import type { HistoryReader } from './reader';

const BY_FORMAT: Record<HistoryFormat, HistoryReader> = {
  'keras-log': kerasLog,
  'lightning-csv': lightningCsv,
  'csv-logger': csvLogger,
};

/** In the order in which a text is tried. */
export const HISTORY_READERS: readonly HistoryReader[] = HISTORY_FORMATS.map((format) => BY_FORMAT[format]);

/** `Keras CSVLogger` */
export const formatTitle = (format: HistoryFormat): string => BY_FORMAT[format].title;
