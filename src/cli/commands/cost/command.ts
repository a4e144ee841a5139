/** `cost`: what a training would take on this machine, before it is started. */
import type { Command } from 'commander';
import type { Architecture } from '../../../architecture/architecture';
import { buildNetwork } from '../../../architecture/network';
import { shownName } from '../../../architecture/shown-name';
import { costBatch, estimateCost } from '../../../shared/cost/estimate';
import type { KnownCosts } from '../../../shared/cost/known';
import { datasetMismatch } from '../../../shared/compatibility';
import type { DatasetId } from '../../../shared/dataset';
import { capitalized } from '../../../shared/format';
import { DEFAULT_RECIPE, type Recipe } from '../../../shared/recipe';
import { expected } from '../../../shared/result';
import { DEVICES, type DeviceChoice } from '../../../shared/run';
import {
  addModelOptions,
  BESIDE_RECIPES,
  besideRecipe,
  MODEL_HELP,
  resolveVersion,
  type ModelOptions,
} from '../../flags/model';
import {
  addRecipeOptions,
  changedRecipe,
  checkPlan,
  FLAGS_OF_TRAIN,
  type RecipeOptions,
} from '../../flags/recipe';
import { DATASET_FLAG } from '../../flags/dataset';
import { libraryIn } from '../../flags/saved-model';
import { addRecipeName, startingRecipeOf } from '../../flags/saved-recipe';
import { DEVICE_HELP, oneOf } from '../../flags/values';
import type { Services } from '../../services';
import type { CommonOptions, Context } from '../../terminal/context';
import { unwrap } from '../../terminal/errors';
import { Progress } from '../../terminal/progress';
import { servicesOf } from '../../use-services';

interface CostOptions extends CommonOptions, ModelOptions, RecipeOptions {
  dataset?: DatasetId;
  recipe?: string;
  device: DeviceChoice;
  measure?: boolean;
}

export function addCost(program: Command, context: Context): void {
  const { output } = context;
  const command = program
    .command('cost')
    .description('what a training would take on this machine: time, memory and disk')
    .argument('[model]', MODEL_HELP)
    .option(...DATASET_FLAG)
    .option('--measure', 'take a few steps of it first, which lasts some seconds; Ctrl-C cancels');
  addRecipeOptions(addRecipeName(command), FLAGS_OF_TRAIN, DEFAULT_RECIPE)
    .option('--device <name>', DEVICE_HELP, oneOf('--device', DEVICES), 'auto')
    .option('--home <dir>', 'data folder')
    .option('--json', 'one JSON object on stdout');
  addModelOptions(command, BESIDE_RECIPES).action(async (model: string | undefined, options: CostOptions) => {
    const recipe = changedRecipe(await startingRecipeOf(context, options), options);
    return servicesOf(context)(options, async (services) => {
      const { architecture } = await resolveVersion(
        model,
        besideRecipe(options),
        libraryIn(services.architectures, output),
      );
      const id = options.dataset ?? services.datasets.usual();
      const dataset = services.datasets.status(id);
      const mismatch = datasetMismatch(architecture, dataset);
      if (mismatch !== null) throw expected('invalid-input', mismatch);
      checkPlan(recipe, dataset);
      const batch = costBatch(recipe, dataset.trainCount);
      const { device } = options;
      const known = options.measure
        ? await measured(context, services, { architecture, recipe, batch, device })
        : unwrap(await services.costs.known(batch, device));
      const { keepCheckpoints, keepEveryEpochs } = services.settings.get();
      const network = buildNetwork(architecture);
      const estimate = estimateCost(network, recipe, dataset, known, {
        last: keepCheckpoints,
        everyEpochs: keepEveryEpochs,
      });
      const { costJson, costLines } = await import('./view');
      const about = { network, recipe, dataset, estimate, known, missing: dataset.state !== 'ready' };
      output.value(costJson(about));
      output.lines(costLines({ ...about, title: shownName(architecture) }, output));
    });
  });
}

async function measured(
  context: Context,
  services: Services,
  job: { architecture: Architecture; recipe: Recipe; batch: number; device: DeviceChoice },
): Promise<KnownCosts> {
  const progress = new Progress(context.output);
  const ends = [
    services.events.on('measuring', (now) => {
      if (now) progress.update({ label: capitalized(now.stage), fraction: now.fraction, tail: '' });
    }),
    context.interrupts.listen(() => void services.costs.cancel()),
  ];
  try {
    return unwrap(await services.costs.measure({ ...job, steps: true }));
  } finally {
    for (const end of ends) end();
    progress.end();
  }
}
