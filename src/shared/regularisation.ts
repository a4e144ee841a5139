/**
 * What keeps the weights of a run small. The recipe says it; an architecture has an L2 only as the value for a recipe that
 * names none, since files bring one. Pure.
 */
import type { Architecture } from '../architecture/architecture';
import type { VariableRole } from '../architecture/layers';
import { formatSetting } from '../architecture/number-text';
import { asSentence } from './format';
import type { Recipe } from './recipe';
import { DEFAULT_RECIPE } from './recipe';
import { REGULARISED } from './regularisation-fields';

export type Regularised = Recipe['regularised'];
export type RegularisationFields = Pick<Recipe, 'regularisation' | 'l2' | 'weightDecay' | 'regularised'>;
type WithL2 = Pick<Architecture, 'l2'>;

/** How much of which kind, and on which variables; 0 where there is none of it. */
export interface Regularisation {
  /** Weight of ‖w‖² in the loss: its gradient is 2·l2·w. */
  l2: number;
  l2On: Regularised;
  /** Times the learning rate the share of w that a step takes away, whatever the gradient. */
  weightDecay: number;
  decayOn: Regularised;
}

/** Its weight decay, where its kind has any. */
export const weightDecayOf = ({ regularisation, weightDecay }: RegularisationFields): number =>
  regularisation === 'both' || regularisation === 'decoupled' ? weightDecay : 0;

/** What a recipe does to the variables of an architecture. */
export function regularisationOf(recipe: RegularisationFields, architecture: WithL2): Regularisation {
  const { regularisation, regularised } = recipe;
  const isBoth = regularisation === 'both';
  return {
    l2: isBoth || regularisation === 'l2' ? (recipe.l2 ?? architecture.l2) : 0,
    l2On: isBoth ? 'convolutions' : regularised,
    weightDecay: weightDecayOf(recipe),
    decayOn: isBoth ? 'kernels' : regularised,
  };
}

/**
 * The recipe with what it leaves to the architecture written out, as a run has it: the kind that is left where a value is 0,
 * and defaults in what that kind does not use, so that two runs that do the same say the same.
 */
export function resolvedRecipe(recipe: Recipe, architecture: WithL2): Recipe {
  const { l2, l2On, weightDecay, decayOn } = regularisationOf(recipe, architecture);
  const kind = (l2 > 0 ? 1 : 0) + (weightDecay > 0 ? 2 : 0);
  const resolved: RegularisationFields = {
    regularisation: (['none', 'l2', 'decoupled', 'both'] as const)[kind]!,
    l2: l2 > 0 ? l2 : DEFAULT_RECIPE.l2,
    weightDecay: weightDecay > 0 ? weightDecay : DEFAULT_RECIPE.weightDecay,
    regularised: kind === 1 ? l2On : kind === 2 ? decayOn : DEFAULT_RECIPE.regularised,
  };
  const isSame = (Object.keys(resolved) as (keyof RegularisationFields)[]).every(
    (key) => recipe[key] === resolved[key],
  );
  return isSame ? recipe : { ...recipe, ...resolved };
}

/** Whether a trainable variable is among those. @param isConvolution whether its layer is one */
export const isRegularised = (on: Regularised, role: VariableRole, isConvolution: boolean): boolean =>
  on === 'all' || (role === 'kernel' && (on === 'kernels' || isConvolution));

/** An architecture as far as runs depend on it: its L2 is in their recipes. */
export const designOf = <A extends WithL2>(architecture: A): A => ({ ...architecture, l2: 0 });

// ----------------------------------------------------------------------------------------------------------- words

const on = (variables: Regularised): string => `on ${REGULARISED[variables].toLowerCase()}`;

/**
 * A sentence where a recipe does not simply do what the architecture's L2 says: that it does not apply, that another value stands
 * in its place, or that both kinds apply. Null where there is nothing to say.
 */
export function regularisationNotice(recipe: RegularisationFields, architecture: WithL2): string | null {
  const { l2, weightDecay } = regularisationOf(recipe, architecture);
  const its = `the architecture’s L2 ${formatSetting(architecture.l2)}`;
  if (l2 > 0 && weightDecay > 0) {
    return (
      `Two kinds apply: L2 ${formatSetting(l2)} in the loss ${on('convolutions')}, and weight decay ` +
      `${formatSetting(weightDecay)} ${on('kernels')}.`
    );
  }
  if (architecture.l2 === 0 || l2 === architecture.l2) return null;
  if (l2 > 0) return asSentence(`L2 ${formatSetting(l2)} stands in the place of ${its}`);
  return asSentence(`${its} does not apply: the recipe has ${kindOf(weightDecay)}`);
}

const kindOf = (weightDecay: number): string =>
  weightDecay > 0 ? `weight decay ${formatSetting(weightDecay)} instead` : 'no regularisation';

/** What applies and whether the architecture brought it: `From the architecture: L2 1e-4, on convolution kernels`. */
export function describeRegularisation(recipe: RegularisationFields, architecture: WithL2): string {
  const notice = regularisationNotice(recipe, architecture);
  const { l2, l2On, weightDecay, decayOn } = regularisationOf(recipe, architecture);
  if (l2 > 0 && weightDecay > 0) return notice!;
  const applying =
    l2 > 0
      ? `${l2 === architecture.l2 ? 'From the architecture: ' : ''}L2 ${formatSetting(l2)} ${on(l2On)}`
      : weightDecay > 0
        ? `Weight decay ${formatSetting(weightDecay)} ${on(decayOn)}`
        : 'No regularisation';
  return [asSentence(applying), ...(notice === null ? [] : [notice])].join(' ');
}
