/**
 * Lightning's `metrics.csv`: epochs and steps counted from 0, and a row for each time that something was logged, so that an
 * epoch has one for its validation, one for its training, and those of its steps.
 */
import { newColumns, STEP_COLUMNS, type StepColumns } from '../step-columns';
import { cellCount, cellFigure, chooseColumns, oneEach, type FigureColumn } from './columns';
import { checkHeader, csvHeader, eachRow } from './csv';
import { checkOrder, takeCutEpoch, toMetric, type ReadEpoch } from './epochs';
import type { HistoryReading, LeftOut } from './history';
import { KNOWN_NAMES, type FigureMetric } from './metric-names';
import { plural } from '../format';
import { named, Problems, quoted } from './problems';
import type { HistoryReader, TellShare } from './reader';

/** What a run keeps of single steps. */
const STEP_METRICS: Partial<Record<FigureMetric, 'stepLoss' | 'stepAccuracy'>> = {
  loss: 'stepLoss',
  accuracy: 'stepAccuracy',
};

/** Values of one column, in the order of the rows. */
class LoggedColumn {
  readonly rows: number[] = [];
  readonly values: number[] = [];

  constructor(readonly column: FigureColumn) {}

  push(row: number, value: number): void {
    this.rows.push(row);
    this.values.push(value);
  }
}

/** The rows of which something is taken. */
interface LoggedRows {
  epochs: number[];
  steps: number[];
  lines: number[];
}

/** Whether some epoch has several values of it: what is logged without an ending is of steps by default. */
function changesWithin({ rows }: LoggedColumn, { epochs }: LoggedRows): boolean {
  return rows.some((row, index) => index > 0 && epochs[row] === epochs[rows[index - 1]!]);
}

/** Whether a column's values are of single steps: by its ending, or since training metrics change within an epoch. */
function isOfSteps(logged: LoggedColumn, rows: LoggedRows): boolean {
  const { of, metric } = logged.column;
  return of === null ? !metric.startsWith('val') && changesWithin(logged, rows) : of === 'step';
}

interface Divided {
  ofSteps: LoggedColumn[];
  ofEpochs: LoggedColumn[];
}

/** Each metric once for the steps and once for the epochs. */
function divide(logged: readonly LoggedColumn[], rows: LoggedRows, leftOut: LeftOut[]): Divided {
  const one = (columns: readonly LoggedColumn[]): LoggedColumn[] => {
    const kept = oneEach(
      columns.map(({ column }) => column),
      leftOut,
    );
    return columns.filter(({ column }) => kept.includes(column));
  };
  const steps = logged.filter((column) => isOfSteps(column, rows));
  for (const { column } of steps) {
    if (STEP_METRICS[column.metric] === undefined) {
      leftOut.push({
        source: named(column.source),
        reason: 'Of single steps, Resbench keeps loss and accuracy.',
      });
    }
  }
  return {
    ofSteps: one(steps.filter(({ column }) => STEP_METRICS[column.metric] !== undefined)),
    ofEpochs: one(logged.filter((column) => !steps.includes(column))),
  };
}

/** Values of steps as columns; rows of one step are one. */
function stepsOf(columns: readonly LoggedColumn[], rows: LoggedRows): StepColumns | null {
  if (columns.length === 0) return null;
  const used = new Uint8Array(rows.steps.length);
  for (const { rows: own } of columns) for (const row of own) used[row] = 1;
  // Steps do not go back, so those of one step follow each other.
  const places = new Int32Array(rows.steps.length);
  const first: number[] = [];
  for (const [row, step] of rows.steps.entries()) {
    if (used[row] === 0) continue;
    if (first.length === 0 || rows.steps[first.at(-1)!] !== step) first.push(row);
    places[row] = first.length - 1;
  }
  const steps = newColumns(first.length);
  for (const name of STEP_COLUMNS) if (name !== 'step' && name !== 'epoch') steps[name].fill(NaN);
  for (const [place, row] of first.entries()) {
    steps.step[place] = rows.steps[row]! + 1;
    steps.epoch[place] = rows.epochs[row]! + 1;
  }
  for (const { column, rows: own, values } of columns) {
    for (const [index, row] of own.entries()) {
      steps[column.metric as 'loss'][places[row]!] = values[index]!;
    }
  }
  return steps;
}

/** Epochs with the values that were logged last in them, and how many came before those. */
function epochsOf(
  columns: readonly LoggedColumn[],
  rows: LoggedRows,
): { epochs: ReadEpoch[]; earlier: LeftOut[] } {
  const byNumber = new Map<number, ReadEpoch>();
  for (const [row, number] of rows.epochs.entries()) {
    if (!byNumber.has(number)) {
      byNumber.set(number, { number, line: rows.lines[row]!, figures: new Map(), seconds: NaN, step: NaN });
    }
  }
  const earlier: LeftOut[] = [];
  for (const { column, rows: own, values } of columns) {
    let repeated = 0;
    for (const [index, row] of own.entries()) {
      const epoch = byNumber.get(rows.epochs[row]!)!;
      if (epoch.figures.has(column.metric)) repeated++;
      epoch.figures.set(column.metric, values[index]!);
      epoch.step = Math.max(rows.steps[row]! + 1, Number.isNaN(epoch.step) ? 0 : epoch.step);
    }
    if (repeated > 0) {
      earlier.push({
        source: `${plural(repeated, 'value')} of ${named(column.source)}`,
        reason: 'It was logged more than once in an epoch; the last value of each is taken.',
      });
    }
  }
  return { epochs: [...byNumber.values()], earlier };
}

