/**
 * Convolution: Y[o] = Σ_t X[o·stride + t] · W[t], t over the kernel's taps.
 *
 *   ∂E/∂X[i] = Σ_t ∂E/∂Y[(i − t) / stride] · W[t]ᵀ        ∂E/∂W[t] = Σ_o X[o·stride + t]ᵀ · ∂E/∂Y[o]
 *
 * TF ops: Conv2D, Conv2DBackpropInput, Conv2DBackpropFilter, or what ../lowering puts in their place.
 *
 * The bias is left to the batch normalisation that follows every convolution: it subtracts the mean, the bias with it, so
 * the output does not depend on the bias, and its exact gradient is zero. Only the moving mean sees it.
 */
import { convShape, shapeKey } from '../../../../architecture/convolutions';
import type { ConvLayer } from '../../../../architecture/layers';
import { buildLowering } from '../lowering/plan';
import { FORWARD, type Operands } from '../lowering/lowerings';
import type { Tensor } from '../graph';
import * as ops from '../ops';
import type { LayerKind, Pass } from './layer';

export const convolution: LayerKind<ConvLayer> = {
  infer: (pass, layer, [x]) => forward(pass, layer, x!),

  train(pass, layer, [x]) {
    const { graph, plan } = pass;
    const shape = convShape(layer);
    const chosen = plan[shapeKey(shape)]!;
    const kernel = pass.value(`${layer.name}/kernel`);
    return {
      output: forward(pass, layer, x!),
      backward(dy, wanted) {
        // Copies that a lowering makes of its operands wait for the gradient: as soon as their operands are there they
        // would be made in the forward pass, and held until here.
        const late = (one: Tensor): Tensor => ops.identity(graph, 'late', one, [dy]);
        const operands: Operands = { x: late(x!), kernel: late(kernel), dy };
        const gradientOf = (direction: 'inputGradient' | 'filterGradient') =>
          graph.scope(direction, () => buildLowering(graph, direction, chosen[direction], operands, shape));
        const dx = wanted ? [gradientOf('inputGradient')] : [];
        pass.gradient(`${layer.name}/kernel`, gradientOf('filterGradient'), dx);
        return dx;
      },
    };
  },
};

function forward({ graph, plan, value }: Pass, layer: ConvLayer, x: Tensor): Tensor {
  const shape = convShape(layer);
  const { forward: chosen } = plan[shapeKey(shape)]!;
  const kernel = value(`${layer.name}/kernel`);
  return FORWARD.find(({ name }) => name === chosen)!.build(graph, { x, kernel }, shape);
}
