/**
 * The head: logits Z = X·W + b and their softmax cross-entropy E = Σ_n −log softmax(Z_n)[label_n] / N over N images.
 *
 *   ∂E/∂Z_n = (softmax(Z_n) − onehot(label_n)) / N    ∂E/∂W = Xᵀ·∂E/∂Z    ∂E/∂b = Σ_n ∂E/∂Z_n    ∂E/∂X = ∂E/∂Z·Wᵀ
 *
 * TF ops: MatMul, BiasAdd, BiasAddGrad, SparseSoftmaxCrossEntropyWithLogits; with smoothed labels OneHot and
 * SoftmaxCrossEntropyWithLogits.
 */
import type { DenseLayer } from '../../../../architecture/layers';
import type { Tensor } from '../graph';
import * as ops from '../ops';
import type { LayerKind, Pass, TrainingPass } from './layer';

export const dense: LayerKind<DenseLayer> = {
  infer: (pass, layer, [x]) => forward(pass, layer, x!),

  train(pass, layer, [x]) {
    const { graph } = pass;
    const kernel = pass.value(`${layer.name}/kernel`);
    return {
      output: forward(pass, layer, x!),
      backward(dz) {
        const dx = ops.matMul(graph, dz, kernel, { transposeB: true });
        pass.gradient(`${layer.name}/kernel`, ops.matMul(graph, x!, dz, { transposeA: true }), [dx]);
        pass.gradient(`${layer.name}/bias`, ops.biasGradient(graph, dz));
        return [dx];
      },
    };
  },
};

function forward({ graph, value }: Pass, { name }: DenseLayer, x: Tensor): Tensor {
  return ops.biasAdd(graph, ops.matMul(graph, x, value(`${name}/kernel`)), value(`${name}/bias`));
}

/**
 * ∂E/∂Z, where N may count the images of other parts of the batch too. With labels smoothed by s over K classes (Szegedy et al. 2016, section 7) onehot(label) is
 * (1 − s)·onehot(label) + s/K.
 */
export function lossGradient(
  { graph, lossImages }: TrainingPass,
  logits: Tensor,
  labels: Tensor,
  smoothing: number,
): Tensor {
  if (smoothing === 0)
    return ops.divide(graph, ops.softmaxCrossEntropy(graph, logits, labels).gradient, lossImages);
  const others = smoothing / logits.shape[1]!;
  const targets = ops.oneHot(graph, labels, logits.shape[1]!, 1 - smoothing + others, others);
  return ops.divide(graph, ops.softmaxCrossEntropyOf(graph, logits, targets), lossImages);
}
