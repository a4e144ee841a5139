/** The variables that training moves by gradients, and what the recipe does to each. Pure. */
import { layerVariables } from '../../../architecture/layers';
import type { Network } from '../../../architecture/network';
import { isRegularised, regularisationOf, type RegularisationFields } from '../../../shared/regularisation';
import { partOf, type Part } from '../rate-factor';

export interface TrainableVariable {
  name: string;
  shape: readonly number[];
  /** Weight of ‖w‖² in the loss. */
  l2: number;
  /** Whether weight decay takes a share of it. */
  decays: boolean;
  /** What it is to the optimizer. */
  part: Part;
}

/** In the order of the network's layers. */
export function trainableVariables(
  { layers, architecture }: Pick<Network, 'layers' | 'architecture'>,
  recipe: RegularisationFields,
): TrainableVariable[] {
  const { l2, l2On, weightDecay, decayOn } = regularisationOf(recipe, architecture);
  return layers.flatMap((layer) =>
    layerVariables(layer).flatMap(({ name, shape, role, trainable }) => {
      if (!trainable) return [];
      const isConvolution = layer.kind === 'conv';
      const has = (on: typeof l2On): boolean => isRegularised(on, role, isConvolution);
      return [
        {
          name,
          shape,
          l2: has(l2On) ? l2 : 0,
          decays: weightDecay > 0 && has(decayOn),
          part: partOf(layers[0]!, layer, role),
        },
      ];
    }),
  );
}
