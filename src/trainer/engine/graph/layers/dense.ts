/**
 * The head: logits Z = X·W + b and their softmax cross-entropy E = Σ_n −log softmax(Z_n)[label_n] / N over N images.
 *
 *   ∂E/∂Z_n = (softmax(Z_n) − onehot(label_n)) / N    ∂E/∂W = Xᵀ·∂E/∂Z    ∂E/∂b = Σ_n ∂E/∂Z_n    ∂E/∂X = ∂E/∂Z·Wᵀ
 *
 * TF ops: MatMul, BiasAdd, BiasAddGrad, SparseSoftmaxCrossEntropyWithLogits.
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

/** ∂E/∂Z of the mean cross-entropy. */
export function lossGradient({ graph, images }: TrainingPass, logits: Tensor, labels: Tensor): Tensor {
  const { gradient } = ops.softmaxCrossEntropy(graph, logits, labels);
  return ops.divide(graph, gradient, images);
}
