/** What the Fork dialog offers and refuses. Pure. */
import type { Checkpoint, Recipe, Run } from '../../../shared/domain';
import { formatSetting, thousands } from '../../../shared/format';
import { checkFields, fieldsOf, type CheckedRecipe, type RecipeFields } from './recipe-form';

/** Why these fields are the parent's for good. */
export const LOCKED = {
  seed: 'As the parent: the position in its shuffled pictures is part of the checkpoint.',
  limits: 'As the parent: its order is one of these pictures.',
} as const;

/**
 * The parent's recipe, with as many epochs again where the checkpoint is at its end. `gentler`: a tenth of the learning
 * rate, for a parent whose loss went astray.
 */
export function forkFields(
  { recipe }: Pick<Run, 'recipe'>,
  at: Pick<Checkpoint, 'epoch'> | null,
  gentler: boolean,
): RecipeFields {
  const done = at?.epoch ?? 0;
  return fieldsOf({
    ...recipe,
    epochs: recipe.epochs > done ? recipe.epochs : done + recipe.epochs,
    learningRate: gentler ? recipe.learningRate / 10 : recipe.learningRate,
  });
}

/** Checks the fields, and that there is something left to train after the checkpoint. */
export function checkFork(fields: RecipeFields, at: Pick<Checkpoint, 'epoch'> | null): CheckedRecipe {
  const checked = checkFields(fields);
  if (!checked.recipe || !at || checked.recipe.epochs > at.epoch) return checked;
  return {
    recipe: null,
    problems: {
      epochs: `Epochs must be more than the ${thousands(at.epoch)} that the checkpoint has behind it.`,
    },
  };
}

/** What a fork does differently: `learning rate 0.001 → 0.0001`. */
export function changesOf(parent: Recipe, fork: Recipe): string[] {
  const names = (recipe: Recipe): string => (recipe.optimizer === 'adam' ? 'Adam' : 'SGD');
  const clip = ({ clipNorm }: Recipe): string => (clipNorm === null ? 'none' : formatSetting(clipNorm));
  const rows: [string, string, string][] = [
    ['optimizer', names(parent), names(fork)],
    ['learning rate', formatSetting(parent.learningRate), formatSetting(fork.learningRate)],
    ['weight decay', formatSetting(parent.weightDecay), formatSetting(fork.weightDecay)],
    ['clip norm', clip(parent), clip(fork)],
    ['batch size', thousands(parent.batchSize), thousands(fork.batchSize)],
    ['epochs', thousands(parent.epochs), thousands(fork.epochs)],
  ];
  if (parent.optimizer === 'sgd' && fork.optimizer === 'sgd') {
    rows.push(
      ['momentum', formatSetting(parent.momentum), formatSetting(fork.momentum)],
      ['Nesterov', parent.nesterov ? 'on' : 'off', fork.nesterov ? 'on' : 'off'],
    );
  }
  return rows.filter(([, before, after]) => before !== after).map(([what, a, b]) => `${what} ${a} → ${b}`);
}
