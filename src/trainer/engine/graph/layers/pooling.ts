/**
 * Max pooling: y[o] = max over the window of x; ∂E/∂x is the sum of the ∂E/∂y of the windows in which x is the largest
 * (the first of equals). TF ops: MaxPool, MaxPoolGrad.
 */
import type { MaxPoolLayer } from '../../../../architecture/layers';
import * as ops from '../ops';
import type { LayerKind } from './layer';

export const maxPooling: LayerKind<MaxPoolLayer> = {
  infer: ({ graph }, { pool, stride, padding, outputShape }, [x]) =>
    ops.maxPool(graph, x!, pool, stride, padding, outputShape),

  train({ graph }, { pool, stride, padding, outputShape }, [x]) {
    const y = ops.maxPool(graph, x!, pool, stride, padding, outputShape);
    return {
      output: y,
      backward: (dy) => [ops.maxPoolGradient(graph, x!, y, dy, pool, stride, padding)],
    };
  },
};
