/** The figures of compared runs or groups: columns of their table, and what a scatter plot may have on its axes. Pure. */
import type { Budget } from '../../../shared/comparison/budgets';
import { VALIDATION_FIGURES, type GroupFigures, type Spread } from '../../../shared/comparison/figures';
import { bestOf, JUDGED, JUDGED_BY, type JudgedBy } from '../../../shared/comparison/judged';
import {
  capitalized,
  formatCount,
  formatDuration,
  formatLoss,
  formatMacs,
  formatPercent,
  formatRate,
  NOTHING,
  thousands,
} from '../../../shared/format';

/** What a column is about, in its heading and as a switch. */
export interface FigureColumn {
  key: string;
  title: string;
  /** Which is better; null where neither is. */
  direction: 'max' | 'min' | null;
  value: (figures: GroupFigures) => Spread | null;
  /** Only of equal ones can the values be held against one another (decision 19); null: with none. */
  comparable: (figures: GroupFigures) => string | null;
  format: (value: number) => string;
  /** A difference of two values, without its sign. */
  formatDifference: (value: number) => string;
  /** Powers of ten tell more than equal distances. */
  logarithmic: boolean;
}

/** A value that is one for all runs of a group; null where it is not known. */
const alone = (value: number | null): Spread | null =>
  value === null ? null : { mean: value, deviation: null, values: [value] };
const points = (value: number): string => (100 * value).toFixed(2);

/** A figure of the validation. */
const validated = (by: JudgedBy, of: 'best' | 'last' | 'atBudget', title: string): FigureColumn => {
  const key = VALIDATION_FIGURES[by][of];
  const isShare = by === 'valAccuracy';
  return {
    key,
    title,
    direction: JUDGED[by].direction,
    value: (figures) => figures[key],
    comparable: ({ validatedOn }) => validatedOn,
    format: isShare ? (one) => formatPercent(one) : formatLoss,
    formatDifference: isShare ? points : formatLoss,
    logarithmic: false,
  };
};
const bestTitle = (by: JudgedBy): string => `${capitalized(JUDGED[by].best)} ${JUDGED[by].short}`;

const cost = (
  key: string,
  title: string,
  value: FigureColumn['value'],
  format: (value: number) => string,
): FigureColumn => ({
  key,
  title,
  direction: 'min',
  value,
  comparable: () => '',
  format,
  formatDifference: format,
  logarithmic: true,
});

const epochs = (value: number): string => thousands(Number(value.toFixed(1)));

/** How much of each budget is written. */
const BUDGET_FORMATS: Record<Budget, (value: number) => string> = {
  epochs,
  time: formatDuration,
  images: (value) => thousands(Math.round(value)),
  macs: formatMacs,
};
export const BUDGET_TITLES: Record<Budget, string> = {
  epochs: 'Epochs',
  time: 'Time',
  images: 'Images',
  macs: 'MACs',
};

/** `3 epochs`, `2 min 05 s`, `12,800 images`, `3.2 TMACs`. */
export const formatAmount = (budget: Budget, amount: number): string =>
  budget === 'epochs' || budget === 'images'
    ? `${BUDGET_FORMATS[budget](amount)} ${budget}`
    : BUDGET_FORMATS[budget](amount);

export interface FigureView {
  /** What runs are judged by: all of its figures are shown, and the best of the others. */
  by: JudgedBy;
  /** At which it is compared at equal amounts; null where there is none in common. */
  budget: Budget;
  amount: number | null;
  /** Accuracy to reach; null for none. */
  target: number | null;
  /** Whether the accuracy on the test set was taken of any. */
  tested?: boolean;
}

export function figureColumns({ by, budget, amount, target, tested = false }: FigureView): FigureColumn[] {
  const { short } = JUDGED[by];
  return [
    validated(by, 'best', bestTitle(by)),
    validated(by, 'last', `Last ${short}`),
    ...(amount === null
      ? []
      : [validated(by, 'atBudget', `${capitalized(short)} after ${formatAmount(budget, amount)}`)]),
    ...JUDGED_BY.filter((other) => other !== by).map((other) => validated(other, 'best', bestTitle(other))),
    ...(target === null
      ? []
      : (['epochs', 'time', 'macs'] as const).map((kind) => ({
          ...cost(
            `reached-${kind}`,
            `${BUDGET_TITLES[kind]} to ${formatPercent(target, 1)}`,
            (figures) => figures.reached?.[kind] ?? null,
            BUDGET_FORMATS[kind],
          ),
          comparable: ({ validatedOn }: GroupFigures) => validatedOn,
        }))),
    ...(tested
      ? [
          {
            key: 'testAccuracy',
            title: 'Test accuracy',
            direction: 'max' as const,
            value: (figures: GroupFigures) => figures.testAccuracy,
            comparable: ({ testedOn }: GroupFigures) => testedOn,
            format: (one: number) => formatPercent(one),
            formatDifference: points,
            logarithmic: false,
          },
        ]
      : []),
    cost('parameters', 'Parameters', ({ parameters }) => alone(parameters), formatCount),
    cost('macs', 'MACs per image', ({ macs }) => alone(macs), formatMacs),
    {
      ...cost('epochs', 'Epochs', ({ spent }) => spent.epochs, BUDGET_FORMATS.epochs),
      direction: null,
      logarithmic: false,
    },
    { ...cost('time', 'Training time', ({ spent }) => spent.time, formatDuration), direction: null },
    { ...cost('trainingMacs', 'Training MACs', ({ spent }) => spent.macs, formatMacs), direction: null },
    {
      ...cost('secondsPerEpoch', 'Time of an epoch', (figures) => figures.secondsPerEpoch, formatDuration),
      comparable: (figures) => figures.imagesPerEpoch?.toString() ?? null,
    },
    {
      ...cost('imagesPerSecond', 'Images per second', (figures) => figures.imagesPerSecond, formatRate),
      direction: 'max',
    },
  ];
}

