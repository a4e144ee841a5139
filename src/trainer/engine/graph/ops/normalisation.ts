/** Batch normalisation and its gradient, alone or with what follows it. */
import type { Graph, Tensor } from '../graph';
import { float, FLOAT } from './node';

export interface BatchNorm {
  y: Tensor;
  mean: Tensor;
  /** Of the batch divided by n - 1 (by 1 where n is 1) in training, as given in inference. */
  variance: Tensor;
  /** What the gradient op wants back. */
  reserve: readonly [Tensor, Tensor, Tensor];
}

const normAttributes = (epsilon: number, training: boolean) =>
  ({
    ...FLOAT,
    U: { type: 'float32' },
    epsilon: { float: epsilon },
    data_format: { string: 'NHWC' },
    is_training: { bool: training },
  }) as const;

/** TF op: FusedBatchNormV3. Mean and variance are given in inference only. */
export function batchNorm(
  graph: Graph,
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  epsilon: number,
  given?: { mean: Tensor; variance: Tensor },
): BatchNorm {
  const empty = graph.constant(new Float32Array(0), [0]);
  const vector = float(gamma.shape);
  const [y, mean, variance, ...reserve] = graph.node(
    'FusedBatchNormV3',
    'batchNorm',
    [x, gamma, beta, given?.mean ?? empty, given?.variance ?? empty],
    { ...normAttributes(epsilon, given === undefined), exponential_avg_factor: { float: 1 } },
    [float(x.shape), vector, vector, vector, vector, vector],
  );
  return { y: y!, mean: mean!, variance: variance!, reserve: reserve as [Tensor, Tensor, Tensor] };
}

export interface FusedNorm {
  y: Tensor;
  mean: Tensor;
  /** Divided by n - 1 (by 1 where n is 1). */
  variance: Tensor;
  /** 1 / √(variance divided by n + ε). */
  inverse: Tensor;
}

/** What follows the normalisation in the same op. */
export interface FusedParts {
  epsilon: number;
  addend: Tensor | null;
  relu: boolean;
}

const fusedAttributes = ({ epsilon, addend, relu }: FusedParts) => ({
  epsilon: { float: epsilon },
  relu: { bool: relu },
  add: { bool: addend !== null },
});

/** Batch normalisation with a sum and a ReLU by our own kernels (native/src/ops.cc): ResbenchNormalisation. */
export function fusedNorm(
  graph: Graph,
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  parts: FusedParts,
): FusedNorm {
  const vector = float(gamma.shape);
  const [y, mean, variance, inverse] = graph.node(
    'ResbenchNormalisation',
    'fusedNorm',
    [x, gamma, beta, parts.addend ?? beta],
    fusedAttributes(parts),
    [float(x.shape), vector, vector, vector],
  );
  return { y: y!, mean: mean!, variance: variance!, inverse: inverse! };
}

/** ResbenchNormalisationGradient; `dAddend` is null where nothing was added. */
export function fusedNormGradient(
  graph: Graph,
  dy: Tensor,
  x: Tensor,
  gamma: Tensor,
  { y, mean, inverse }: Pick<FusedNorm, 'y' | 'mean' | 'inverse'>,
  parts: FusedParts,
): { dx: Tensor; dGamma: Tensor; dBeta: Tensor; dAddend: Tensor | null } {
  const vector = float(gamma.shape);
  const [dx, dGamma, dBeta, dAddend] = graph.node(
    'ResbenchNormalisationGradient',
    'fusedNormGradient',
    [dy, parts.relu ? y : x, x, gamma, mean, inverse],
    fusedAttributes(parts),
    [float(x.shape), vector, vector, float(parts.addend ? x.shape : [0])],
  );
  return { dx: dx!, dGamma: dGamma!, dBeta: dBeta!, dAddend: parts.addend ? dAddend! : null };
}

/** TF op: FusedBatchNormGradV3. */
export function batchNormGradient(
  graph: Graph,
  dy: Tensor,
  x: Tensor,
  gamma: Tensor,
  { reserve }: BatchNorm,
  epsilon: number,
): { dx: Tensor; dGamma: Tensor; dBeta: Tensor } {
  const vector = float(gamma.shape);
  const [dx, dGamma, dBeta] = graph.node(
    'FusedBatchNormGradV3',
    'batchNormGradient',
    [dy, x, gamma, ...reserve],
    normAttributes(epsilon, true),
    [float(x.shape), vector, vector, vector, vector],
  );
  return { dx: dx!, dGamma: dGamma!, dBeta: dBeta! };
}
