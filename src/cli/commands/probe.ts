import type { Command } from 'commander';
import type { Architecture } from '../../architecture/architecture';
import {
  DEFAULT_RECIPE,
  DEVICES,
  OPTIMIZERS,
  recipeProblems,
  type DeviceChoice,
  type Recipe,
} from '../../shared/domain';
import { expected } from '../../shared/result';
import { ENGINE_NAMES, type EngineName, type ProbeResult } from '../../shared/training-messages';
import type { Context } from '../context';
import { DEVICE_HELP, oneOf, realNumber, wholeNumber } from '../flags';
import { formatTable, type Column } from '../format/table';
import { addModelOptions, resolveModel, type ModelOptions } from '../model';
import type { Output } from '../output';

interface ProbeOptions extends ModelOptions {
  architecture?: string;
  steps: number;
  batch: number;
  optimizer: Recipe['optimizer'];
  lr: number;
  momentum?: number;
  nesterov?: boolean;
  clipNorm?: number;
  weightDecay: number;
  engine?: EngineName;
  device: DeviceChoice;
  json?: boolean;
}

export function addProbe(program: Command, context: Context): void {
  const command = program
    .command('probe')
    .description(
      'train on made-up data from made-up weights and print the numbers, to compare them with others',
    )
    .argument('[model]', 'a preset (see presets) or a file with an architecture or a block table')
    .option('--architecture <model>', 'the same as MODEL')
    .option('--steps <n>', 'training steps', wholeNumber('--steps', 1), 10)
    .option('--batch <n>', 'pictures a step', wholeNumber('--batch', 1), DEFAULT_RECIPE.batchSize)
    .option(
      '--optimizer <name>',
      OPTIMIZERS.join(', '),
      oneOf('--optimizer', OPTIMIZERS),
      DEFAULT_RECIPE.optimizer,
    )
    .option('--lr <x>', 'learning rate', realNumber('--lr', { above: 0 }), DEFAULT_RECIPE.learningRate)
    .option(
      '--momentum <x>',
      'with sgd: share of the old velocity kept (default: 0)',
      realNumber('--momentum', { atLeast: 0, below: 1 }),
    )
    .option('--nesterov', "with sgd: Nesterov's momentum")
    .option(
      '--clip-norm <x>',
      'scale gradients down to this norm of all together',
      realNumber('--clip-norm', { above: 0 }),
    )
    .option(
      '--weight-decay <x>',
      'share of each kernel, times the learning rate, that a step takes away',
      realNumber('--weight-decay', { atLeast: 0, atMost: 10 }),
      DEFAULT_RECIPE.weightDecay,
    )
    .option(
      '--engine <name>',
      `${ENGINE_NAMES.join(', ')} (default: the one that trains)`,
      oneOf('--engine', ENGINE_NAMES),
    )
    .option('--device <name>', DEVICE_HELP, oneOf('--device', DEVICES), 'auto')
    .option('--json', 'one JSON value');
  addModelOptions(command).action(async (model: string | undefined, options: ProbeOptions) => {
    const architecture = resolveModel(modelOf(model, options), options);
    const recipe = recipeFrom(options);
    const { runProbe } = await import('../probe');
    const result = await runProbe(context, {
      architecture,
      recipe,
      steps: options.steps,
      engine: options.engine ?? null,
      device: options.device,
    });
    context.output.value(result);
    context.output.lines(report(architecture, result, context.output));
  });
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

function recipeFrom({
  optimizer,
  lr,
  momentum,
  nesterov,
  clipNorm,
  weightDecay,
  batch,
}: ProbeOptions): Recipe {
  const flag = momentum !== undefined ? '--momentum' : nesterov ? '--nesterov' : null;
  if (optimizer !== 'sgd' && flag !== null) {
    throw expected(
      'invalid-input',
      `${flag} belongs to the optimizer sgd, not to ${optimizer}; add --optimizer sgd or leave it out`,
    );
  }
  const recipe: Recipe = {
    ...DEFAULT_RECIPE,
    optimizer,
    learningRate: lr,
    momentum: momentum ?? 0,
    nesterov: nesterov ?? false,
    clipNorm: clipNorm ?? null,
    weightDecay,
    batchSize: batch,
  };
  const [problem] = recipeProblems(recipe);
  if (problem !== undefined) throw expected('invalid-input', problem);
  return recipe;
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
    `Logits of the first picture: ${(logits[0] ?? []).slice(0, 10).map(figure).join(' ')}`,
    'All of them, and every digit, come with --json.',
  ];
}
