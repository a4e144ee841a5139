/** What Keras' CSVLogger writes, and tables like it: a row an epoch, a header, commas, semicolons or tabs. */
import { cellCount, cellFigure, chooseColumns, oneEach } from './columns';
import { checkHeader, csvHeader, eachRow, type CsvHeader } from './csv';
import { checkOrder, toMetric, type ReadEpoch } from './epochs';
import type { HistoryReading } from './history';
import { KNOWN_NAMES, meaningOf } from './metric-names';
import { named, Problems, quoted } from './problems';
import type { FigureMetric } from './metric-names';
import type { HistoryReader, TellShare } from './reader';

/** Where the number of an epoch stands: under `epoch`, or where pandas writes its index, under no name at all. */
function epochColumn({ plain }: CsvHeader): number {
  const named = plain.indexOf('epoch');
  return named === -1 && plain[0] === '' ? 0 : named;
}

/** A header that parts its names by what is no separator of ours. */
const OTHERWISE_PARTED = /^\s*"?epoch"?\s*[|:/ ]/i;

function recognises(text: string): boolean {
  const header = csvHeader(text);
  if (!header) return false;
  if (header.plain.includes('epoch')) return true;
  const known = header.names.filter((name) => meaningOf(name) !== null).length;
  return (
    known > 1 ||
    (known === 1 && epochColumn(header) === 0) ||
    (header.names.length === 1 && OTHERWISE_PARTED.test(header.names[0]!))
  );
}

function read(text: string, tell?: TellShare): HistoryReading {
  const header = csvHeader(text)!;
  const problems = new Problems();
  const refused = (): HistoryReading => ({ ok: false, problems: problems.list });
  if (header.names.length === 1 && OTHERWISE_PARTED.test(header.names[0]!)) {
    problems.add(header.line, 'The header is parted by none of comma, semicolon and tab; use one of them.');
    return refused();
  }
  const epochAt = epochColumn(header);
  if (epochAt === -1) {
    problems.add(header.line, 'No column is called epoch; add one that counts the epochs.');
    return refused();
  }
  checkHeader(header, problems);
  const { columns, leftOut } = chooseColumns(header, new Set([epochAt]));
  const ofEpoch = oneEach(
    columns.filter(({ of }) => of !== 'step'),
    leftOut,
  );
  for (const { source } of columns.filter(({ of }) => of === 'step')) {
    leftOut.push({ source: named(source), reason: 'It is of single steps, and no column says which.' });
  }
  if (ofEpoch.length === 0) {
    problems.add(header.line, `No column is a metric that is known; name one ${KNOWN_NAMES}.`);
  }
  if (problems.any) return refused();

  const epochs: ReadEpoch[] = [];
  // Keras counts from 0, people from 1.
  let first = 0;
  eachRow(
    text,
    header,
    problems,
    (cells, line) => {
      const number = cellCount(cells[epochAt]!);
      if (number === null) {
        problems.add(line, `${quoted(cells[epochAt]!.trim())} is no epoch; write a whole number.`);
        return true;
      }
      if (epochs.length === 0) first = number === 1 ? 1 : 0;
      const inOrder = checkOrder(problems, { number, line }, epochs.at(-1) ?? null, first);
      const figures = new Map<FigureMetric, number>();
      for (const column of ofEpoch) {
        const value = cellFigure(cells[column.index]!, column, line, problems);
        if (value !== undefined) figures.set(column.metric, value);
      }
      epochs.push({ number, line, figures, seconds: NaN, step: NaN });
      return inOrder;
    },
    tell,
  );
  if (!problems.any && epochs.every(({ figures }) => figures.size === 0)) {
    problems.add(
      header.line,
      epochs.length === 0
        ? 'No row follows the header; the file was kept before the first epoch ended.'
        : 'No row has a figure; the columns of metrics are empty.',
    );
  }
  if (problems.any) return refused();
  return {
    ok: true,
    history: {
      format: 'csv-logger',
      columns: ofEpoch.map(({ source, metric }) => ({ source, metric })),
      leftOut,
      epochs: epochs.map((epoch) => toMetric(epoch, 1 - first)),
      steps: null,
      plannedEpochs: null,
      stepsPerEpoch: null,
    },
  };
}

/** Keras' `CSVLogger`, and `DataFrame(history.history).to_csv(…)`. */
export const csvLogger: HistoryReader = { format: 'csv-logger', title: 'Keras CSVLogger', recognises, read };
