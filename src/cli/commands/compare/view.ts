/** A comparison as JSON and as text; docs/COMMANDS.md describes the JSON. */
import { answerOf, type Answer } from '../../../shared/comparison/answer';
import { commonBudget, type Budget, type History } from '../../../shared/comparison/budgets';
import { figuresOf, type GroupFigures, type Spread } from '../../../shared/comparison/figures';
import { groupBySetUp } from '../../../shared/comparison/groups';
import {
  formatCount,
  formatDuration,
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
  budget: Budget;
  target: number | null;
  /** Number of a run. */
  baseline: number | null;
}

/** @throws Error for fewer than two histories */
export function compare(histories: readonly History[], { budget, target, baseline }: Asked): Comparison {
  const groups = groupBySetUp(histories);
  const amount = commonBudget(histories, budget);
  const answer = answerOf(groups, (name) => `"${oneLine(name)}"`);
  if (!answer) throw new Error('A comparison needs two runs.');
  const place = groups.findIndex(({ histories: own }) => own.some(({ run }) => run.id === baseline));
  return {
    budget,
    amount,
    target,
    baseline: place < 0 ? null : place,
    groups: groups.map((group) => figuresOf(group, { budget, amount, target })),
    answer,
  };
}

const CURVE_COLUMNS = 16;

export function comparisonLines(
  { budget, amount, target, baseline, groups, answer }: Comparison,
  histories: readonly History[],
  output: Output,
): string[] {
  const columns: Column[] = [
    { title: 'Runs', align: 'right' },
    { title: 'Name', shrink: true },
    { title: 'Parameters', align: 'right', optional: 'late' },
    { title: 'MACs', align: 'right', optional: 'late' },
    { title: 'Best val', align: 'right' },
    ...(amount === null ? [] : [{ title: `After ${formatAmount(budget, amount)}`, align: 'right' as const }]),
    { title: 'Last val', align: 'right', optional: true },
    { title: 'Time', align: 'right', optional: 'late' },
    ...(target === null ? [] : [{ title: `To ${formatPercent(target, 1)}`, align: 'right' as const }]),
    { title: 'Validation accuracy', optional: true },
  ];
  const base = baseline === null ? null : groups[baseline]!;
  const rows = groups.map((group) => {
    const against = (figure: (of: GroupFigures) => Spread | null): string =>
      accuracyCell(figure(group), group === base ? null : base && figure(base), output);
    const ofRun = (id: number): readonly number[] =>
      histories.find(({ run }) => run.id === id)!.epochs.map(({ valAccuracy }) => valAccuracy);
    return [
      group.runs.join(', '),
      oneLine(group.name) + (group === base ? ' (baseline)' : ''),
      formatCount(group.parameters),
      formatMacs(group.macs),
      against(({ bestAccuracy }) => bestAccuracy),
      ...(amount === null ? [] : [against(({ accuracyAtBudget }) => accuracyAtBudget)]),
      against(({ lastAccuracy }) => lastAccuracy),
      formatDuration(group.spent.time?.mean),
      ...(target === null ? [] : [reachedCell(group)]),
      sparkline(ofRun(group.runs[0]!), CURVE_COLUMNS, output.unicode),
    ];
  });
  return [...formatTable(columns, rows, output.table), '', ...answer.sentences];
}

/** `81.20 % ±0.31 (+2.10)`: mean, standard deviation over the runs, and the difference from the baseline in points. */
function accuracyCell(spread: Spread | null, base: Spread | null, { style }: Output): string {
  if (!spread) return NOTHING;
  const deviation = spread.deviation === null ? '' : ` ±${(100 * spread.deviation).toFixed(2)}`;
  if (!base) return formatPercent(spread.mean) + deviation;
  const points = 100 * (spread.mean - base.mean);
  const text = `(${points < 0 ? '' : '+'}${points.toFixed(2)})`;
  const painted = points > 0 ? style.green(text) : points < 0 ? style.red(text) : text;
  return `${formatPercent(spread.mean)}${deviation} ${painted}`;
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
