/**
 * The lowerings of one convolution on trial: whether they compute what they should on this machine, and how fast.
 *
 * What is right comes from TensorFlow's own op in double precision, which is other code (Eigen's, never oneDNN's): over an
 * odd batch in all values of every lowering, several times. Over the whole batch, where double precision would cost more
 * than all the measuring, the first lowering is compared with it in part, and the others with the first; where two differ,
 * double precision over the whole batch decides.
 */
import { tensorflow } from '../../tensorflow';
import { Eager, type Handle } from '../eager';
import { elements, Graph, type Tensor } from '../graph';
import * as ops from '../ops';
import { Session, type Values } from '../session';
import { kernelShape, type ConvShape } from './geometry';
import { DIRECTIONS, OPERANDS, perDirection, type Direction, type Operands } from './lowerings';
import { buildLowering } from './plan';
import { distance, leastTime, randomValues, TOLERANCE } from './trial-parts';

/** Images of the odd batch: no vector length divides it. */
const ODD = 3;
/** Calls with it, the further ones only while all took no longer than so many milliseconds; one over the whole batch follows. */
const [CALLS, BRIEF] = [3, 3];
/** Values of a result that are compared: all of most; else whole images, or channels of a kernel, from both ends. */
const COMPARED = 2 ** 17;
/** Of a kernel's gradient over the whole batch, the last channels that are compared with double precision. */
const TAIL_CHANNELS = 8;
/** On GPUs products may be rounded to TensorFloat-32, which has 10 bits. */
const GPU_TOLERANCE = 3e-2;

export class Trial {
  /** Milliseconds of what only the checks need. */
  checking = 0;
  private readonly limit: number;
  /** Images of the odd batch: the last ones of the whole. */
  private readonly odd: number;
  private readonly operands: Operands;
  private readonly handles: Map<Tensor, Handle>;
  private readonly eager: Eager;
  private readonly session: Session;
  /** Over the odd batch, what is right. */
  private readonly right: Record<Direction, Tensor>;
  /** Of each lowering, what is compared with that, and the result over the whole batch. */
  private readonly results = new Map<string, { odd: Tensor; whole: Tensor }>();
  private readonly exact: Partial<Record<Direction, Values>> = {};

  /**
   * @param batch images per step.
   * @param names of the lowerings on trial.
   */
  constructor(
    private readonly shape: ConvShape,
    private readonly batch: number,
    private readonly names: Record<Direction, readonly string[]>,
    device: 'cpu' | 'gpu',
  ) {
    this.limit = device === 'gpu' ? GPU_TOLERANCE : TOLERANCE;
    this.odd = Math.min(batch, ODD);
    const graph = new Graph();
    const sides = {
      x: [batch, shape.height, shape.width, shape.inChannels],
      dy: [batch, shape.outHeight, shape.outWidth, shape.outChannels],
      kernel: kernelShape(shape),
    };
    const operand = (name: keyof Operands) =>
      ops.placeholder(graph, name, { dtype: 'float32', shape: sides[name] });
    const operands = (this.operands = { x: operand('x'), dy: operand('dy'), kernel: operand('kernel') });
    const odd = {
      ...operands,
      x: last(graph, operands.x, 0, this.odd),
      dy: last(graph, operands.dy, 0, this.odd),
    };
    // Of a kernel with many values the last input channels are enough, each of which depends on its own alone.
    const { inChannels } = shape;
    const channels = Math.max(
      1,
      Math.min(inChannels, Math.floor((COMPARED * inChannels) / elements(sides.kernel))),
    );
    this.right = perDirection((direction) => {
      const given = direction === 'filterGradient' ? { ...odd, x: last(graph, odd.x, 3, channels) } : odd;
      return inDoublePrecision(graph, direction, given, shape);
    });
    for (const direction of DIRECTIONS) {
      for (const name of names[direction]) {
        graph.scope(key(direction, name), () => {
          const build = (given: Operands) => buildLowering(graph, direction, name, given, shape);
          const result = build(odd);
          this.results.set(key(direction, name), {
            odd: direction === 'filterGradient' ? last(graph, result, 2, channels) : result,
            whole: build(operands),
          });
        });
      }
    }
    this.handles = randomValues(OPERANDS.map((name) => operands[name]));
    this.eager = new Eager(graph, this.handles);
    for (const part of [odd.x, odd.dy])
      if (part !== operands.x && part !== operands.dy) this.eager.keep(part);
    this.session = new Session(graph, ops.group(graph, 'initialise', []).node, []);
  }

