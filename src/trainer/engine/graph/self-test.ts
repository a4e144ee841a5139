/**
 * Whether the ops that training uses compute what they should on this machine: convolutions by every lowering against double
 * precision, the other ops against sums written out here. A second or two; the doctor runs it.
 */
import { describeNumerics } from '../../../node/machine/numerics';
import type { Numerics } from '../../../shared/numerics';
import { describeRejection } from '../../../shared/plan';
import { Random } from '../../../shared/random';
import { KNOWN_FAULTS, thisMachine } from '../known-faults';
import { describeTensorFlow } from '../tensorflow';
import { Graph, type Tensor } from './graph';
import { convShapeOf, shapeKey, type ConvShape } from './lowering/geometry';
import { candidates, DIRECTIONS, perDirection } from './lowering/lowerings';
import { keptRejections } from './lowering/measurements';
import { Trial } from './lowering/trial';
import * as ops from './ops';
import { Session, type Values } from './session';

export interface SelfTest {
  /** Versions and what chooses the kernels. */
  tensorflow: string;
  gpu: string | null;
  numerics: Numerics;
  /** Results that were compared. */
  checked: number;
  /** What is wrong, a clause each: `Conv2D …`. */
  wrong: string[];
  /** Ops and lowerings that are never used on this machine, each with the reason. */
  avoided: string[];
}

/** Odd, so that no vector length divides it. */
const BATCH = 13;

/** Stems, blocks on large and small maps, projections; channels that blocks of 4, 8 and 16 divide and do not. */
const SHAPES: readonly ConvShape[] = [
  convShapeOf([32, 32, 3], 16, [7, 7], 2, 'same'),
  convShapeOf([32, 32, 3], 17, [3, 3], 1, 'same'),
  convShapeOf([16, 16, 16], 16, [3, 3], 1, 'same'),
  convShapeOf([16, 16, 5], 7, [3, 3], 2, 'same'),
  convShapeOf([9, 7, 33], 30, [3, 3], 2, 'same'),
  convShapeOf([8, 8, 64], 64, [1, 1], 1, 'valid'),
  convShapeOf([8, 8, 16], 32, [1, 1], 2, 'valid'),
  convShapeOf([16, 16, 5], 16, [1, 1], 2, 'valid'),
  convShapeOf([7, 7, 7], 9, [1, 1], 2, 'valid'),
  convShapeOf([4, 4, 32], 48, [3, 3], 1, 'same'),
  convShapeOf([2, 2, 48], 64, [3, 3], 2, 'same'),
  convShapeOf([1, 1, 64], 40, [3, 3], 1, 'same'),
  convShapeOf([6, 5, 12], 10, [1, 5], 1, 'same'),
];

/** @param folder where measurements are kept: what they found wrong on this machine is among what is avoided. */
export function selfTest(folder: string | null): SelfTest {
  const { tensorflow, gpu } = describeTensorFlow();
  const wrong: string[] = [];
  let checked = 0;
  for (const shape of SHAPES) {
    const names = perDirection((direction) => candidates(shape, direction));
    const trial = new Trial(shape, BATCH, names, gpu === null ? 'cpu' : 'gpu');
    try {
      for (const direction of DIRECTIONS) {
        for (const [lowering, reason] of trial.check(direction)) {
          checked++;
          if (reason) wrong.push(describeRejection({ shape: shapeKey(shape), direction, lowering, reason }));
        }
      }
    } finally {
      trial.dispose();
    }
  }
  for (const [name, off] of otherOps()) {
    checked++;
    const limit = gpu === null ? 1e-4 : 3e-2;
    if (!(off <= limit))
      wrong.push(`${name} (its values are off by up to ${off.toPrecision(2)} times their size)`);
  }
  const known = KNOWN_FAULTS.filter(({ here }) => here(thisMachine())).map(
    ({ op, shapes, effect, source }) => `${op} for ${shapes} (${effect}; ${source})`,
  );
  const found = keptRejections(folder).map(describeRejection);
  return {
    tensorflow,
    gpu,
    numerics: describeNumerics(),
    checked,
    wrong,
    avoided: [...known, ...new Set(found)],
  };
}

// ---------------------------------------------------------------------------------------------------- other ops

