/** The blog's experiment in the terminal: before it starts, beside each epoch, and at its end. */
import {
  agreements,
  besidePrinted,
  differencesOf,
  formatPoints,
  printedSeconds,
} from '../../../shared/blog/comparison';
import { estimateOf } from '../../../shared/blog/estimate';
import {
  describeShorter,
  printedHistory,
  VARIANT_FACTS,
  variantOf,
  type Variant,
} from '../../../shared/blog/experiment';
import { formatDuration, formatPercent, NOTHING } from '../../../shared/format';
import type { Machine } from '../../../shared/machine';
import type { EpochMetric } from '../../../shared/metrics';
import type { Recipe } from '../../../shared/recipe';
import type { Run, TrainedRun } from '../../../shared/run';
import { formatTable } from '../../format/table';
import { oneLine } from '../../format/text';
import type { Output } from '../../terminal/output';

export interface Reproduction {
  run: TrainedRun;
  epochs: readonly EpochMetric[];
}

/** What will be trained, and how long that takes as far as anything tells. */
export function introduction(
  variant: Variant,
  recipe: Recipe,
  runs: readonly Run[],
  machine: Machine,
): string[] {
  const estimate = estimateOf(variant, recipe, runs, machine);
  const { total } = printedSeconds();
  const here = estimate
    ? `here it will take about ${formatDuration(estimate.seconds)}, by run ${estimate.by.id}`
    : 'how long it takes here is said once it trains';
  return [
    `The blog’s ResNet-18: ${VARIANT_FACTS[variant].title.toLowerCase()}.`,
    `The printed run took ${formatDuration(total)}; ${here}.`,
  ];
}

/** `printed 34.73 % (+6.47)`: the validation accuracy of the post's epoch, and by how much this one's is higher. */
export function remarkOf({ epoch, valAccuracy }: Pick<EpochMetric, 'epoch' | 'valAccuracy'>): string {
  const printed = printedHistory().epochs.find((one) => one.epoch === epoch);
  if (!printed) return 'nothing printed';
  const points = formatPoints(100 * (valAccuracy - printed.valAccuracy));
  return `printed ${formatPercent(printed.valAccuracy)} (${points})`;
}

/** As JSON; docs/COMMANDS.md describes it. */
export const comparisonValue = (done: readonly Reproduction[]): object => ({
  event: 'comparison',
  runs: done.map(({ run }) => ({ id: run.id, variant: variantOf(run), shorter: describeShorter(run) })),
  epochs: besidePrinted(done.map(({ epochs }) => epochs)).map(({ epoch, printed, runs }) => ({
    epoch,
    printed: printed?.valAccuracy ?? null,
    valAccuracy: runs.map((beside) => beside?.value ?? null),
    points: runs.map((beside) => beside?.points ?? null),
  })),
  differences: differencesOf(done.map(({ run }) => run)),
  agreements: agreements(),
});

export function comparisonLines(done: readonly Reproduction[], output: Output): string[] {
  const runs = done.map(({ run }) => run);
  const columns = [
    { title: 'Epoch', align: 'right' as const },
    { title: 'Printed', align: 'right' as const },
    ...runs.map((run) => ({ title: `Run ${run.id}`, align: 'right' as const })),
  ];
  const rows = besidePrinted(done.map(({ epochs }) => epochs)).map(({ epoch, printed, runs: besides }) => [
    String(epoch),
    formatPercent(printed?.valAccuracy),
    ...besides.map((beside) => {
      if (!beside) return NOTHING;
      const points = beside.points === null ? '' : ` (${formatPoints(beside.points)})`;
      return `${formatPercent(beside.value)}${points}`;
    }),
  ]);
  const { style } = output;
  return [
    '',
    style.bold('Validation accuracy beside the printed one'),
    ...runs.map((run) => `Run ${run.id}: ${oneLine(run.name)}${shorterOf(run)}`),
    '',
    ...formatTable(columns, rows, output.table),
    '',
    style.bold('What differs, and why'),
    ...differencesOf(runs).map(({ title, text }) => `${title}: ${text}`),
    '',
    style.bold('What is the same'),
    ...agreements().map((clause) => `- ${clause}`),
  ];
}

function shorterOf(run: TrainedRun): string {
  const shorter = describeShorter(run);
  return shorter === null ? '' : ` (shorter: ${shorter})`;
}