  /** What is wrong with the lowerings of a direction, as a clause of a sentence; null where nothing is. */
  check(direction: Direction): Map<string, string | null> {
    const verdicts = new Map(this.names[direction].map((name) => [name, this.checkOdd(direction, name)]));
    /** The first that was right by itself, and those that agree with it. */
    let first: { names: string[]; values: Values } | null = null;
    for (const [name, wrong] of verdicts) {
      if (wrong) continue;
      // The first run prepares the graph: a measurement needs it too.
      const handle = this.running(direction, name)();
      this.timed(() => {
        const values = this.sample(direction, handle);
        const apart = first && this.compare(values, first.values, this.batch);
        const reason = !first || apart ? this.checkWhole(direction, handle, first === null) : null;
        tensorflow().deleteTensor(handle);
        verdicts.set(name, reason);
        if (reason) return;
        if (first && !apart) {
          first.names.push(name);
          return;
        }
        // Two that differ cannot both be right.
        for (const other of first?.names ?? []) {
          verdicts.set(other, this.compare(first!.values, values, this.batch));
        }
        first = { names: [name], values };
      });
    }
    return verdicts;
  }

  /** Milliseconds of a lowering that was checked: the least of a few runs, what a machine can do undisturbed. */
  time(direction: Direction, name: string): number {
    return leastTime(this.running(direction, name), (result) => tensorflow().deleteTensor(result));
  }

  dispose(): void {
    this.session.dispose();
    this.eager.dispose();
    for (const handle of this.handles.values()) tensorflow().deleteTensor(handle);
  }

  /** Compares a result over the odd batch with double precision. */
  private checkOdd(direction: Direction, name: string): string | null {
    return this.timed(() => {
      const { odd } = this.results.get(key(direction, name))!;
      const right = this.exactly(direction);
      const begin = performance.now();
      for (let call = 0; call < CALLS && (call === 0 || performance.now() - begin < BRIEF); call++) {
        const wrong = this.compare(this.eager.values(odd), right, this.odd);
        if (wrong) return wrong;
      }
      return null;
    });
  }

  /** What is right over the odd batch. */
  private exactly(direction: Direction): Values {
    return (this.exact[direction] ??= this.eager.values(this.right[direction]));
  }

  /** Compares a result over the whole batch with double precision: its tail, or all of it. */
  private checkWhole(direction: Direction, handle: Handle, tail: boolean): string | null {
    const graph = new Graph();
    const again = (name: keyof Operands) => ops.placeholder(graph, name, this.operands[name]);
    const operands: Operands = { x: again('x'), dy: again('dy'), kernel: again('kernel') };
    const result = ops.placeholder(graph, 'result', this.resultOf(direction));
    const eager = new Eager(
      graph,
      new Map([
        [result, handle],
        ...OPERANDS.map((name): [Tensor, Handle] => [operands[name], this.handles.get(this.operands[name])!]),
      ]),
    );
    const exact = (given: Operands) => inDoublePrecision(graph, direction, given, this.shape);
    try {
      if (!tail) {
        return this.compare(tensorflow().tensorDataSync(handle), eager.values(exact(operands)), this.batch);
      }
      // The last images of a map are those of the odd batch.
      if (direction !== 'filterGradient') {
        return this.compare(
          eager.values(last(graph, result, 0, this.odd)),
          this.exactly(direction),
          this.batch,
        );
      }
      const part = (tensor: Tensor, axis: number) =>
        last(graph, tensor, axis, Math.min(tensor.shape[axis]!, TAIL_CHANNELS));
      const right = exact({ ...operands, x: part(operands.x, 3), dy: part(operands.dy, 3) });
      return this.compare(eager.values(part(part(result, 2), 3)), eager.values(right), this.batch);
    } finally {
      eager.dispose();
    }
  }