/** Takes the last epoch away where it has steps only. */
function takeUnfinished(epochs: ReadEpoch[]): LeftOut | null {
  const last = epochs.at(-1);
  if (!last || last.figures.size > 0) return null;
  epochs.pop();
  return {
    source: `epoch ${last.number}, line ${last.line}`,
    reason: 'It has single steps only, which are kept: the training ended within it.',
  };
}

/** Null where it is not known, or not the same in all. */
function stepsPerEpoch(epochs: readonly ReadEpoch[]): number | null {
  const first = epochs[0]?.step ?? NaN;
  return Number.isSafeInteger(first) && epochs.every(({ step }, index) => step === first * (index + 1))
    ? first
    : null;
}

function readRows(text: string, problems: Problems, tell?: TellShare) {
  const header = csvHeader(text)!;
  const [epochAt, stepAt] = [header.plain.indexOf('epoch'), header.plain.indexOf('step')];
  checkHeader(header, problems);
  const { columns, leftOut } = chooseColumns(header, new Set([epochAt, stepAt]));
  const logged = columns.map((column) => new LoggedColumn(column));
  if (logged.length === 0) {
    problems.add(header.line, `No column is a metric that is known; log one as ${KNOWN_NAMES}.`);
  }
  const rows: LoggedRows = { epochs: [], steps: [], lines: [] };
  if (problems.any) return { logged, leftOut, rows };
  let before: Pick<ReadEpoch, 'number' | 'line'> | null = null;
  eachRow(
    text,
    header,
    problems,
    (cells, line) => {
      const found: { into: LoggedColumn; value: number }[] = [];
      for (const into of logged) {
        const value = cellFigure(cells[into.column.index]!, into.column, line, problems);
        if (value !== undefined) found.push({ into, value });
      }
      const [epoch, step] = [cellCount(cells[epochAt]!), cellCount(cells[stepAt]!)];
      if (epoch === null || step === null) {
        const [cell, what] = epoch === null ? [cells[epochAt]!, 'epoch'] : [cells[stepAt]!, 'step'];
        problems.add(line, `${quoted(cell.trim())} is no ${what}; write a whole number.`);
        return true;
      }
      // A row of a test or of learning rates: its epoch may be one that never began.
      if (found.length === 0) return true;
      if (epoch !== before?.number) {
        if (!checkOrder(problems, { number: epoch, line }, before, 0)) return false;
        before = { number: epoch, line };
      }
      if (step < (rows.steps.at(-1) ?? 0)) {
        problems.add(
          line,
          `Step ${step} follows step ${rows.steps.at(-1)}: another training begins here. Import each by itself.`,
        );
        return false;
      }
      const row = rows.epochs.length;
      rows.epochs.push(epoch);
      rows.steps.push(step);
      rows.lines.push(line);
      for (const { into, value } of found) into.push(row, value);
      return true;
    },
    tell,
  );
  if (!problems.any && rows.epochs.length === 0) {
    problems.add(
      header.line,
      'No row below the header has a figure; the file was kept before anything was logged.',
    );
  }
  return { logged, leftOut, rows };
}

function read(text: string, tell?: TellShare): HistoryReading {
  const problems = new Problems();
  const { logged, leftOut, rows } = readRows(text, problems, tell);
  if (problems.any) return { ok: false, problems: problems.list };
  const { ofSteps, ofEpochs } = divide(logged, rows, leftOut);
  const { epochs, earlier } = epochsOf(ofEpochs, rows);
  const names = new Map(ofEpochs.map(({ column }) => [column.metric, column.source]));
  const cut = takeUnfinished(epochs) ?? takeCutEpoch(epochs, names);
  if (epochs.every(({ figures }) => figures.size === 0)) {
    problems.add(
      null,
      'The file has single steps only, and a run needs figures of its epochs; log them with on_epoch=True.',
    );
    return { ok: false, problems: problems.list };
  }
  return {
    ok: true,
    history: {
      format: 'lightning-csv',
      columns: [
        ...ofSteps.map(({ column }) => ({ source: column.source, metric: STEP_METRICS[column.metric]! })),
        ...ofEpochs.map(({ column }) => ({ source: column.source, metric: column.metric })),
      ],
      leftOut: [...leftOut, ...earlier, ...(cut ? [cut] : [])],
      epochs: epochs.map((epoch) => toMetric(epoch, 1)),
      steps: stepsOf(ofSteps, rows),
      plannedEpochs: null,
      stepsPerEpoch: stepsPerEpoch(epochs),
    },
  };
}

function recognises(text: string): boolean {
  const plain = csvHeader(text)?.plain;
  return plain !== undefined && plain.includes('epoch') && plain.includes('step');
}

/** What `lightning.pytorch.loggers.CSVLogger` writes. */
export const lightningCsv: HistoryReader = {
  format: 'lightning-csv',
  title: 'Lightning metrics.csv',
  recognises,
  read,
};