export interface FigureCell {
  text: string;
  /** `± 0.31`, over the runs of a group; null for a single one. */
  deviation: string | null;
  /** From the baseline; null for the baseline itself, without one, and where either is unknown. */
  difference: { text: string; better: boolean | null } | null;
  best: boolean;
  /** What rows are sorted by; NaN sorts last. */
  value: number;
}

/** @param base the baseline's value; null without one, and for its own cell */
export function figureCell(column: FigureColumn, spread: Spread | null, base: Spread | null): FigureCell {
  if (!spread || !Number.isFinite(spread.mean))
    return { text: NOTHING, deviation: null, difference: null, best: false, value: NaN };
  const { mean, deviation } = spread;
  const by = base ? mean - base.mean : NaN;
  const sign = by < 0 ? '−' : '+';
  return {
    text: column.format(mean),
    deviation: deviation === null || deviation === 0 ? null : `± ${column.formatDifference(deviation)}`,
    difference: Number.isFinite(by)
      ? {
          text: by === 0 ? '=' : `${sign}${column.formatDifference(Math.abs(by))}`,
          better: by === 0 || !column.direction ? null : column.direction === 'max' ? by > 0 : by < 0,
        }
      : null,
    best: false,
    value: mean,
  };
}

/** Whether what two groups have in a column can be held against one another. */
const mayCompare = ({ comparable }: FigureColumn, one: GroupFigures, other: GroupFigures): boolean =>
  comparable(one) !== null && comparable(one) === comparable(other);

/**
 * The table: a row each, in the order of the groups. The best of each column is marked where there is something to win, and
 * where all that may win it can be held against one another.
 */
export function figureRows(
  columns: readonly FigureColumn[],
  figures: readonly GroupFigures[],
  baseline: number | null,
): FigureCell[][] {
  const base = baseline === null ? null : (figures[baseline] ?? null);
  const rows = figures.map((group) =>
    columns.map((column) =>
      figureCell(
        column,
        column.value(group),
        base && base !== group && mayCompare(column, group, base) ? column.value(base) : null,
      ),
    ),
  );
  columns.forEach(({ direction, comparable }, at) => {
    const rivals = figures.flatMap((group, index) => {
      const [cell, kind] = [rows[index]![at]!, comparable(group)];
      return kind !== null && Number.isFinite(cell.value) ? [{ cell, kind }] : [];
    });
    const known = rivals.map(({ cell }) => cell.value);
    if (!direction || known.length < 2 || new Set(known).size === 1) return;
    if (new Set(rivals.map(({ kind }) => kind)).size > 1) return;
    const best = bestOf(known, direction);
    for (const { cell } of rivals) if (cell.value === best) cell.best = true;
  });
  return rows;
}

/** Places of points that no other beats on both axes, from the least x on: the Pareto front. */
export function paretoFront(
  points: readonly { x: number; y: number }[],
  x: 'max' | 'min',
  y: 'max' | 'min',
): number[] {
  const order = points
    .map((_, index) => index)
    .filter((index) => Number.isFinite(points[index]!.x) && Number.isFinite(points[index]!.y))
    .sort((a, b) => {
      const [one, other] = [points[a]!, points[b]!];
      const byX = x === 'min' ? one.x - other.x : other.x - one.x;
      return byX || (y === 'max' ? other.y - one.y : one.y - other.y);
    });
  const front: number[] = [];
  let best = y === 'max' ? -Infinity : Infinity;
  for (const index of order) {
    const value = points[index]!.y;
    if (y === 'max' ? value > best : value < best) {
      front.push(index);
      best = value;
    }
  }
  return front.sort((a, b) => points[a]!.x - points[b]!.x);
}
