/** Commands that let a run go on, or begin another one where it stood; and what its training process said. */
import type { Command } from 'commander';
import { checkpointChoice, chooseCheckpoint, type CheckpointChoice } from '../checkpoint-choice';
import { typed, type CommonOptions, type Context } from '../context';
import { unwrap } from '../errors';
import { runId, wholeNumber } from '../flags';
import { addQueueOptions, queueWish, type QueueOptions } from '../queue-flags';
import { addRecipeOptions, changedRecipe, checkedName, type RecipeOptions } from '../recipe-flags';
import type { Begin } from '../training';

const TRAINING_JSON = 'one JSON value a line on standard output while training';
const NAME_CHARACTERS = 200;

type LifeOptions = CommonOptions & QueueOptions;
type ForkOptions = LifeOptions & RecipeOptions & { from: CheckpointChoice; name?: string };

export function addRunLife(runs: Command, context: Context): void {
  const add = (name: string, description: string): Command =>
    addQueueOptions(runs.command(name).description(description).argument('<id>', 'number of the run', runId))
      .option('--home <dir>', 'data folder')
      .option('--json', TRAINING_JSON);
  const train = async (options: LifeOptions, begin: (wish: Wish) => Begin): Promise<void> => {
    const wish = queueWish(options);
    const { trainAndShow } = await import('../training');
    await trainAndShow(context, options, begin(wish), { stay: wish.stay });
  };

  add(
    'continue',
    'go on with a paused, stopped, failed or interrupted run where its newest checkpoint is',
  ).action((id: number, options: LifeOptions) =>
    train(
      options,
      ({ queue, now }) =>
        (service) =>
          service.continueRun(id, queue, { now }),
    ),
  );

  add('extend', 'add epochs to a run and go on with it')
    .requiredOption('--epochs <n>', 'epochs to add', wholeNumber('--epochs', 1))
    .action((id: number, options: LifeOptions & { epochs: number }) =>
      train(
        options,
        ({ queue, now }) =>
          (service) =>
            service.extend(id, options.epochs, queue, { now }),
      ),
    );

  addRecipeOptions(
    add('fork', 'a new run that begins at a checkpoint of this one, with another recipe'),
    'parent',
  )
    .option(
      '--from <checkpoint>',
      'last, best, the number of a checkpoint, or step:N (default: last)',
      checkpointChoice,
      { by: 'last' } satisfies CheckpointChoice,
    )
    .option('--name <name>', "name of the run (default: the parent's, as its fork)")
    .action((id: number, options: ForkOptions) => {
      const named = options.name === undefined ? null : checkedName(options.name);
      return train(options, ({ queue, now }) => (service) => {
        const parent = unwrap(service.get(id));
        const checkpointId = chooseCheckpoint(options.from, id, unwrap(service.checkpoints(id)));
        const name = named ?? `${parent.name} (fork of run ${id})`.slice(0, NAME_CHARACTERS);
        const recipe = changedRecipe(parent.recipe, options);
        return service.fork({ id, checkpointId, name, recipe, queue }, { now });
      });
    });

  runs
    .command('log')
    .description("what a run's training process went through and said")
    .argument('<id>', 'number of the run', runId)
    .option('--follow', 'go on until the run ends or pauses')
    .option('--home <dir>', 'data folder')
    .option('--json', 'one JSON object on standard output; with --follow one a line of the log')
    .action(async (id: number, options: CommonOptions & { follow?: boolean }) => {
      const [{ withServices }, { followLog, readLog }] = await Promise.all([
        import('../services'),
        import('../run-log'),
      ]);
      await withServices(context, options, async ({ services: { runs: service } }) => {
        const path = unwrap(service.logPath(id));
        if (options.follow) await followLog(context, service, id, path);
        else readLog(context, id, path, typed(`runs show ${id}`, options));
      });
    });
}

type Wish = ReturnType<typeof queueWish>;
