/**
 * Global average pooling: y = Σ x / (height · width) of each channel; ∂E/∂x = ∂E/∂y / (height · width) at every pixel.
 * TF ops: Mean, BroadcastTo.
 */
import type { GapLayer } from '../../../../architecture/layers';
import type { Graph, Tensor } from '../graph';
import * as ops from '../ops';
import type { LayerKind } from './layer';

export const globalPooling: LayerKind<GapLayer> = {
  infer: ({ graph }, layer, [x]) => forward(graph, layer, x!),

  train({ graph }, layer, [x]) {
    const [height, width, channels] = layer.inputShape;
    return {
      output: forward(graph, layer, x!),
      backward(dy) {
        const pixel = ops.reshape(graph, dy, [-1, 1, 1, channels]);
        if (height * width === 1) return [pixel];
        const share = ops.multiply(graph, pixel, ops.scalar(graph, 1 / (height * width)));
        return [ops.broadcastTo(graph, share, x!)];
      },
    };
  },
};

function forward(graph: Graph, { inputShape: [height, width, channels] }: GapLayer, x: Tensor): Tensor {
  return height * width === 1 ? ops.reshape(graph, x, [-1, channels]) : ops.mean(graph, x, [1, 2]);
}
