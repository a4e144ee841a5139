/** A comparison as JSON and as text; docs/COMMANDS.md describes the JSON. */
import { answerOf, type Answer } from '../../../shared/comparison/answer';
import { commonBudget, type Budget, type History } from '../../../shared/comparison/budgets';
import {
  figuresOf,
  VALIDATION_FIGURES,
  type GroupFigures,
  type Spread,
} from '../../../shared/comparison/figures';
import { groupBySetUp } from '../../../shared/comparison/groups';
import { JUDGED, type JudgedBy } from '../../../shared/comparison/judged';
import {
  capitalized,
  formatCount,
  formatDuration,
  formatLoss,
  formatMacs,
  formatPercent,
  NOTHING,
  plural,
  thousands,
} from '../../../shared/format';
import { sparkline } from '../../format/sparkline';
import { formatTable, type Column } from '../../format/table';
import { oneLine } from '../../format/text';
import type { Output } from '../../terminal/output';

export interface Comparison {
  /** What the runs are judged by. */
  by: JudgedBy;
  budget: Budget;
  /** At which all are compared, in the budget's unit; null where they have none in common. */
  amount: number | null;
  target: number | null;
  /** Place of the baseline among the groups; null without one. */
  baseline: number | null;
  groups: GroupFigures[];
  answer: Answer;
}

interface Asked {
  by: JudgedBy;
  budget: Budget;
  target: number | null;
  /** Number of a run. */
  baseline: number | null;
}

/** @throws Error for fewer than two histories */
export function compare(histories: readonly History[], { by, budget, target, baseline }: Asked): Comparison {
  const groups = groupBySetUp(histories);
  const amount = commonBudget(histories, budget, by);
  const answer = answerOf(groups, by, (name) => `"${oneLine(name)}"`);
  if (!answer) throw new Error('A comparison needs two runs.');
  const place = groups.findIndex(({ histories: own }) => own.some(({ run }) => run.id === baseline));
  return {
    by,
    budget,
    amount,
    target,
    baseline: place < 0 ? null : place,
    groups: groups.map((group) => figuresOf(group, { budget, amount, target })),
    answer,
  };
}

const CURVE_COLUMNS = 16;

/** @param losses of each step of a run */
export function comparisonLines(
  { by, budget, amount, target, baseline, groups, answer }: Comparison,
  histories: readonly History[],
  losses: (id: number) => ArrayLike<number>,
  output: Output,
): string[] {
  const { title, short, best } = JUDGED[by];
  const names = VALIDATION_FIGURES[by];
  const tested = groups.some(({ testAccuracy }) => testAccuracy !== null);
  const columns: Column[] = [
    { title: 'Runs', align: 'right' },
    { title: 'Name', shrink: true },
    { title: 'Parameters', align: 'right', optional: 'late' },
    { title: 'MACs', align: 'right', optional: 'late' },
    { title: `${capitalized(best)} ${short}`, align: 'right' },
    ...(amount === null ? [] : [{ title: `After ${formatAmount(budget, amount)}`, align: 'right' as const }]),
    { title: `Last ${short}`, align: 'right', optional: true },
    ...(tested ? [{ title: 'Test accuracy', align: 'right' as const }] : []),
    { title: 'Time', align: 'right', optional: 'late' },
    ...(target === null ? [] : [{ title: `To ${formatPercent(target, 1)}`, align: 'right' as const }]),
    { title, optional: true },
    { title: 'Loss of each step', optional: true },
  ];
  const base = baseline === null ? null : groups[baseline]!;
  const rows = groups.map((group) => {
    // Decision 19: of other images, or of unknown ones, a difference says nothing.
    const isHeld =
      base && base !== group && base.validatedOn !== null && base.validatedOn === group.validatedOn;
    const against = (figure: 'best' | 'last' | 'atBudget'): string =>
      judgedCell(by, group[names[figure]], isHeld ? base[names[figure]] : null, output);
    const first = group.runs[0]!;
    const { epochs } = histories.find(({ run }) => run.id === first)!;
    const curve = (values: ArrayLike<number>): string => sparkline(values, CURVE_COLUMNS, output.unicode);
    return [
      group.runs.join(', '),
      oneLine(group.name) + (group === base ? ' (baseline)' : ''),
      formatCount(group.parameters),
      formatMacs(group.macs),
      against('best'),
      ...(amount === null ? [] : [against('atBudget')]),
      against('last'),
      ...(tested ? [testCell(group)] : []),
      formatDuration(group.spent.time?.mean),
      ...(target === null ? [] : [reachedCell(group)]),
      curve(epochs.map((epoch) => epoch[by])),
      curve(losses(first)),
    ];
  });
  return [...formatTable(columns, rows, output.table), '', ...answer.sentences];
}

/** `81.20 % ±0.31 (+2.10)`: mean, standard deviation over the runs, and the difference from the baseline, in points if of shares. */
function judgedCell(by: JudgedBy, spread: Spread | null, base: Spread | null, { style }: Output): string {
  if (!spread) return NOTHING;
  const isShare = by === 'valAccuracy';
  const size = (value: number): string => (isShare ? (100 * value).toFixed(2) : formatLoss(value));
  const deviation = spread.deviation === null ? '' : ` ±${size(spread.deviation)}`;
  const mean = (isShare ? formatPercent(spread.mean) : formatLoss(spread.mean)) + deviation;
  if (!base) return mean;
  const difference = spread.mean - base.mean;
  const text = `(${difference < 0 ? '' : '+'}${size(difference)})`;
  const isBetter = JUDGED[by].direction === 'max' ? difference > 0 : difference < 0;
  const paint = difference === 0 ? String : isBetter ? style.green : style.red;
  return `${mean} ${paint(text)}`;
}

/** `81.20 % ±0.31`, or a dash where it was not taken of every run. */
function testCell({ testAccuracy }: GroupFigures): string {
  if (!testAccuracy) return NOTHING;
  const { mean, deviation } = testAccuracy;
  return formatPercent(mean) + (deviation === null ? '' : ` ±${(100 * deviation).toFixed(2)}`);
}

function reachedCell({ reached }: GroupFigures): string {
  const { epochs, time } = reached!;
  if (!epochs || !time) return 'not reached';
  return `${plural(Number(epochs.mean.toFixed(1)), 'epoch')}, ${formatDuration(time.mean)}`;
}

function formatAmount(budget: Budget, amount: number): string {
  switch (budget) {
    case 'epochs':
      return plural(amount, 'epoch');
    case 'time':
      return formatDuration(amount);
    case 'images':
      return `${thousands(amount)} images`;
    case 'macs':
      return formatMacs(amount);
  }
}
