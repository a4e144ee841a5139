import type { Command } from 'commander';
import type { Architecture } from '../../architecture/architecture';
import { datasetMismatch } from '../../shared/compatibility';
import { DATASETS } from '../../shared/datasets';
import {
  DATASET_IDS,
  DEFAULT_RECIPE,
  DEVICES,
  OPTIMIZERS,
  recipeProblems,
  type DatasetId,
  type DeviceChoice,
  type Recipe,
} from '../../shared/domain';
import { expected } from '../../shared/result';
import type { CommonOptions, Context } from '../context';
import { DEVICE_HELP, oneOf, realNumber, runId, wholeNumber } from '../flags';
import { addModelOptions, resolveModel, type ModelOptions } from '../model';

interface TrainOptions extends CommonOptions, ModelOptions {
  dataset: DatasetId;
  epochs: number;
  batchSize: number;
  optimizer: Recipe['optimizer'];
  lr: number;
  momentum?: number;
  nesterov?: boolean;
  seed: number;
  limitTrain?: number;
  limitEval?: number;
  name?: string;
  planOf?: number;
  explain?: boolean;
  device: DeviceChoice;
}

export function addTrain(program: Command, context: Context): void {
  const command = program
    .command('train')
    .description('train a network and keep the run; Ctrl-C stops it after the step')
    .argument('[model]', 'a preset (see presets) or a file with an architecture or a block table')
    .option('--dataset <name>', DATASET_IDS.join(', '), oneOf('--dataset', DATASET_IDS), 'shapes')
    .option(
      '--epochs <n>',
      'times through the training set',
      wholeNumber('--epochs', 1),
      DEFAULT_RECIPE.epochs,
    )
    .option('--batch-size <n>', 'pictures a step', wholeNumber('--batch-size', 1), DEFAULT_RECIPE.batchSize)
    .option(
      '--optimizer <name>',
      OPTIMIZERS.join(', '),
      oneOf('--optimizer', OPTIMIZERS),
      DEFAULT_RECIPE.optimizer,
    )
    .option('--lr <x>', 'learning rate', realNumber('--lr', { above: 0 }), DEFAULT_RECIPE.learningRate)
    .option(
      '--momentum <x>',
      `with sgd: share of the old velocity kept (default: ${DEFAULT_RECIPE.momentum})`,
      realNumber('--momentum', { atLeast: 0, below: 1 }),
    )
    .option('--nesterov', "with sgd: Nesterov's momentum")
    .option(
      '--seed <n>',
      'seeds weights and order of pictures',
      wholeNumber('--seed', 0),
      DEFAULT_RECIPE.seed,
    )
    .option('--limit-train <n>', 'train on the first N pictures only', wholeNumber('--limit-train', 1))
    .option('--limit-eval <n>', 'validate on the first N pictures only', wholeNumber('--limit-eval', 1))
    .option('--device <name>', DEVICE_HELP, oneOf('--device', DEVICES), 'auto')
    .option('--name <name>', "name of the run (default: the model's)")
    .option('--plan-of <run>', 'compute the convolutions as that run did: then the bits are the same', runId)
    .option('--explain', 'show how each convolution is computed, and how long what was tried took')
    .option('--home <dir>', 'data folder')
    .option('--json', 'one JSON value a line on standard output while training');
  addModelOptions(command).action(async (model: string | undefined, options: TrainOptions) => {
    const architecture = resolveModel(model, options);
    const recipe = recipeFrom(options);
    checkFits(architecture, options.dataset);
    const { trainAndShow } = await import('../training');
    const { explain, planOf } = options;
    await trainAndShow(
      context,
      options,
      {
        name: runName(options.name, architecture),
        architecture,
        datasetId: options.dataset,
        recipe,
        planOf,
        device: options.device,
      },
      { explain },
    );
  });
}

/** The same check that starting a run makes, with the flags that mend it. */
function checkFits(architecture: Architecture, datasetId: DatasetId): void {
  const dataset = DATASETS[datasetId];
  const mismatch = datasetMismatch(architecture, dataset);
  if (mismatch === null) return;
  const flags = `--input ${dataset.pictureShape.join('x')} --classes ${dataset.classNames.length}`;
  throw expected('invalid-input', `${mismatch} (as flags: ${flags})`);
}

function recipeFrom(options: TrainOptions): Recipe {
  if (options.optimizer !== 'sgd') {
    const flag = options.momentum !== undefined ? '--momentum' : options.nesterov ? '--nesterov' : null;
    if (flag !== null) {
      throw expected(
        'invalid-input',
        `${flag} belongs to the optimizer sgd, not to ${options.optimizer}; add --optimizer sgd or leave it out`,
      );
    }
  }
  const recipe: Recipe = {
    ...DEFAULT_RECIPE,
    optimizer: options.optimizer,
    learningRate: options.lr,
    momentum: options.momentum ?? DEFAULT_RECIPE.momentum,
    nesterov: options.nesterov ?? false,
    batchSize: options.batchSize,
    epochs: options.epochs,
    seed: options.seed,
    limitTrain: options.limitTrain ?? null,
    limitEval: options.limitEval ?? null,
  };
  const [problem, ...others] = recipeProblems(recipe);
  if (problem !== undefined) {
    throw expected('invalid-input', problem, others.length > 0 ? [problem, ...others] : undefined);
  }
  return recipe;
}

function runName(name: string | undefined, architecture: Architecture): string {
  if (name === undefined) return architecture.name;
  const trimmed = name.trim();
  if (trimmed === '') throw expected('invalid-input', '--name must not be empty');
  if (trimmed.length > 200)
    throw expected('invalid-input', `--name must have at most 200 characters, got ${trimmed.length}`);
  return trimmed;
}
