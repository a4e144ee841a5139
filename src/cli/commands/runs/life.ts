/** Commands that resume a run, or fork it, and that show the output of its training process. */
import type { Command } from 'commander';
import type { QueueEntry } from '../../../shared/run';
import { checkpointChoice, chooseCheckpoint, type CheckpointChoice } from '../checkpoints/choice';
import { typed, type CommonOptions, type Context } from '../../terminal/context';
import { unwrap } from '../../terminal/errors';
import { runId, wholeNumber } from '../../flags/values';
import {
  addQueueOptions,
  mustAnswer,
  queuePlacement,
  type QueueOptions,
  type QueuePlacement,
} from '../../flags/queue';
import {
  addRecipeOptions,
  changedRecipe,
  checkedName,
  FLAGS_OF_FORK,
  type RecipeOptions,
} from '../../flags/recipe';
import type { Begin } from '../../training/training';

const TRAINING_JSON = 'one JSON value per line on stdout while training';

type LifeOptions = CommonOptions & QueueOptions;
type ForkOptions = LifeOptions & RecipeOptions & { from?: CheckpointChoice; name?: string };

export function addRunLife(runs: Command, context: Context): void {
  /** A command that queues a run; one that is resumed goes before those that have not begun. */
  const add = (name: string, description: string, usual: QueueEntry): Command =>
    addQueueOptions(
      runs.command(name).description(description).argument('<id>', 'number of the run', runId),
      usual,
    )
      .option('--home <dir>', 'data folder')
      .option('--json', TRAINING_JSON);
  const train = async (options: LifeOptions, { stay }: QueuePlacement, begin: Begin): Promise<void> => {
    const { trainAndShow } = await import('../../training/training');
    await trainAndShow(context, options, begin, { stay });
  };

  add(
    'resume',
    'resume a paused, stopped, failed or interrupted run from its newest checkpoint',
    'next',
  ).action((id: number, options: LifeOptions) => {
    const placement = queuePlacement(options, 'next');
    return train(options, placement, (services) => {
      const run = unwrap(services.runs.get(id));
      if (run.asks !== null && !options.otherKernels) throw mustAnswer(run, options);
      return services.control.resumeRun(id, placement.queue, placement.start);
    });
  });

  add('extend', 'add epochs to a run and resume it', 'next')
    .requiredOption('--epochs <n>', 'epochs to add', wholeNumber('--epochs', 1))
    .action((id: number, options: LifeOptions & { epochs: number }) => {
      const placement = queuePlacement(options, 'next');
      return train(options, placement, (services) =>
        services.control.extend(id, options.epochs, placement.queue, placement.start),
      );
    });

  addRecipeOptions(
    add('fork', 'a new run from a checkpoint of this one, with another recipe', 'last'),
    FLAGS_OF_FORK,
    'parent',
  )
    .option(
      '--from <checkpoint>',
      'last, best, the number of a checkpoint, or step:N (default: last)',
      (word: string) => checkpointChoice(word),
    )
    .option('--name <name>', "name of the run (default: the parent's, forked)")
    .action((id: number, options: ForkOptions) => {
      const placement = queuePlacement(options, 'last');
      const name = options.name === undefined ? '' : checkedName(options.name);
      return train(options, placement, (services) => {
        const parent = unwrap(services.control.trained(id, 'forked'));
        const choice = options.from ?? { by: 'last' };
        const checkpointId = chooseCheckpoint(choice, id, unwrap(services.checkpoints.list(id)));
        const recipe = changedRecipe(parent.recipe, options);
        return services.control.fork(
          { id, checkpointId, name, recipe, queue: placement.queue },
          placement.start,
        );
      });
    });

  runs
    .command('log')
    .description("what a run's training process went through and said")
    .argument('<id>', 'number of the run', runId)
    .option('--follow', 'keep printing until the run ends or pauses')
    .option('--home <dir>', 'data folder')
    .option('--json', 'one JSON object on stdout; with --follow one per line of the log')
    .action(async (id: number, options: CommonOptions & { follow?: boolean }) => {
      const [{ withServices }, { followLog, readLog }] = await Promise.all([
        import('../../services'),
        import('./log'),
      ]);
      await withServices(context, options, async ({ services: { runs } }) => {
        const path = unwrap(runs.logPath(id));
        if (options.follow) await followLog(context, runs, id, path);
        else readLog(context, id, path, typed(`runs show ${id}`, options));
      });
    });
}
