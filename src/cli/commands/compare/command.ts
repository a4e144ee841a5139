/** `compare`: which of several runs is better, at what cost, and whether that is more than chance. */
import type { Command } from 'commander';
import { BUDGETS, type Budget, type History } from '../../../shared/comparison/budgets';
import type { JudgedBy } from '../../../shared/comparison/judged';
import { expected } from '../../../shared/result';
import { withShownName } from '../../../shared/run-name';
import { oneOf, realNumber, runId } from '../../flags/values';
import type { CommonOptions, Context } from '../../terminal/context';
import { unwrap } from '../../terminal/errors';
import { servicesOf } from '../../use-services';

/** What `--by` may name. */
const BY = {
  accuracy: 'valAccuracy',
  loss: 'valLoss',
  'cross-entropy': 'valCrossEntropy',
} as const satisfies Record<string, JudgedBy>;
type By = keyof typeof BY;

interface CompareOptions extends CommonOptions {
  by: By;
  baseline?: number;
  at: Budget;
  reach?: number;
}

export function addCompare(program: Command, context: Context): void {
  program
    .command('compare')
    .description('which of several runs is better, at what cost, and whether that is more than chance')
    .argument('<runs...>', 'numbers of two or more runs', (value: string, before: number[] = []) => [
      ...before,
      runId(value),
    ])
    .option(
      '--by <metric>',
      `judge by the validation's ${Object.keys(BY).join(', ')}`,
      oneOf('--by', Object.keys(BY) as By[]),
      'accuracy',
    )
    .option('--baseline <run>', 'number of the run that the others are held against', runId)
    .option(
      '--at <budget>',
      `compare after equal amounts of ${BUDGETS.join(', ')} as well`,
      oneOf('--at', BUDGETS),
      'images',
    )
    .option(
      '--reach <accuracy>',
      'what each spent until a validation accuracy, such as 0.6',
      realNumber('--reach', { above: 0, atMost: 1 }),
    )
    .option('--home <dir>', 'data folder')
    .option('--json', 'one JSON object on stdout')
    .action((ids: number[], options: CompareOptions) => {
      const numbers = [...new Set(ids)];
      if (numbers.length < 2)
        throw expected(
          'invalid-input',
          'compare needs the numbers of at least two runs, such as compare 1 2',
        );
      if (options.baseline !== undefined && !numbers.includes(options.baseline))
        throw expected(
          'invalid-input',
          `--baseline must be one of the runs that are compared, got ${options.baseline}`,
        );
      return servicesOf(context)(options, async ({ runs }) => {
        const histories = numbers.map((id): History => {
          const run = unwrap(runs.get(id));
          if (run.unreadable !== undefined) throw expected('storage', run.unreadable);
          return {
            run: withShownName(run),
            epochs: unwrap(runs.epochs(id)),
            predictions: unwrap(runs.predictions(id)),
          };
        });
        const { compare, comparisonLines } = await import('./view');
        const comparison = compare(histories, {
          by: BY[options.by],
          budget: options.at,
          target: options.reach ?? null,
          baseline: options.baseline ?? null,
        });
        context.output.value(comparison);
        // Steps are read for the curves of the text alone.
        if (options.json) return;
        const losses = (id: number): Float64Array => unwrap(runs.steps(id, 0, Number.MAX_SAFE_INTEGER)).loss;
        context.output.lines(comparisonLines(comparison, histories, losses, context.output));
      });
    });
}