/** Largest difference from the definition by op, relative to the largest value. */
function otherOps(): [op: string, off: number][] {
  const random = new Random(3);
  const normal = (size: number) => Float32Array.from({ length: size }, () => random.normal());
  const graph = new Graph();
  const fed: [Tensor, Values][] = [];
  const given = (name: string, shape: number[], values: Values): Tensor => {
    const dtype = values instanceof Int32Array ? 'int32' : 'float32';
    const tensor = ops.placeholder(graph, name, { dtype, shape });
    fed.push([tensor, values]);
    return tensor;
  };
  const results: { name: string; tensor: Tensor; right: ArrayLike<number> }[] = [];
  const expectResult = (name: string, tensor: Tensor, right: ArrayLike<number>) =>
    results.push({ name, tensor, right });

  // A matrix product, as the dense layer makes them.
  const [rows, inner, columns] = [BATCH, 65, 10];
  const [a, b] = [normal(rows * inner), normal(inner * columns)];
  const product = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < inner; k++)
      for (let j = 0; j < columns; j++) product[i * columns + j]! += a[i * inner + k]! * b[k * columns + j]!;
  const logits = ops.matMul(graph, given('a', [rows, inner], a), given('b', [inner, columns], b));
  expectResult('MatMul', logits, product);

  // Softmax cross-entropy of these.
  const labels = Int32Array.from({ length: rows }, (_, i) => (7 * i) % columns);
  const [losses, slopes] = [new Float64Array(rows), new Float64Array(rows * columns)];
  for (let i = 0; i < rows; i++) {
    const row = product.subarray(i * columns, (i + 1) * columns);
    const largest = Math.max(...row);
    const sum = row.reduce((total, value) => total + Math.exp(value - largest), 0);
    losses[i] = Math.log(sum) + largest - row[labels[i]!]!;
    for (let j = 0; j < columns; j++) {
      slopes[i * columns + j] = Math.exp(row[j]! - largest) / sum - (j === labels[i] ? 1 : 0);
    }
  }
  const entropy = ops.softmaxCrossEntropy(graph, logits, given('labels', [rows], labels));
  expectResult('SparseSoftmaxCrossEntropyWithLogits', entropy.losses, losses);
  expectResult('the gradient of SparseSoftmaxCrossEntropyWithLogits', entropy.gradient, slopes);

  // Batch normalisation, forward and gradient, by the equations of layers/batch-normalization.ts.
  const [side, channels, epsilon] = [5, 11, 1e-3];
  const n = BATCH * side * side;
  const [x, dy] = [normal(n * channels), normal(n * channels)];
  const [gamma, beta] = [normal(channels), normal(channels)];
  const [y, dx] = [new Float64Array(n * channels), new Float64Array(n * channels)];
  const [dGamma, dBeta] = [new Float64Array(channels), new Float64Array(channels)];
  for (let c = 0; c < channels; c++) {
    const over = (value: (i: number) => number) => {
      let sum = 0;
      for (let i = c; i < n * channels; i += channels) sum += value(i);
      return sum;
    };
    const mean = over((i) => x[i]!) / n;
    const root = Math.sqrt(over((i) => (x[i]! - mean) ** 2) / n + epsilon);
    const normed = (i: number) => (x[i]! - mean) / root;
    dBeta[c] = over((i) => dy[i]!);
    dGamma[c] = over((i) => dy[i]! * normed(i));
    for (let i = c; i < n * channels; i += channels) {
      y[i] = gamma[c]! * normed(i) + beta[c]!;
      dx[i] = (gamma[c]! / root) * (dy[i]! - (dBeta[c]! + normed(i) * dGamma[c]!) / n);
    }
  }
  const map = [BATCH, side, side, channels];
  const [xs, gammas] = [given('x', map, x), given('gamma', [channels], gamma)];
  const forward = ops.batchNorm(graph, xs, gammas, given('beta', [channels], beta), epsilon);
  const dys = given('dy', map, dy);
  const backward = ops.batchNormGradient(graph, dys, xs, gammas, forward, epsilon);
  expectResult('FusedBatchNormV3', forward.y, y);
  expectResult('FusedBatchNormGradV3', backward.dx, dx);
  expectResult('FusedBatchNormGradV3', backward.dGamma, dGamma);
  expectResult('FusedBatchNormGradV3', backward.dBeta, dBeta);

  // Max pooling 3x3 at stride 2, whose windows overlap, on a map of odd size: a margin of one on each side.
  const half = Math.ceil(side / 2);
  const pooledSize = BATCH * half * half * channels;
  const dPooled = normal(pooledSize);
  const [pooled, dMap] = [new Float64Array(pooledSize), new Float64Array(n * channels)];
  for (let o = 0; o < pooledSize; o++) {
    const [c, u, v] = [o % channels, Math.floor(o / channels) % half, Math.floor(o / channels / half) % half];
    const image = Math.floor(o / channels / half / half);
    let best = -1;
    for (let row = Math.max(0, 2 * v - 1); row <= Math.min(side - 1, 2 * v + 1); row++) {
      for (let column = Math.max(0, 2 * u - 1); column <= Math.min(side - 1, 2 * u + 1); column++) {
        const i = ((image * side + row) * side + column) * channels + c;
        if (best < 0 || x[i]! > x[best]!) best = i;
      }
    }
    pooled[o] = x[best]!;
    dMap[best]! += dPooled[o]!;
  }
  const pooling = ops.maxPool(graph, xs, [3, 3], 2, 'same', [half, half, channels]);
  const dPool = given('dPooled', [BATCH, half, half, channels], dPooled);
  expectResult('MaxPool', pooling, pooled);
  expectResult('MaxPoolGrad', ops.maxPoolGradient(graph, xs, pooling, dPool, [3, 3], 2, 'same'), dMap);

  const session = new Session(graph, ops.group(graph, 'initialise', []).node, []);
  try {
    const call = session.callable({
      inputs: fed.map(([tensor]) => tensor),
      outputs: results.map(({ tensor }) => tensor),
    });
    const values = call(...fed.map(([, values]) => values));
    return results.map(({ name, right }, index) => [name, distance(values[index]!, right)]);
  } finally {
    session.dispose();
  }
}

/** Infinite where a value is not a number. */
function distance(values: Values, right: ArrayLike<number>): number {
  let [worst, largest] = [0, 0];
  for (let i = 0; i < right.length; i++) {
    const by = Math.abs(values[i]! - right[i]!);
    worst = Number.isNaN(by) ? Infinity : Math.max(worst, by);
    largest = Math.max(largest, Math.abs(right[i]!));
  }
  return worst / largest;
}
