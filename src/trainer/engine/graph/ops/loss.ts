/** The loss, and what it is taken of. */
import type { Graph, Tensor } from '../graph';
import { scalar } from './constants';
import { float, FLOAT, integer, one } from './node';

/**
 * −log softmax(logits)[label] of each image and its gradient, softmax(logits) − onehot(label).
 * TF op: SparseSoftmaxCrossEntropyWithLogits.
 */
export function softmaxCrossEntropy(
  graph: Graph,
  logits: Tensor,
  labels: Tensor,
): { losses: Tensor; gradient: Tensor } {
  const [losses, gradient] = graph.node(
    'SparseSoftmaxCrossEntropyWithLogits',
    'softmaxCrossEntropy',
    [logits, labels],
    { ...FLOAT, Tlabels: { type: 'int32' } },
    [float([logits.shape[0]!]), float(logits.shape)],
  );
  return { losses: losses!, gradient: gradient! };
}

/** A row for each label: one value in its place, another in all others. TF op: OneHot. */
export function oneHot(graph: Graph, labels: Tensor, classes: number, on: number, off: number): Tensor {
  return one(
    graph,
    'OneHot',
    'targets',
    [labels, integer(graph, classes), scalar(graph, on), scalar(graph, off)],
    { ...FLOAT, TI: { type: 'int32' }, axis: { int: -1 } },
    float([labels.shape[0]!, classes]),
  );
}

/** The gradient of −Σ targets · log softmax(logits): softmax(logits) − targets. TF op: SoftmaxCrossEntropyWithLogits. */
export function softmaxCrossEntropyOf(graph: Graph, logits: Tensor, targets: Tensor): Tensor {
  const [, gradient] = graph.node(
    'SoftmaxCrossEntropyWithLogits',
    'softmaxCrossEntropy',
    [logits, targets],
    FLOAT,
    [float([logits.shape[0]!]), float(logits.shape)],
  );
  return gradient!;
}
