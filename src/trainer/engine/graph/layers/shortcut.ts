/**
 * Shortcut option A (He et al. 2015, section 4.1): y = every stride-th pixel of x, channels of zeros around; ∂E/∂x is the
 * gradient of the channels in between, at the pixels that were taken. TF ops: StridedSlice, Pad, Slice, StridedSliceGrad.
 */
import type { ShortcutALayer } from '../../../../architecture/layers';
import type { Graph, Tensor } from '../graph';
import * as ops from '../ops';
import type { LayerKind } from './layer';

export const shortcutA: LayerKind<ShortcutALayer> = {
  infer: ({ graph }, layer, [x]) => forward(graph, layer, x!),

  train({ graph }, layer, [x]) {
    return {
      output: forward(graph, layer, x!),
      backward(dy) {
        const channels = layer.inputShape[2];
        const taken = ops.slice(graph, dy, [0, 0, 0, layer.padBefore], [-1, -1, -1, channels]);
        return [ops.subsampleGradient(graph, taken, x!, layer.stride)];
      },
    };
  },
};

function forward(graph: Graph, { stride, padBefore, padAfter }: ShortcutALayer, x: Tensor): Tensor {
  return ops.pad(graph, ops.subsample(graph, x, stride), [
    [0, 0],
    [0, 0],
    [0, 0],
    [padBefore, padAfter],
  ]);
}
