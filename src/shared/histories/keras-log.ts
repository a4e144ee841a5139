/** The console log of `model.fit`, by Keras 2 and 3, as it was copied or written to a file. */
import { plural, thousands } from '../format';
import { cellFigure } from './columns';
import { checkOrder, MAX_EPOCHS, takeCutEpoch, toMetric, type ReadEpoch } from './epochs';
import type { HistoryReading, LeftOut, UnderstoodColumn } from './history';
import { KNOWN_NAMES, meaningOf, whyLeftOut, type FigureMetric } from './metric-names';
import { lineList, named, Problems, quoted } from './problems';
import { readProgress, type ProgressLine } from './progress-line';
import type { HistoryReader, TellShare } from './reader';
import { eachShownLine } from './terminal';

const HEADER = /^\s*Epoch\s{1,9}(\d{1,15})\s{0,9}\/\s{0,9}(\d{1,15})(?=\s|$)/;
/** Of Keras 2 without TensorFlow, whose bars count images. */
const IMAGES = /^\s*Train on (\d{1,15}) samples/;
/** Keras writes four digits behind the point; the last value of a text with fewer was cut off. */
const WHOLE_VALUE = /^(?:[+-]?\d+\.\d{4,}(?:e[+-]\d{2,})?|[+-]?(?:nan|inf))$/i;

interface OpenEpoch {
  number: number;
  /** Of its header. */
  line: number;
  /** The last state of its bar, and the line of that. */
  bar: (ProgressLine & { line: number }) | null;
}

const hasValidation = ({ figures }: ProgressLine): boolean =>
  figures.some(({ name }) => meaningOf(name)?.metric.startsWith('val'));

/** Whether the epoch had ended when the line was written; `verbose=2` writes but one line, at the end. */
const isWhole = (bar: ProgressLine): boolean =>
  bar.done === null || hasValidation(bar) || (bar.total !== null && bar.done >= bar.total);

const sameFigures = (a: ProgressLine, b: ProgressLine): boolean =>
  a.figures.length === b.figures.length &&
  a.figures.every(
    ({ name, text }, index) => name === b.figures[index]!.name && text === b.figures[index]!.text,
  );

/** Reads line by line: a header opens an epoch, states of its bar follow, the next header closes it. */
class LogReader {
  readonly problems = new Problems();
  readonly leftOut: LeftOut[] = [];
  readonly epochs: ReadEpoch[] = [];
  /** Metrics by the first name that gave them. */
  readonly names = new Map<FigureMetric, string>();
  planned = 0;
  private open: OpenEpoch | null = null;
  private readonly unknown = new Set<string>();
  private readonly otherLines: number[] = [];
  private readonly otherBars: number[] = [];
  /** Steps of each epoch. */
  private readonly totals: number[] = [];
  private images = -1;
  private lastEpoch: Pick<ReadEpoch, 'number' | 'line'> | null = null;

  /** Answers whether reading on makes sense. */
  readonly visit = (line: string, number: number): boolean => {
    if (line.trim() === '') return true;
    const header = HEADER.exec(line);
    const rest = header ? line.slice(header[0].length) : line;
    const bar = readProgress(rest);
    if (header && (bar || rest.trim() === '')) {
      if (!this.begin(Number(header[1]), Number(header[2]), number)) return false;
    } else if (!bar) {
      this.images = Number(IMAGES.exec(line)?.[1] ?? this.images);
      this.otherLines.push(number);
    }
    if (bar && !this.take(bar, number)) this.otherBars.push(number);
    return !this.problems.full;
  };

  private begin(number: number, planned: number, line: number): boolean {
    this.close(number);
    if (planned > MAX_EPOCHS || number > planned) {
      const what =
        number > planned ? 'counts beyond its own end' : `has more than ${thousands(MAX_EPOCHS)} epochs`;
      this.problems.add(line, `“Epoch ${number}/${planned}” ${what}; correct it.`);
      return false;
    }
    this.open = { number, line, bar: null };
    this.planned = Math.max(this.planned, planned);
    return checkOrder(this.problems, this.open, this.lastEpoch, 1);
  }

  /** Whether the line is a state of the open epoch's bar, and not of `evaluate` or `predict`. */
  private take(bar: ProgressLine, line: number): boolean {
    const before = this.open?.bar;
    if (!this.open || bar.figures.length === 0) return false;
    if (before) {
      if (sameFigures(before, bar) && before.total === bar.total && bar.done === before.done) return true;
      if (before.total !== null && bar.total !== before.total) return false;
      if ((bar.done ?? 0) < (before.done ?? 0)) return false;
      if (isWhole(before) && (hasValidation(before) || !hasValidation(bar))) return false;
    }
    this.open.bar = { ...bar, line };
    return true;
  }

