/** Which column of a table of figures is which metric. Pure. */
import type { CsvHeader } from './csv';
import { asKept, figureProblem, readFigure } from './figures';
import type { LeftOut } from './history';
import { meaningOf, whyLeftOut, type FigureMetric } from './metric-names';
import { named, quoted, type Problems } from './problems';

export interface FigureColumn {
  index: number;
  /** As the source calls it. */
  source: string;
  metric: FigureMetric;
  /** What each of its values is of; null where the name does not say it. */
  of: 'step' | 'epoch' | null;
}

/** What a column is left out for whose metric another one gives. */
const alreadyTaken = (by: FigureColumn): string => `${quoted(by.source)} is taken as that metric already.`;

/** The columns without those whose metric an earlier one gives; these are told of. */
export function oneEach(columns: readonly FigureColumn[], leftOut: LeftOut[]): FigureColumn[] {
  const kept: FigureColumn[] = [];
  for (const column of columns) {
    const same = kept.find(({ metric }) => metric === column.metric);
    if (same) leftOut.push({ source: named(column.source), reason: alreadyTaken(same) });
    else kept.push(column);
  }
  return kept;
}

interface Chosen {
  columns: FigureColumn[];
  leftOut: LeftOut[];
}

/** All that have a metric's name. @param others columns that say which epoch or step a row is of */
export function chooseColumns({ names }: CsvHeader, others: ReadonlySet<number>): Chosen {
  const columns: FigureColumn[] = [];
  const leftOut: LeftOut[] = [];
  for (const [index, source] of names.entries()) {
    if (others.has(index)) continue;
    const meaning = meaningOf(source);
    if (meaning) columns.push({ index, source, ...meaning });
    else leftOut.push({ source: labelOf(source, index), reason: leftOutReason(source) });
  }
  return { columns, leftOut };
}

const labelOf = (source: string, index: number): string =>
  source === '' ? `column ${index + 1}` : named(source);

const leftOutReason = (source: string): string => (source === '' ? 'It has no name.' : whyLeftOut(source));

/** The value of a cell, undefined where it says nothing; what is wrong with it becomes a problem. */
export function cellFigure(
  cell: string,
  { metric, source }: Pick<FigureColumn, 'metric' | 'source'>,
  line: number,
  problems: Problems,
): number | undefined {
  const figure = readFigure(cell);
  if (figure.kind === 'nothing') return undefined;
  const problem = figure.kind === 'wrong' ? figure.sentence : figureProblem(metric, source, figure.value);
  if (problem !== null) {
    problems.add(line, figure.kind === 'wrong' ? `${quoted(source)}: ${problem}` : problem);
    return undefined;
  }
  return figure.kind === 'number' ? asKept(metric, figure.value) : undefined;
}

/** A whole number from 0 on, as some write it with `.0`; null where the cell is none. */
export function cellCount(cell: string): number | null {
  const digits = /^(\d{1,16})(?:\.0*)?$/.exec(cell.trim())?.[1];
  const value = Number(digits);
  return digits !== undefined && Number.isSafeInteger(value) ? value : null;
}
