/** At which share of a step's learning rate each variable learns. Pure. */
import type { VariableRole } from '../../architecture/layers';
import type { Recipe } from '../../shared/recipe';

/** What a recipe tells apart among the trained variables. */
export type Part = 'beta' | 'other';

export const partOf = (role: VariableRole): Part => (role === 'beta' ? 'beta' : 'other');

/**
 * The factor on the learning rate of a variable; 1 is none. Betas may learn faster (`bias_scaler` of airbench94.py; Jordan 2024,
 * arXiv 2404.00498); weight decay, which takes kernels alone, knows nothing of it.
 */
export const rateFactor = ({ betaFactor }: Pick<Recipe, 'betaFactor'>, part: Part): number =>
  part === 'beta' ? betaFactor : 1;
