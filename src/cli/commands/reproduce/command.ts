/** `reproduce blog`: the blog's experiment on this machine, each epoch beside the printed one. */
import type { Command } from 'commander';
import {
  BLOG_DATASET,
  BLOG_RECIPE,
  blogRequest,
  VARIANTS,
  type Variant,
} from '../../../shared/blog/experiment';
import type { Recipe, RecipeKey } from '../../../shared/recipe';
import { DEVICES, isTrained, type DeviceChoice, type TrainedRun } from '../../../shared/run';
import { addRecipeOptions, changedRecipe, checkPlan, type RecipeOptions } from '../../flags/recipe';
import { DEVICE_HELP, oneOf } from '../../flags/values';
import type { CommonOptions, Context } from '../../terminal/context';
import type { OpenServices } from '../../services';
import { unwrap } from '../../terminal/errors';

const EXPERIMENTS = ['blog'] as const;
/** `both` trains one after the other. */
const CHOICES = [...VARIANTS, 'both'] as const;

/** With any other field changed it would be another experiment. */
export const FLAGS_OF_REPRODUCE: readonly RecipeKey[] = ['epochs', 'seed', 'limitTrain', 'limitEval'];

interface ReproduceOptions extends CommonOptions, RecipeOptions {
  variant: (typeof CHOICES)[number];
  device: DeviceChoice;
}

export function addReproduce(program: Command, context: Context): void {
  const command = program
    .command('reproduce')
    .description('train what the blog trained, each epoch beside the one that it printed')
    .argument('<experiment>', EXPERIMENTS.join(', '), oneOf('EXPERIMENT', EXPERIMENTS))
    .option(
      '--variant <name>',
      'plain: as the post’s code ran; projections: as it meant; both, one after the other',
      oneOf('--variant', CHOICES),
      'plain',
    );
  addRecipeOptions(command, FLAGS_OF_REPRODUCE, BLOG_RECIPE)
    .option('--device <name>', DEVICE_HELP, oneOf('--device', DEVICES), 'auto')
    .option('--home <dir>', 'data folder')
    .option('--json', 'one JSON value per line on stdout while training')
    .action(async (_experiment: string, options: ReproduceOptions) => {
      const recipe = changedRecipe(BLOG_RECIPE, options);
      checkPlan(recipe, BLOG_DATASET);
      const variants = options.variant === 'both' ? VARIANTS : [options.variant];
      const { withServices } = await import('../../services');
      await withServices(
        context,
        options,
        (open) => reproduce(context, options, open, variants, recipe),
        'own',
      );
    });
}

async function reproduce(
  context: Context,
  options: ReproduceOptions,
  { services, kill }: OpenServices,
  variants: readonly Variant[],
  recipe: Recipe,
): Promise<void> {
  const { showRun } = await import('../../training/training');
  const { comparisonLines, comparisonValue, introduction, remarkOf } = await import('./view');
  const { describeMachine } = await import('../../../node/machine/machine');
  const { output } = context;
  const { runs, control, home } = services;
  const ids: number[] = [];
  try {
    for (const variant of variants) {
      const begin = () => {
        const started = control.start({ ...blogRequest(variant, recipe), device: options.device });
        if (started.ok) {
          ids.push(started.value.id);
          output.lines(introduction(variant, recipe, runs.list(), describeMachine()));
        }
        return started;
      };
      await showRun(context, options, { services, home, kill, begin }, { remark: remarkOf });
    }
  } finally {
    // What was measured is compared, however it ended.
    const trained = ids
      .map((id) => unwrap(runs.get(id)))
      .filter((run): run is TrainedRun => isTrained(run) && run.epoch > 0);
    if (trained.length > 0) {
      const histories = trained.map((run) => ({ run, epochs: unwrap(runs.epochs(run.id)) }));
      output.value(comparisonValue(histories));
      output.lines(comparisonLines(histories, output));
    }
  }
}
