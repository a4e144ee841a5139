/** Activation: y = max(x, 0); ∂E/∂x = ∂E/∂y where y > 0, else 0. TF ops: Relu, ReluGrad. */
import type { ReluLayer } from '../../../../architecture/layers';
import * as ops from '../ops';
import type { LayerKind } from './layer';

export const activation: LayerKind<ReluLayer> = {
  infer: ({ graph }, _layer, [x]) => ops.relu(graph, x!),

  train({ graph }, _layer, [x]) {
    const y = ops.relu(graph, x!);
    return { output: y, backward: (dy) => [ops.reluGradient(graph, dy, y)] };
  },
};
