/** Runs that differ in nothing but their random seeds, trained one after the other, and what they came to together. */

import { figuresOf, type GroupFigures } from '../../shared/comparison/figures';
import { formatPercent, plural } from '../../shared/format';
import { RECIPE_FIELDS } from '../../shared/recipe';
import { expected } from '../../shared/result';
import { haveSeeds, withSeeds } from '../../shared/seeds';
import type { RunRequest, TrainedRun } from '../../shared/run';
import type { QueuePlacement } from '../flags/queue';
import { withServices, type Services } from '../services';
import type { CommonOptions, Context } from '../terminal/context';
import { unwrap } from '../terminal/errors';
import { showInTurn, showQueued } from './training';

/**
 * The request once for each seed, from that of its recipe on.
 * @throws ExpectedError where the seeds go beyond what a seed may be
 */
export function requestsOf(request: RunRequest, count: number): RunRequest[] {
  const { recipe } = request;
  if (!haveSeeds(recipe, count))
    throw expected(
      'invalid-input',
      `--seeds ${count} from --seed ${recipe.seed} goes beyond ${RECIPE_FIELDS.seed.bounds.atMost}: choose a smaller --seed`,
    );
  return withSeeds(request, count);
}

/** Trains them, or only puts them into the queue. Where one is stopped or fails those behind it are not begun. */
export const trainSeeds = (
  context: Context,
  options: CommonOptions,
  requests: readonly RunRequest[],
  { stay, start }: QueuePlacement,
  explain?: boolean,
): Promise<void> =>
  withServices(
    context,
    options,
    async (open) => {
      const { services } = open;
      const starts = requests.map((request) => () => services.control.start(request, start));
      if (stay)
        await showInTurn(context, options, open, starts, { explain }, (trained) =>
          sumUp(context, services, trained),
        );
      else for (const begin of starts) showQueued(context, options, unwrap(begin()));
    },
    stay ? 'own' : 'none',
  );

/** What those that have trained to their end came to, where they are several. */
function sumUp({ output }: Context, { runs }: Services, trained: readonly TrainedRun[]): void {
  const completed = trained.filter(({ state }) => state === 'completed');
  if (completed.length < 2) return;
  const histories = completed.map((run) => ({ run, epochs: unwrap(runs.epochs(run.id)) }));
  const figures = figuresOf(
    { name: completed[0]!.name, histories },
    { budget: 'epochs', amount: null, target: null },
  );
  output.value({ event: 'seeds', runs: figures.runs, lastAccuracy: figures.lastAccuracy });
  output.lines(['', seedsLine(figures)]);
}

/** `3 runs: validation accuracy after the last epoch 92.10 % (91.95 % to 92.30 %), standard deviation 0.18 points.` */
export function seedsLine({ runs, lastAccuracy }: Pick<GroupFigures, 'runs' | 'lastAccuracy'>): string {
  const count = plural(runs.length, 'run');
  if (lastAccuracy === null) return `${count}, not all of which were validated.`;
  const { mean, deviation, values } = lastAccuracy;
  const spread = deviation === null ? '' : `, standard deviation ${(100 * deviation).toFixed(2)} points`;
  return (
    `${count}: validation accuracy after the last epoch ${formatPercent(mean)} ` +
    `(${formatPercent(Math.min(...values))} to ${formatPercent(Math.max(...values))})${spread}.`
  );
}