  /** Values of a result over the whole batch: all, or those of both ends. */
  private sample(direction: Direction, handle: Handle): Values {
    const { shape } = this.resultOf(direction);
    if (elements(shape) <= COMPARED) return tensorflow().tensorDataSync(handle);
    const axis = direction === 'filterGradient' ? 2 : 0;
    const count = Math.max(1, Math.floor((COMPARED * shape[axis]!) / elements(shape) / 2));
    const graph = new Graph();
    const result = ops.placeholder(graph, 'result', { dtype: 'float32', shape });
    const eager = new Eager(graph, new Map([[result, handle]]));
    const ends = [first(graph, result, axis, count), last(graph, result, axis, count)].map((end) =>
      eager.values(end),
    );
    const values = new Float32Array(ends[0]!.length + ends[1]!.length);
    values.set(ends[0]!);
    values.set(ends[1]!, ends[0]!.length);
    return values;
  }

  private resultOf(direction: Direction): Tensor {
    const { x, dy, kernel } = this.operands;
    return { forward: dy, inputGradient: x, filterGradient: kernel }[direction];
  }

  /** Runs a lowering over the whole batch in the session, as a training step does. */
  private running(direction: Direction, name: string): () => Handle {
    const { whole } = this.results.get(key(direction, name))!;
    const inputs = OPERANDS.map((operand) => this.operands[operand]);
    const run = this.session.running({ inputs, outputs: [whole] });
    const handles = inputs.map((input) => this.handles.get(input)!);
    return () => run(...handles)[0]!;
  }

  private compare(values: Values, right: Values, batch: number): string | null {
    const { worst, typical, scale } = distance(values, right);
    if (!Number.isFinite(typical)) return `it gives values that are not numbers (batch ${batch})`;
    if (worst <= this.limit * scale) return null;
    const share = (value: number) => (value / scale).toPrecision(2);
    return `its values are off by up to ${share(worst)} times their size (root mean square ${share(typical)}, batch ${batch})`;
  }

  private timed<T>(work: () => T): T {
    const begin = performance.now();
    try {
      return work();
    } finally {
      this.checking += performance.now() - begin;
    }
  }
}

const key = (direction: Direction, name: string): string => `${direction}/${name}`;

/** The definition, by TensorFlow's op on float64. */
function inDoublePrecision(graph: Graph, direction: Direction, operands: Operands, shape: ConvShape): Tensor {
  const wide = (tensor: Tensor) => ops.cast(graph, tensor, 'float64');
  const { x, kernel, dy } = operands;
  const { stride, padding, outHeight, outWidth } = shape;
  const window = { stride, padding };
  const result = (() => {
    switch (direction) {
      case 'forward':
        return ops.conv2d(graph, wide(x), wide(kernel), window, [outHeight, outWidth]);
      case 'inputGradient':
        return ops.conv2dBackpropInput(graph, x, wide(kernel), wide(dy), window);
      case 'filterGradient': {
        const sides = [...shape.kernel, x.shape[3]!, dy.shape[3]!];
        return ops.conv2dBackpropFilter(graph, wide(x), sides, wide(dy), window);
      }
    }
  })();
  return ops.toFloat(graph, result);
}

/** The first, or last, `count` along an axis. */
const first = (graph: Graph, x: Tensor, axis: number, count: number): Tensor =>
  part(graph, x, axis, 0, count);
const last = (graph: Graph, x: Tensor, axis: number, count: number): Tensor =>
  part(graph, x, axis, x.shape[axis]! - count, count);

function part(graph: Graph, x: Tensor, axis: number, begin: number, count: number): Tensor {
  return ops.slice(
    graph,
    x,
    x.shape.map((_, index) => (index === axis ? begin : 0)),
    x.shape.map((side, index) => (index === axis ? count : side)),
  );
}
