/** Runs that differ in nothing but their random seeds, trained one after the other, and what they came to together. */

import { figuresOf, type GroupFigures } from '../../shared/comparison/figures';
import { formatPercent, plural } from '../../shared/format';
import { RECIPE_FIELDS } from '../../shared/recipe';
import { expected } from '../../shared/result';
import { haveSeeds, withSeeds } from '../../shared/seeds';
import { isTrained, type RunRequest, type TrainedRun } from '../../shared/run';
import type { QueuePlacement } from '../flags/queue';
import { withServices, type OpenServices } from '../services';
import type { CommonOptions, Context } from '../terminal/context';
import { unwrap } from '../terminal/errors';
import { showQueued, showRun } from './training';

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
  explain: boolean | undefined,
): Promise<void> =>
  withServices(
    context,
    options,
    async (open) => {
      if (stay) return trainEach(context, options, requests, open, start, explain);
      for (const request of requests)
        showQueued(context, options, unwrap(await open.services.control.start(request, start)));
    },
    stay ? 'own' : 'none',
  );

async function trainEach(
  context: Context,
  options: CommonOptions,
  requests: readonly RunRequest[],
  { services, kill }: OpenServices,
  start: QueuePlacement['start'],
  explain: boolean | undefined,
): Promise<void> {
  const { home, control, runs } = services;
  const ids: number[] = [];
  try {
    for (const request of requests) {
      const begin = () => {
        const started = control.start(request, start);
        if (started.ok) ids.push(started.value.id);
        return started;
      };
      await showRun(context, options, { services, home, kill, begin }, { explain });
    }
  } finally {
    // What was measured is summed up, however it ended.
    const trained = ids
      .map((id) => unwrap(runs.get(id)))
      .filter((run): run is TrainedRun => isTrained(run) && run.state === 'completed');
    if (trained.length > 1) {
      const histories = trained.map((run) => ({ run, epochs: unwrap(runs.epochs(run.id)) }));
      const figures = figuresOf(
        { name: trained[0]!.name, histories },
        { budget: 'epochs', amount: null, target: null },
      );
      context.output.value({ event: 'seeds', runs: figures.runs, lastAccuracy: figures.lastAccuracy });
      context.output.lines(['', seedsLine(figures)]);
    }
  }
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
