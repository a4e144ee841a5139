import type { Command } from 'commander';
import type { Architecture } from '../../../architecture/architecture';
import { DEVICES, type DeviceChoice } from '../../../shared/run';
import { DEFAULT_RECIPE, fieldOf, RECIPE_KEYS, type Recipe, type RecipeKey } from '../../../shared/recipe';
import { expected } from '../../../shared/result';
import { ENGINE_NAMES, type EngineName, type ProbeResult } from '../../../shared/training-messages';
import { libraryOf } from '../../flags/saved-model';
import type { CommonOptions, Context } from '../../terminal/context';
import { DEVICE_HELP, oneOf, wholeNumber } from '../../flags/values';
import { formatTable, type Column } from '../../format/table';
import {
  addModelOptions,
  BESIDE_RECIPES,
  besideRecipe,
  MODEL_HELP,
  resolveModel,
  type ModelOptions,
} from '../../flags/model';
import type { Output } from '../../terminal/output';
import { addRecipeOptions, changedRecipe, helpOf, type RecipeOptions } from '../../flags/recipe';

interface ProbeOptions extends ModelOptions, RecipeOptions, CommonOptions {
  architecture?: string;
  steps: number;
  batch: number;
  engine?: EngineName;
  device: DeviceChoice;
}

/** Plain SGD unless the flags say otherwise: other frameworks begin there. */
export const PROBE_RECIPE: Recipe = { ...DEFAULT_RECIPE, momentum: 0 };

/** The batch size has a flag of its own, each batch is whole and computed at once, and no average is shown. */
const WITHOUT: readonly RecipeKey[] = ['batchSize', 'dropLast', 'microBatchSize', 'emaDecay', 'emaEvery'];

/** What a step depends on. */
export const FLAGS_OF_PROBE = RECIPE_KEYS.filter(
  (key) => fieldOf(key).group === 'step' && !WITHOUT.includes(key),
);

export function addProbe(program: Command, context: Context): void {
  const command = program
    .command('probe')
    .description(
      'train on made-up data from made-up weights and print the numbers, to compare them with others',
    )
    .argument('[model]', MODEL_HELP)
    .option('--architecture <model>', 'the same as MODEL')
    .option('--steps <n>', 'training steps', wholeNumber('--steps', 1), 10)
    .option('--batch <n>', helpOf('batchSize'), wholeNumber('--batch', 1), PROBE_RECIPE.batchSize);
  addRecipeOptions(command, FLAGS_OF_PROBE, PROBE_RECIPE)
    .option(
      '--engine <name>',
      `${ENGINE_NAMES.join(', ')} (default: the one that trains)`,
      oneOf('--engine', ENGINE_NAMES),
    )
    .option('--device <name>', DEVICE_HELP, oneOf('--device', DEVICES), 'auto')
    .option('--home <dir>', 'data folder, for a saved architecture')
    .option('--json', 'one JSON value');
  addModelOptions(command, BESIDE_RECIPES).action(
    async (model: string | undefined, options: ProbeOptions) => {
      const architecture = await resolveModel(
        modelOf(model, options),
        besideRecipe(options),
        libraryOf(context, options, false),
      );
      const recipe = changedRecipe({ ...PROBE_RECIPE, batchSize: options.batch }, options);
      const { runProbe } = await import('./compute');
      const result = await runProbe(context, {
        architecture,
        recipe,
        steps: options.steps,
        engine: options.engine ?? null,
        device: options.device,
      });
      context.output.value(result);
      context.output.lines(report(architecture, result, context.output));
    },
  );
}

function modelOf(model: string | undefined, { architecture }: ProbeOptions): string | undefined {
  if (model !== undefined && architecture !== undefined) {
    throw expected(
      'invalid-input',
      `MODEL (${model}) and --architecture (${architecture}) name a model each; leave one out`,
    );
  }
  return model ?? architecture;
}

/** Digits in which float32 results of two frameworks differ, if they do. */
const figure = (value: number | null): string => (value === null ? 'not a number' : value.toPrecision(8));

function report({ name }: Architecture, { steps, variables, logits }: ProbeResult, output: Output): string[] {
  const right = (title: string): Column => ({ title, align: 'right' });
  return [
    output.style.bold(name),
    '',
    ...formatTable(
      [right('Step'), right('Loss'), right('With L2'), right('Correct')],
      steps.map(({ loss, total, correct }, step) => [
        String(step),
        figure(loss),
        figure(total),
        String(correct),
      ]),
      output.table,
    ),
    '',
    ...formatTable(
      [
        { title: 'Variable', shrink: true },
        { title: 'Shape', optional: true },
        right('Sum'),
        right('Norm'),
        right('Gradient norm, step 0'),
      ],
      variables.map(({ name, shape, sum, norm, gradNorm }) => [
        name,
        shape.join('x'),
        figure(sum),
        figure(norm),
        gradNorm === null ? '-' : figure(gradNorm),
      ]),
      output.table,
    ),
    '',
    `Logits of the first image: ${(logits[0] ?? []).slice(0, 10).map(figure).join(' ')}`,
    'All of them, and every digit, come with --json.',
  ];
}
