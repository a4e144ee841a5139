/** What a training step must hold at once, whatever computes it. */
import type { Network } from './network';
import { layerVariables } from './layers';

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/**
 * Names of the layers whose outputs the forward pass must leave for the backward pass: what convolutions and the dense layer
 * took, since their kernels' gradients are products with it, and what batch normalisation took, which it normalises
 * again. Outputs of ReLU, pooling and sums are among them where one of these takes them; else they may be overwritten.
 */
export function keptLayers({ layers }: Pick<Network, 'layers'>): Set<string> {
  const kept = new Set<string>();
  for (const { kind, inputs } of layers) {
    if (kind === 'conv' || kind === 'dense' || kind === 'bn') for (const name of inputs) kept.add(name);
  }
  return kept;
}

/**
 * Names of the layers whose outputs TensorFlow and PyTorch leave for the backward pass: besides those of {@link keptLayers} the
 * outputs of ReLU, whose gradient asks which of them are zero, and what max pooling took, which it looks through again. What
 * is measured, and what is besides, says docs/MODELS.md.
 */
export function storedLayers({ layers }: Pick<Network, 'layers'>): Set<string> {
  const stored = keptLayers({ layers });
  for (const { kind, name, inputs } of layers) {
    if (kind === 'relu') stored.add(name);
    else if (kind === 'maxpool') stored.add(inputs[0]!);
  }
  return stored;
}

/** Elements of the outputs of {@link keptLayers}, for one image. */
export function keptElements(network: Pick<Network, 'layers'>): number {
  const kept = keptLayers(network);
  return network.layers.reduce(
    (sum, { name, outputShape }) => (kept.has(name) ? sum + product(outputShape) : sum),
    0,
  );
}

/** Elements of all variables, of those that are trained, of all kernels, and of those of convolutions. */
export function variableElements({ layers }: Pick<Network, 'layers'>): {
  all: number;
  trained: number;
  kernels: number;
  convolutions: number;
} {
  const sums = { all: 0, trained: 0, kernels: 0, convolutions: 0 };
  for (const layer of layers) {
    for (const { shape, trainable, role } of layerVariables(layer)) {
      const elements = product(shape);
      sums.all += elements;
      if (trainable) sums.trained += elements;
      if (role !== 'kernel') continue;
      sums.kernels += elements;
      if (layer.kind === 'conv') sums.convolutions += elements;
    }
  }
  return sums;
}
