/** The variables that training moves by gradients, and what the recipe and the architecture do to each. Pure. */
import { layerVariables } from '../../../architecture/layers';
import type { Network } from '../../../architecture/network';

export interface TrainableVariable {
  name: string;
  shape: readonly number[];
  /** Weight of ‖w‖² in the loss. */
  l2: number;
  /** Whether weight decay takes a share of it. */
  decays: boolean;
}

/** In the order of the network's layers. */
export const trainableVariables = ({ layers }: Pick<Network, 'layers'>): TrainableVariable[] =>
  layers.flatMap((layer) =>
    layerVariables(layer).flatMap(({ name, shape, role, trainable }) => {
      const isKernel = role === 'kernel';
      return trainable
        ? [{ name, shape, l2: isKernel && layer.kind === 'conv' ? layer.l2 : 0, decays: isKernel }]
        : [];
    }),
  );
