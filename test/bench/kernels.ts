/**
 * Measured program: every lowering that computes the 3x3 convolutions of some networks, one op at a time, as a step calls it.
 * `kernels JOB` prints `{"ready": {shapes, …}}`, then answers `{"do": SHAPE, "count": ROUNDS}` with what it found of that shape.
 */
import { createInterface } from 'node:readline';
import type { Architecture } from '../../src/architecture/architecture';
import { convolutions, type ConvShape } from '../../src/architecture/convolutions';
import type { ConvLayer } from '../../src/architecture/layers';
import { buildNetwork } from '../../src/architecture/network';
import { Eager, type Handle } from '../../src/trainer/engine/graph/eager';
import { Graph, type Tensor } from '../../src/trainer/engine/graph/graph';
import { kernelShape } from '../../src/trainer/engine/graph/lowering/geometry';
import {
  candidates,
  DIRECTIONS,
  substitutes,
  type Direction,
  type Operands,
} from '../../src/trainer/engine/graph/lowering/lowerings';
import { buildLowering } from '../../src/trainer/engine/graph/lowering/plan';
import * as ops from '../../src/trainer/engine/graph/ops';
import { Session } from '../../src/trainer/engine/graph/session';
import { whyNoOwnKernels } from '../../src/trainer/engine/own-kernels';
import { tensorflow } from '../../src/trainer/engine/tensorflow';
import { relativeError, type RelativeError } from './accuracy';
import { convMacs } from './work';

interface KernelsJob {
  architectures: Architecture[];
  /** Images. */
  batch: number;
}

/** A convolution and the layers of each network that are it. */
interface Found {
  shape: ConvShape;
  layers: ConvLayer[];
  /** By the architecture's name. */
  uses: Record<string, number>;
}

interface Measurement {
  direction: Direction;
  lowering: string;
  error: RelativeError;
  /** Of each run, by round. */
  rounds: number[][];
}

/** Milliseconds that a turn of a lowering lasts at least, and its runs at most. */
const [TURN, MOST_RUNS] = [20, 50];
/** Rows and columns of the matrices whose product is the peak; as in gemm.ts. */
const SIDE = 2048;
/** Images, and channels of a kernel's gradient, that are compared with double precision. */
const COMPARED = 8;

const { architectures, batch } = JSON.parse(process.argv[2]!) as KernelsJob;
const found = new Map<string, Found>();
for (const architecture of architectures) {
  for (const [key, { shape, layers }] of convolutions(buildNetwork(architecture))) {
    if (shape.kernel[0] !== 3 || shape.kernel[1] !== 3) continue;
    const known = found.get(key) ?? { shape, layers: [], uses: {} };
    known.layers.push(...layers);
    known.uses[architecture.name] = layers.length;
    found.set(key, known);
  }
}

/** Milliseconds of one run. */
const timed = (run: () => Handle): number => {
  const began = performance.now();
  const handle = run();
  const took = performance.now() - began;
  tensorflow().deleteTensor(handle);
  return took;
};

const float = (graph: Graph, name: string, shape: readonly number[]): Tensor =>
  ops.placeholder(graph, name, { dtype: 'float32', shape });

/** Normally distributed values for each. */
function randomValues(tensors: readonly Tensor[]): Map<Tensor, Handle> {
  const graph = new Graph();
  const drawn = tensors.map((tensor) => [tensor, ops.normal(graph, tensor.shape)] as const);
  const eager = new Eager(graph);
  return new Map(drawn.map(([tensor, normal]) => [tensor, eager.handle(normal)]));
}

/** A function that computes an output in a session, as a step does. */
function running(session: Session, values: Map<Tensor, Handle>, output: Tensor): () => Handle {
  const run = session.running({ inputs: [...values.keys()], outputs: [output] });
  const handles = [...values.values()];
  return () => run(...handles)[0]!;
}

const sessionOf = (graph: Graph): Session => new Session(graph, ops.group(graph, 'initialise', []).node, []);

function productOfMatrices(): () => number {
  const graph = new Graph();
  const [a, b] = [float(graph, 'a', [SIDE, SIDE]), float(graph, 'b', [SIDE, SIDE])];
  const product = ops.matMul(graph, a, b);
  const run = running(sessionOf(graph), randomValues([a, b]), product);
  return () => timed(run);
}

/** The last `count` along some axes. */
function tail(graph: Graph, x: Tensor, axes: readonly number[], count: number): Tensor {
  const size = x.shape.map((side, axis) => (axes.includes(axis) ? Math.min(side, count) : side));
  return ops.slice(
    graph,
    x,
    x.shape.map((side, axis) => side - size[axis]!),
    size,
  );
}

