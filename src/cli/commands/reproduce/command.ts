/** `reproduce blog`: the blog's experiment on this machine, each epoch beside the printed one. */
import type { Command } from 'commander';
import {
  BLOG_DATASET,
  BLOG_RECIPE,
  blogRequest,
  VARIANTS,
  type Variant,
} from '../../../shared/blog/experiment';
import { DATASETS } from '../../../shared/datasets';
import type { Recipe, RecipeKey } from '../../../shared/recipe';
import { DEVICES, type DeviceChoice } from '../../../shared/run';
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
      checkPlan(recipe, DATASETS[BLOG_DATASET]);
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
  open: OpenServices,
  variants: readonly Variant[],
  recipe: Recipe,
): Promise<void> {
  const { showInTurn } = await import('../../training/training');
  const { comparisonLines, comparisonValue, introduction, remarkOf } = await import('./view');
  const { describeMachine } = await import('../../../node/machine/machine');
  const { output } = context;
  const { runs, control } = open.services;
  const starts = variants.map((variant) => () => {
    const started = control.start({ ...blogRequest(variant, recipe), device: options.device });
    if (started.ok) output.lines(introduction(variant, recipe, runs.list(), describeMachine()));
    return started;
  });
  await showInTurn(context, options, open, starts, { remark: remarkOf }, (trained) => {
    if (trained.length === 0) return;
    const histories = trained.map((run) => ({ run, epochs: unwrap(runs.epochs(run.id)) }));
    output.value(comparisonValue(histories));
    output.lines(comparisonLines(histories, output));
  });
}
