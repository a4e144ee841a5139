/** Flags of the recipe: they change the recipe that comes with Resbench, or the one of a run that is forked. */
import type { Command } from 'commander';
import { LIMITS } from '../architecture/limits';
import { nameProblem } from '../architecture/names';
import { DEFAULT_RECIPE, OPTIMIZERS, recipeProblems, type Recipe } from '../shared/domain';
import { expected } from '../shared/result';
import { oneOf, realNumber, wholeNumber } from './flags';

export interface RecipeOptions {
  epochs?: number;
  batchSize?: number;
  optimizer?: Recipe['optimizer'];
  lr?: number;
  momentum?: number;
  nesterov?: boolean;
  clipNorm?: number;
  weightDecay?: number;
}

/** @param base what stays where a flag is not given: named in the help. */
export function addRecipeOptions(command: Command, base: 'default' | 'parent'): Command {
  const kept = (value: string | number): string =>
    base === 'default' ? ` (default: ${value})` : " (default: the parent's)";
  const { epochs, batchSize, optimizer, learningRate, momentum, weightDecay } = DEFAULT_RECIPE;
  command
    .option('--epochs <n>', `times through the training set${kept(epochs)}`, wholeNumber('--epochs', 1))
    .option('--batch-size <n>', `pictures a step${kept(batchSize)}`, wholeNumber('--batch-size', 1))
    .option(
      '--optimizer <name>',
      `${OPTIMIZERS.join(', ')}${kept(optimizer)}`,
      oneOf('--optimizer', OPTIMIZERS),
    )
    .option('--lr <x>', `learning rate${kept(learningRate)}`, realNumber('--lr', { above: 0 }))
    .option(
      '--momentum <x>',
      `with sgd: share of the old velocity kept${kept(momentum)}`,
      realNumber('--momentum', { atLeast: 0, below: 1 }),
    )
    .option('--nesterov', "with sgd: Nesterov's momentum")
    .option(
      '--clip-norm <x>',
      `scale gradients down to this norm of all together${kept('off')}`,
      realNumber('--clip-norm', { above: 0 }),
    )
    .option(
      '--weight-decay <x>',
      `share of each kernel, times the learning rate, that a step takes away${kept(weightDecay)}`,
      realNumber('--weight-decay', { atLeast: 0, atMost: 10 }),
    );
  if (base === 'parent') command.option('--no-nesterov', 'with sgd: without it');
  return command;
}

/** The recipe with what the flags change. @throws ExpectedError where they do not go together. */
export function changedRecipe(base: Recipe, options: RecipeOptions): Recipe {
  const recipe: Recipe = {
    ...base,
    optimizer: options.optimizer ?? base.optimizer,
    learningRate: options.lr ?? base.learningRate,
    momentum: options.momentum ?? base.momentum,
    nesterov: options.nesterov ?? base.nesterov,
    clipNorm: options.clipNorm ?? base.clipNorm,
    weightDecay: options.weightDecay ?? base.weightDecay,
    batchSize: options.batchSize ?? base.batchSize,
    epochs: options.epochs ?? base.epochs,
  };
  if (recipe.optimizer !== 'sgd') {
    const flag = options.momentum !== undefined ? '--momentum' : options.nesterov ? '--nesterov' : null;
    if (flag !== null) {
      throw expected(
        'invalid-input',
        `${flag} belongs to the optimizer sgd, not to ${recipe.optimizer}; add --optimizer sgd or leave it out`,
      );
    }
  }
  const [problem, ...others] = recipeProblems(recipe);
  if (problem !== undefined) {
    throw expected('invalid-input', problem, others.length > 0 ? [problem, ...others] : undefined);
  }
  return recipe;
}

/** @throws ExpectedError where it cannot be a name. */
export function checkedName(name: string): string {
  const trimmed = name.trim();
  const problem = nameProblem(trimmed, LIMITS.nameLength);
  if (problem !== null) throw expected('invalid-input', `--name ${problem}`);
  return trimmed;
}