/** What is compared of a result: the last images of a map, the last channels of a kernel, both whole in all they sum over. */
const AXES: Record<Direction, readonly number[]> = {
  forward: [0],
  inputGradient: [0],
  filterGradient: [2, 3],
};

/** The definition of that part, by TensorFlow's op in double precision. */
function exactly(graph: Graph, direction: Direction, { x, kernel, dy }: Operands, shape: ConvShape): Tensor {
  const { stride, padding, outHeight, outWidth } = shape;
  const window = { stride, padding };
  const last = (tensor: Tensor, axis: number) => tail(graph, tensor, [axis], COMPARED);
  const wide = (tensor: Tensor) => ops.cast(graph, tensor, 'float64');
  const result = () => {
    switch (direction) {
      case 'forward':
        return ops.conv2d(graph, wide(last(x, 0)), wide(kernel), window, [outHeight, outWidth]);
      case 'inputGradient':
        return ops.conv2dBackpropInput(graph, last(x, 0), wide(kernel), wide(last(dy, 0)), window);
      case 'filterGradient': {
        const [seen, given] = [last(x, 3), last(dy, 3)];
        const sides = [...shape.kernel, seen.shape[3]!, given.shape[3]!];
        return ops.conv2dBackpropFilter(graph, wide(seen), sides, wide(given), window);
      }
    }
  };
  return ops.toFloat(graph, result());
}

/** Every lowering of a shape in turns, who begins moving on each round, and the product of matrices with them. */
function measure({ shape, layers, uses }: Found, rounds: number, product: () => number): unknown {
  const graph = new Graph();
  const operands: Operands = {
    x: float(graph, 'x', [batch, shape.height, shape.width, shape.inChannels]),
    kernel: float(graph, 'kernel', kernelShape(shape)),
    dy: float(graph, 'dy', [batch, shape.outHeight, shape.outWidth, shape.outChannels]),
  };
  // Some lowerings leave the batch of their output open.
  const resultShape: Record<Direction, readonly number[]> = {
    forward: operands.dy.shape,
    inputGradient: operands.x.shape,
    filterGradient: operands.kernel.shape,
  };
  // No step needs the gradient by its images.
  const needed = DIRECTIONS.filter(
    (direction) => direction !== 'inputGradient' || layers.some(({ inputs }) => inputs[0] !== 'input'),
  );
  const built = needed.flatMap((direction) =>
    [...candidates(shape, direction), ...substitutes(shape, direction)].map((lowering) => ({
      direction,
      lowering,
      output: graph.scope(`${direction}/${lowering}`, () =>
        buildLowering(graph, direction, lowering, operands, shape),
      ),
    })),
  );
  const right = new Map(needed.map((direction) => [direction, exactly(graph, direction, operands, shape)]));
  const values = randomValues(Object.values(operands) as Tensor[]);
  const eager = new Eager(graph, values);
  const session = sessionOf(graph);
  try {
    const exact = new Map([...right].map(([direction, tensor]) => [direction, eager.values(tensor)]));
    const turns = built.map(({ direction, lowering, output }) => {
      const run = running(session, values, output);
      const result = run();
      const given = float(graph, `${direction}/${lowering}/result`, resultShape[direction]);
      const part = new Eager(graph, new Map([[given, result]]));
      const error = relativeError(
        part.values(tail(graph, given, AXES[direction], COMPARED)),
        exact.get(direction)!,
      );
      tensorflow().deleteTensor(result);
      const runs = Math.max(1, Math.min(MOST_RUNS, Math.ceil(TURN / timed(run))));
      const measurement: Measurement = { direction, lowering, error, rounds: [] };
      return { run, runs, measurement };
    });
    const products: number[] = [];
    for (let round = 0; round < rounds; round++) {
      products.push(product());
      for (let i = 0; i < turns.length; i++) {
        const { run, runs, measurement } = turns[(i + round) % turns.length]!;
        measurement.rounds.push(Array.from({ length: runs }, () => timed(run)));
      }
    }
    const { inside, least } = convMacs(layers[0]!);
    const work = { flops: 2 * batch * inside, flopsLeast: 2 * batch * least };
    return { shape, uses, ...work, products, measurements: turns.map(({ measurement }) => measurement) };
  } finally {
    session.dispose();
    eager.dispose();
    for (const handle of values.values()) tensorflow().deleteTensor(handle);
  }
}

const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

const product = productOfMatrices();
product();
print({
  ready: { shapes: [...found.keys()], productFlops: 2 * SIDE ** 3, noOwnKernels: whyNoOwnKernels() },
});
createInterface({ input: process.stdin }).on('line', (line) => {
  const request = JSON.parse(line) as { do: string; count: number };
  print(measure(found.get(request.do)!, request.count, product));
});