  /** @param next number of the epoch that begins; null at the end of the text */
  private close(next: number | null): void {
    const { open } = this;
    this.open = null;
    if (!open) return;
    const { number, line, bar } = open;
    // Of an unknown number of steps none tells the last, but the next epoch does.
    const ended = bar && (isWhole(bar) || (bar.total === null && next !== null));
    if (ended) {
      this.keep(open, bar);
    } else if (next === null || next === number) {
      const reason = next === null ? 'The training ended within it.' : 'It was interrupted and begun again.';
      this.leftOut.push({ source: `epoch ${number}, line ${line}`, reason });
    } else {
      const where = bar ? `stops at step ${bar.done} of ${bar.total}` : 'has no figures';
      this.problems.add(
        bar?.line ?? line,
        `Epoch ${number} ${where}, and epoch ${next} follows; put in its last line, or copy the log again.`,
      );
      this.lastEpoch = open;
    }
  }

  private keep({ number }: OpenEpoch, bar: ProgressLine & { line: number }): void {
    const figures = new Map<FigureMetric, number>();
    for (const { name, text } of bar.figures) {
      const metric = meaningOf(name)?.metric;
      const source = metric && (this.names.get(metric) ?? name);
      if (metric === undefined || source !== name) {
        this.unknown.add(name);
        continue;
      }
      if (figures.has(metric)) {
        this.problems.add(bar.line, `${quoted(name)} stands twice in the line; remove one.`);
      }
      this.names.set(metric, name);
      const value = cellFigure(text, { metric, source: name }, bar.line, this.problems);
      if (value !== undefined) figures.set(metric, value);
    }
    const countsImages = bar.countsImages || bar.total === this.images;
    const steps = countsImages ? NaN : (bar.total ?? bar.done ?? NaN);
    this.totals.push(steps);
    const step = (this.epochs.at(-1)?.step ?? 0) + steps;
    this.epochs.push({ number, line: bar.line, figures, seconds: bar.seconds, step });
    this.lastEpoch = this.epochs.at(-1)!;
  }

  /** After the last line. */
  finish(text: string): void {
    const written = this.open?.bar?.figures.map((figure) => figure.text) ?? [];
    const last = written.pop();
    // All others are whole: it is Keras that wrote them.
    const isCut =
      last !== undefined &&
      text.endsWith(last) &&
      !WHOLE_VALUE.test(last) &&
      written.every((value) => WHOLE_VALUE.test(value));
    if (isCut) {
      const { number, bar } = this.open!;
      this.open = null;
      this.leftOut.push({
        source: `epoch ${number}, line ${bar!.line}`,
        reason: `The text ends within its ${named(bar!.figures.at(-1)!.name)}.`,
      });
    }
    this.close(null);
    const cut = takeCutEpoch(this.epochs, this.names);
    if (cut) this.leftOut.push(cut);
    for (const name of this.unknown) this.leftOut.push({ source: named(name), reason: whyLeftOut(name) });
    if (this.otherBars.length > 0) {
      this.leftOut.push({
        source: lineList(this.otherBars),
        reason: 'No epoch of the training has this progress bar, but evaluate, predict or the like.',
      });
    }
    if (this.otherLines.length > 0) {
      this.leftOut.push({
        source: plural(this.otherLines.length, 'other line'),
        reason: `Prints, warnings and the like: ${lineList(this.otherLines)}.`,
      });
    }
    if (this.problems.any) return;
    if (this.epochs.length === 0) {
      this.problems.add(null, 'No epoch of the log has ended; copy it with the last line of each epoch.');
    } else if (this.names.size === 0) {
      this.problems.add(
        this.epochs[0]!.line,
        `No metric of the log is known; have Keras print ${KNOWN_NAMES}.`,
      );
    }
  }

  get columns(): UnderstoodColumn[] {
    const columns: UnderstoodColumn[] = [...this.names].map(([metric, source]) => ({ source, metric }));
    if (this.epochs.some(({ seconds }) => !Number.isNaN(seconds))) {
      columns.push({ source: 'time on the progress bar', metric: 'seconds' });
    }
    return columns;
  }

  /** Null where epochs differ in it. */
  get stepsPerEpoch(): number | null {
    const [first = NaN] = this.totals;
    return Number.isSafeInteger(first) && this.totals.every((total) => total === first) ? first : null;
  }
}

function read(text: string, tell?: TellShare): HistoryReading {
  const log = new LogReader();
  eachShownLine(text, log.visit, tell);
  log.finish(text);
  if (log.problems.any) return { ok: false, problems: log.problems.list };
  return {
    ok: true,
    history: {
      format: 'keras-log',
      columns: log.columns,
      leftOut: log.leftOut,
      epochs: log.epochs.map((epoch) => toMetric(epoch, 0)),
      steps: null,
      plannedEpochs: log.planned,
      stepsPerEpoch: log.stepsPerEpoch,
    },
  };
}

/** What Keras prints while it trains, in place or line by line. */
export const kerasLog: HistoryReader = {
  format: 'keras-log',
  title: 'Keras console log',
  recognises: (text) => /\bEpoch\s{1,9}\d{1,15}\s{0,9}\/\s{0,9}\d/.test(text),
  read,
};
