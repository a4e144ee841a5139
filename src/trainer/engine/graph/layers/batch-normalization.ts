/**
 * Batch normalisation (Ioffe and Szegedy 2015, algorithm 1) over batch, height and width, n values per channel:
 *
 *   μ = Σ x / n    σ² = Σ (x − μ)² / n    x̂ = (x − μ) / √(σ² + ε)    y = γ·x̂ + β
 *   ∂E/∂β = Σ ∂E/∂y    ∂E/∂γ = Σ ∂E/∂y · x̂    ∂E/∂x = γ / √(σ² + ε) · (∂E/∂y − (∂E/∂β + x̂ · ∂E/∂γ) / n)
 *   moving ← momentum · moving + (1 − momentum) · batch
 *
 * TF ops: FusedBatchNormV3, FusedBatchNormGradV3. The op gives the variance divided by n − 1 (by 1 where n is 1); the
 * moving variance takes it divided by n, as Keras 3 does.
 *
 * A bias b of the convolution before moves μ by b and nothing else, so it is added to the vector μ, not to the map.
 */
import type { BnLayer } from '../../../../architecture/layers';
import type { Graph, Tensor } from '../graph';
import * as ops from '../ops';
import type { NormUnit } from '../../../../architecture/normalisations';
import type { LayerKind, Trained, TrainingPass } from './layer';

export const batchNormalization: LayerKind<BnLayer> = {
  infer({ graph, value, biasOf }, layer, [x]) {
    const bias = biasOf(layer.inputs[0]!);
    const moving = value(`${layer.name}/movingMean`);
    const mean = bias ? ops.subtract(graph, moving, bias) : moving;
    const variance = value(`${layer.name}/movingVariance`);
    const gamma = value(`${layer.name}/gamma`);
    const beta = value(`${layer.name}/beta`);
    return ops.batchNorm(graph, x!, gamma, beta, layer.epsilon, { mean, variance }).y;
  },

  train(pass, layer, [x]) {
    const { graph } = pass;
    const gamma = pass.value(`${layer.name}/gamma`);
    const forward = ops.batchNorm(graph, x!, gamma, pass.value(`${layer.name}/beta`), layer.epsilon);
    moveBoth(pass, layer, forward);
    return {
      output: forward.y,
      backward(dy) {
        const { dx, dGamma, dBeta } = ops.batchNormGradient(graph, dy, x!, gamma, forward, layer.epsilon);
        pass.gradient(`${layer.name}/gamma`, dGamma);
        pass.gradient(`${layer.name}/beta`, dBeta);
        return [dx];
      },
    };
  },
};

/** As `train`, with a sum and a ReLU behind it in the same pass. The gradients are those of x and of the addend. */
export function trainFused(
  pass: TrainingPass,
  { bn, relu }: Pick<NormUnit, 'bn' | 'relu'>,
  x: Tensor,
  addend: Tensor | null,
): Trained {
  const { graph } = pass;
  const gamma = pass.value(`${bn.name}/gamma`);
  const parts = { epsilon: bn.epsilon, addend, relu };
  const forward = ops.fusedNorm(graph, x, gamma, pass.value(`${bn.name}/beta`), parts);
  moveBoth(pass, bn, forward);
  return {
    output: forward.y,
    backward(dy) {
      const { dx, dGamma, dBeta, dAddend } = ops.fusedNormGradient(graph, dy, x, gamma, forward, parts);
      pass.gradient(`${bn.name}/gamma`, dGamma);
      pass.gradient(`${bn.name}/beta`, dBeta);
      return dAddend ? [dx, dAddend] : [dx];
    },
  };
}

/** The moving statistics of a batch: its mean, and its variance divided by n − 1. */
function moveBoth(pass: TrainingPass, layer: BnLayer, batch: { mean: Tensor; variance: Tensor }): void {
  const { graph } = pass;
  const bias = pass.biasOf(layer.inputs[0]!);
  move(pass, layer, 'movingMean', bias ? ops.add(graph, batch.mean, bias) : batch.mean);
  const factor = populationFactor(graph, pass.images, layer);
  move(pass, layer, 'movingVariance', ops.multiply(graph, batch.variance, factor));
}

/** max(n − 1, 1) / n, n = images · height · width. */
function populationFactor(graph: Graph, images: Tensor, { outputShape }: BnLayer): Tensor {
  const n = ops.multiply(graph, images, ops.scalar(graph, outputShape[0] * outputShape[1]));
  const one = ops.scalar(graph, 1);
  return ops.divide(graph, ops.maximum(graph, ops.subtract(graph, n, one), one), n);
}

/** moving ← moving − (1 − momentum) · (moving − batch) */
function move(
  { graph, value, variable, update }: TrainingPass,
  { name, momentum }: BnLayer,
  statistic: 'movingMean' | 'movingVariance',
  batch: Tensor,
): void {
  const moving = `${name}/${statistic}`;
  const distance = ops.subtract(graph, value(moving), batch);
  const change = ops.multiply(graph, distance, ops.scalar(graph, 1 - momentum));
  update(ops.assignSub(graph, variable(moving), change));
}
