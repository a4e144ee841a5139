/** What a recipe tells apart among the trained variables, and at which share of a step's learning rate each learns. Pure. */
import type { Layer, VariableRole } from '../../architecture/layers';
import type { Recipe } from '../../shared/recipe';

/** `hidden`: the kernel of a convolution that does not read the images. */
export type Part = 'hidden' | 'beta' | 'other';

/** @param first the network's first layer, which is its images. */
export function partOf(first: Layer, layer: Layer, role: VariableRole): Part {
  if (role === 'beta') return 'beta';
  return role === 'kernel' && layer.kind === 'conv' && !layer.inputs.includes(first.name)
    ? 'hidden'
    : 'other';
}

/**
 * The factor on the learning rate of a variable; 1 is none. What Muon leaves to SGD has one of its own. Betas may learn faster
 * than the rest of it (`bias_scaler` of airbench94.py; Jordan 2024, arXiv 2404.00498). Weight decay takes a
 * share of the variable's own rate.
 */
export function rateFactor(
  { optimizer, sgdFactor, betaFactor }: Pick<Recipe, 'optimizer' | 'sgdFactor' | 'betaFactor'>,
  part: Part,
): number {
  const ofRest = optimizer === 'muon' && part !== 'hidden' ? sgdFactor : 1;
  return part === 'beta' ? ofRest * betaFactor : ofRest;
}
