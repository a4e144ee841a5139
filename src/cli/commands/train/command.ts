import type { Command } from 'commander';
import { shownName } from '../../../architecture/shown-name';
import type { DatasetId } from '../../../shared/dataset';
import { DEFAULT_RECIPE } from '../../../shared/recipe';
import { DEVICES, type DeviceChoice } from '../../../shared/run';
import { MOST_SEEDS } from '../../../shared/seeds';
import type { CommonOptions, Context } from '../../terminal/context';
import { DEVICE_HELP, oneOf, runId, wholeNumber } from '../../flags/values';
import {
  addModelOptions,
  BESIDE_RECIPES,
  besideRecipe,
  MODEL_HELP,
  resolveVersion,
  type ModelOptions,
} from '../../flags/model';
import { checkFits, DATASET_FLAG, datasetOf } from '../../flags/dataset';
import { libraryOf } from '../../flags/saved-model';
import { addRecipeName, startingRecipeOf } from '../../flags/saved-recipe';
import { addQueueOptions, queuePlacement, type QueueOptions } from '../../flags/queue';
import {
  addRecipeOptions,
  changedRecipe,
  checkedName,
  checkPlan,
  FLAGS_OF_TRAIN,
  type RecipeOptions,
} from '../../flags/recipe';

interface TrainOptions extends CommonOptions, ModelOptions, RecipeOptions, QueueOptions {
  dataset?: DatasetId;
  recipe?: string;
  name?: string;
  seeds?: number;
  planOf?: number;
  explain?: boolean;
  device: DeviceChoice;
}

export function addTrain(program: Command, context: Context): void {
  const command = program
    .command('train')
    .description('train a network and keep the run; Ctrl-C stops it after a checkpoint')
    .argument('[model]', MODEL_HELP)
    .option(...DATASET_FLAG);
  addRecipeOptions(addRecipeName(command), FLAGS_OF_TRAIN, DEFAULT_RECIPE)
    .option('--device <name>', DEVICE_HELP, oneOf('--device', DEVICES), 'auto')
    .option(
      '--seeds <n>',
      'train so many runs, one after the other, that differ in their random seeds; the first has --seed',
      wholeNumber('--seeds', 1, MOST_SEEDS),
    )
    .option('--name <name>', "name of the run (default: the model's)")
    .option('--plan-of <run>', 'compute the convolutions as that run did: then the bits are the same', runId)
    .option('--explain', 'show how each convolution is computed, and how long what was tried took')
    .option('--home <dir>', 'data folder')
    .option('--json', 'one JSON value per line on stdout while training');
  addQueueOptions(command, 'last');
  addModelOptions(command, BESIDE_RECIPES).action(
    async (model: string | undefined, options: TrainOptions) => {
      const { architecture, model: version } = await resolveVersion(
        model,
        besideRecipe(options),
        libraryOf(context, options, true),
      );
      const base = await startingRecipeOf(context, options);
      const recipe = changedRecipe(base, options);
      const dataset = await datasetOf(context, options);
      checkFits(architecture, dataset);
      checkPlan(recipe, dataset);
      const placement = queuePlacement(options, 'last');
      const request = {
        name: options.name === undefined ? shownName(architecture) : checkedName(options.name),
        architecture,
        model: version,
        datasetId: dataset.id,
        recipe,
        planOf: options.planOf,
        device: options.device,
        queue: placement.queue,
      };
      const { requestsOf, trainSeeds } = await import('../../training/seeds');
      await trainSeeds(context, options, requestsOf(request, options.seeds ?? 1), placement, options.explain);
    },
  );
}
