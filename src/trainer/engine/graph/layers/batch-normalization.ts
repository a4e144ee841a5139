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
    tellStatistics(pass, layer, forward);
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
  tellStatistics(pass, bn, forward);
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

/** @param batch its mean without the bias of the convolution before, and its variance divided by n − 1. */
function tellStatistics(pass: TrainingPass, layer: BnLayer, batch: { mean: Tensor; variance: Tensor }): void {
  const { graph } = pass;
  const bias = pass.biasOf(layer.inputs[0]!);
  const mean = bias ? ops.add(graph, batch.mean, bias) : batch.mean;
  const variance = ops.multiply(graph, batch.variance, populationFactor(graph, pass.images, layer));
  pass.statistics(layer, { mean, variance });
}

/** max(n − 1, 1) / n, n = images · height · width. */
function populationFactor(graph: Graph, images: Tensor, { outputShape }: BnLayer): Tensor {
  const n = ops.multiply(graph, images, ops.scalar(graph, outputShape[0] * outputShape[1]));
  const one = ops.scalar(graph, 1);
  return ops.divide(graph, ops.maximum(graph, ops.subtract(graph, n, one), one), n);
}

type Statistics = Pick<TrainingPass, 'graph' | 'value' | 'variable'>;

/** moving ← moving − (1 − momentum) · (moving − batch), of both statistics */
export function moveStatistics(
  { graph, value, variable }: Statistics,
  { name, momentum }: BnLayer,
  batch: { mean: Tensor; variance: Tensor },
): Tensor[] {
  const move = (statistic: 'movingMean' | 'movingVariance', given: Tensor): Tensor => {
    const moving = `${name}/${statistic}`;
    const distance = ops.subtract(graph, value(moving), given);
    const change = ops.multiply(graph, distance, ops.scalar(graph, 1 - momentum));
    return ops.assignSub(graph, variable(moving), change);
  };
  return [move('movingMean', batch.mean), move('movingVariance', batch.variance)];
}

/**
 * Mean and variance over all images of k batches of one size, from those over k − 1 of them and the k-th, with s = 1 / k (Chan, Golub
 * and LeVeque 1983; Wu and Johnson 2021, section 3):
 *
 *   μ ← (1 − s) μ + s μ_k    σ² ← (1 − s) σ² + s σ²_k + s (1 − s) (μ_k − μ)²
 *
 * Of the first batch, s = 1, what was there before leaves no trace.
 */
export function averageStatistics(
  { graph, value, variable }: Statistics,
  { name }: BnLayer,
  batch: { mean: Tensor; variance: Tensor },
  share: Tensor,
): Tensor[] {
  const left = ops.subtract(graph, ops.scalar(graph, 1), share);
  const mix = (before: Tensor, given: Tensor): Tensor =>
    ops.add(graph, ops.multiply(graph, before, left), ops.multiply(graph, given, share));
  const [mean, variance] = ['movingMean', 'movingVariance'].map((statistic) => `${name}/${statistic}`) as [
    string,
    string,
  ];
  const distance = ops.subtract(graph, batch.mean, value(mean));
  const squares = ops.multiply(
    graph,
    ops.multiply(graph, distance, distance),
    ops.multiply(graph, share, left),
  );
  const spread = ops.add(graph, mix(value(variance), batch.variance), squares);
  return [
    ops.assign(graph, variable(mean), mix(value(mean), batch.mean)),
    ops.assign(graph, variable(variance), spread),
  ];
}
