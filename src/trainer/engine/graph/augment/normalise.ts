/**
 * Bytes → float32, NHWC: byte · scale + shift, one scale or one a channel (src/shared/augmentation/normalisation.ts). Divided by
 * 255 they are byte · float32(1/255), which a division by 255 is made into anyway and is float32(byte / 255) but for the last bit.
 * TF ops: Cast, Mul, AddV2.
 */
import type { Normalisation } from '../../../../shared/augmentation/normalisation';
import type { Graph, Tensor } from '../graph';
import * as ops from '../ops';

export function normalise(
  graph: Graph,
  bytes: Tensor,
  inputShape: readonly number[],
  { scale, shift }: Normalisation,
): Tensor {
  const shaped = (values: Tensor): Tensor => ops.reshape(graph, values, [-1, ...inputShape]);
  const floats = ops.toFloat(graph, bytes);
  if (!shift) {
    const [factor] = scale as unknown as [number];
    return shaped(factor === 1 ? floats : ops.multiply(graph, floats, ops.scalar(graph, factor)));
  }
  const scaled = ops.multiply(graph, shaped(floats), graph.constant(scale, [scale.length]));
  return ops.add(graph, scaled, graph.constant(shift, [shift.length]));
}
