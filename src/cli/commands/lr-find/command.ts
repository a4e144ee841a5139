/** `lr-find`: the learning-rate range test. */
import type { Command } from 'commander';
import type { DatasetId } from '../../../shared/dataset';
import {
  DEFAULT_RANGE,
  RANGE_KEYS,
  RANGE_STEPS,
  rangeProblems,
  rangeRecipe,
  type RangeRequest,
  type RangeResult,
} from '../../../shared/range-test';
import { DEFAULT_RECIPE } from '../../../shared/recipe';
import { expected } from '../../../shared/result';
import { DEVICES, type DeviceChoice } from '../../../shared/run';
import {
  addModelOptions,
  BESIDE_RECIPES,
  besideRecipe,
  MODEL_HELP,
  resolveModel,
  type ModelOptions,
} from '../../flags/model';
import { checkFits, DATASET_FLAG, datasetOf } from '../../flags/dataset';
import { addRecipeOptions, changedRecipe, checkPlan, type RecipeOptions } from '../../flags/recipe';
import { libraryOf } from '../../flags/saved-model';
import { addRecipeName, startingRecipeOf } from '../../flags/saved-recipe';
import { DEVICE_HELP, oneOf, realNumber, wholeNumber } from '../../flags/values';
import type { Services } from '../../services';
import type { CommonOptions, Context } from '../../terminal/context';
import { unwrap } from '../../terminal/errors';
import { Progress } from '../../terminal/progress';
import { servicesOf } from '../../use-services';
import { rangeJson, rangeLines } from './view';

interface LrFindOptions extends ModelOptions, RecipeOptions, CommonOptions {
  dataset?: DatasetId;
  recipe?: string;
  from: number;
  to: number;
  steps: number;
  device: DeviceChoice;
}

/** What makes a step, and which images it is of. */
export const FLAGS_OF_LR_FIND = RANGE_KEYS;

export function addLrFind(program: Command, context: Context): void {
  const command = program
    .command('lr-find')
    .description('train a throw-away network with a rising learning rate, and suggest one; nothing is kept')
    .argument('[model]', MODEL_HELP)
    .option(...DATASET_FLAG)
    .option('--from <x>', 'the lowest rate', realNumber('--from', { above: 0 }), DEFAULT_RANGE.from)
    .option('--to <x>', 'the highest rate', realNumber('--to', { above: 0 }), DEFAULT_RANGE.to)
    .option(
      '--steps <n>',
      'steps between them',
      wholeNumber('--steps', RANGE_STEPS.least, RANGE_STEPS.most),
      DEFAULT_RANGE.steps,
    );
  addRecipeOptions(addRecipeName(command), FLAGS_OF_LR_FIND, DEFAULT_RECIPE)
    .option('--device <name>', DEVICE_HELP, oneOf('--device', DEVICES), 'auto')
    .option('--home <dir>', 'data folder')
    .option('--json', 'one JSON object on stdout');
  addModelOptions(command, BESIDE_RECIPES).action(
    async (model: string | undefined, options: LrFindOptions) => {
      const request = await requestOf(context, model, options);
      await servicesOf(context)(options, async (services) => {
        const result = unwrap(await taken(context, services, request));
        context.output.value(rangeJson(request, result));
        context.output.lines(rangeLines(request, result, context.output));
      });
    },
  );
}

async function requestOf(
  context: Context,
  model: string | undefined,
  options: LrFindOptions,
): Promise<RangeRequest> {
  const architecture = await resolveModel(model, besideRecipe(options), libraryOf(context, options, true));
  const base = await startingRecipeOf(context, options);
  const dataset = await datasetOf(context, options);
  const recipe = rangeRecipe(changedRecipe(rangeRecipe(base), options));
  checkFits(architecture, dataset);
  checkPlan(recipe, dataset);
  const { from, to, steps, device } = options;
  const range = { from, to, steps };
  const [problem] = Object.entries(rangeProblems(range));
  if (problem) throw expected('invalid-input', `--${problem[0]}: ${problem[1]}`);
  return { architecture, datasetId: dataset.id, recipe, device, range };
}

/** Ctrl-C cancels it. */
async function taken(
  { output, interrupts }: Context,
  { events, rangeTests }: Services,
  request: RangeRequest,
) {
  const progress = new Progress(output);
  let last: RangeResult['points'][number] | undefined;
  const ends = [
    events.on('ranging', ({ stage: label, fraction, points }) => {
      last = points.at(-1) ?? last;
      const tail = last
        ? `learning rate ${last.rate.toPrecision(2)}, smoothed loss ${last.smoothed.toFixed(3)}`
        : '';
      progress.update({ label, fraction, tail });
    }),
    interrupts.listen(() => void rangeTests.cancel()),
  ];
  try {
    return await rangeTests.take(request);
  } finally {
    for (const end of ends) end();
    progress.end();
  }
}
