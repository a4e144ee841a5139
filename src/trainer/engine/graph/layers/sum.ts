/** Sum of main path and shortcut: y = a + b; ∂E/∂a = ∂E/∂b = ∂E/∂y. TF op: AddV2. */
import type { AddLayer } from '../../../../architecture/layers';
import * as ops from '../ops';
import type { LayerKind } from './layer';

export const sum: LayerKind<AddLayer> = {
  infer: ({ graph }, _layer, [a, b]) => ops.add(graph, a!, b!),

  train: ({ graph }, _layer, [a, b]) => ({
    output: ops.add(graph, a!, b!),
    backward: (dy) => [dy, dy],
  }),
};
