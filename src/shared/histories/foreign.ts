/** What is recognised so that it can be refused by its name, with what to do in its place. Pure. */
import { firstLine } from './csv';
import type { HistoryProblem } from './history';

/** Characters from the begin of a text that tell what kind it is. */
const HEAD = 2_000;

interface Foreign {
  recognises(head: string, text: string): boolean;
  sentence: string;
}

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Characters of a list whose whole is parsed; of a longer one the begin must do. */
const PARSED = 100_000;

/** Lines of a log begin with brackets too. */
const isJson = (text: string): boolean =>
  /^\s*(?:\{\s*"|\[\s*[[{"])/.test(text) || (text.length <= PARSED && /^\s*[[{]/.test(text) && parses(text));

/** Characters that stand in texts of no kind, and the one that stands for bytes that are no text. */
// eslint-disable-next-line no-control-regex -- these are what is counted.
const UNREADABLE = /[\x00-\x06\x0e-\x1a\x1c-\x1f\ufffd]/g;

const FOREIGN: readonly Foreign[] = [
  {
    recognises: (head) => head.slice(0, 200).includes('brain.Event:'),
    sentence:
      'This is an event file of TensorBoard, which is not read; choose the console log or the CSV file of the same training.',
  },
  {
    recognises: (head) => /^\s*\{/.test(head) && /"(?:cells|nbformat)"\s*:/.test(head),
    sentence:
      'This is a Jupyter notebook, which is not read itself; copy the output below the cell that trains, and paste it.',
  },
  {
    recognises: (_head, text) => isJson(text),
    sentence:
      'This is JSON, which is not read; write the history as CSV, as pandas.DataFrame(history.history).to_csv("history.csv") does.',
  },
  {
    recognises: (head) => /^\s*<(?:!doctype|html|head|body|\?xml|svg)\b/i.test(head),
    sentence:
      'This is a page of the web or XML, which is not read; copy the text of the history, and paste it.',
  },
  {
    recognises: (head) => /__(?:MIN|MAX)"?(?:,|;|\t|$)/.test(firstLine(head)?.line ?? ''),
    sentence:
      'This is an export of a chart by Weights & Biases, which has one metric of several runs and no epochs; log the training with Keras’ CSVLogger or Lightning’s CSVLogger, and import that file.',
  },
  {
    recognises: (head) => /^\s*"?wall time"?,"?step"?,"?value/i.test(head),
    sentence:
      'This is a CSV file of TensorBoard, which has one metric and no epochs; import the console log or the CSV file of the training.',
  },
  {
    recognises: (head) =>
      /^\s*step,epoch,loss,cross_entropy,accuracy,seconds,(?:\w+_(?:rate|norm),)*epoch_loss/.test(head),
    sentence: 'This is the CSV file of a run of Resbench, which is exported but not imported.',
  },
];

/** Why a text is none that any reader could read; null where a reader may try. */
export function foreignProblem(text: string): HistoryProblem | null {
  const head = text.slice(0, HEAD);
  const found = FOREIGN.find(({ recognises }) => recognises(head, text));
  if (found) return { line: null, sentence: found.sentence };
  const unreadable = (head.match(UNREADABLE) ?? []).length;
  if (unreadable > head.length / 20 && !head.includes('\0')) {
    return { line: null, sentence: 'This is no text but a binary file; choose the log or the CSV file.' };
  }
  const nul = text.indexOf('\0');
  if (nul === -1) return null;
  return {
    line: (text.slice(0, nul).match(/\n/g) ?? []).length + 1,
    sentence:
      'The text has characters of the code 0: it is a binary file, or UTF-16; save it as text in UTF-8.',
  };
}
