/** A history that another program wrote, from its text: the one door of this folder. Pure. */
import { thousands } from '../format';
import { foreignProblem } from './foreign';
import type { HistoryReading } from './history';
import type { TellShare } from './reader';
import { HISTORY_READERS } from './readers';
import { MAX_SOURCE_BYTES, sourceBytes } from './source';

const refused = (sentence: string): HistoryReading => ({
  ok: false,
  problems: [{ line: null, sentence }],
});

/**
 * Whole or not at all: a text with any problem gives no history. Never throws, in time that grows as the text does.
 *
 * @param tell which share of a long text has been read
 */
export function readHistory(given: string, tell?: TellShare): HistoryReading {
  const text = given.startsWith('\ufeff') ? given.slice(1) : given;
  if (text.trim() === '') return refused('The text is empty; choose another file, or paste a history.');
  const bytes = sourceBytes(given);
  if (bytes > MAX_SOURCE_BYTES) {
    return refused(
      `The text has ${thousands(bytes)} bytes, and a run keeps a source of at most ${thousands(MAX_SOURCE_BYTES)}; cut it to the lines of the training.`,
    );
  }
  const foreign = foreignProblem(text);
  if (foreign) return { ok: false, problems: [foreign] };
  const reader = HISTORY_READERS.find(({ recognises }) => recognises(text));
  return (
    reader?.read(text, tell) ??
    refused(
      'The text is no history that is known; paste the console log of a training by Keras with its lines “Epoch 1/10”, or choose the file of Keras’ CSVLogger or Lightning’s metrics.csv.',
    )
  );
}
