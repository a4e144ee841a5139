/**
 * How batch normalisations are computed: by TensorFlow's ops one after the other (`native`), or with the sum and the ReLU behind
 * them by kernels of our own (`fused`). A plan names it for each kind of unit (`architecture/normalisations.ts`), for all directions alike, since the
 * gradient needs what the forward pass of its own kind kept; a plan without it is native.
 */
import { FUSED, NATIVE, type EnginePlan } from '../../../../shared/plan';
import { ownKernels } from '../../own-kernels';
import { tensorflow } from '../../tensorflow';
import { normKey, type NormUnit } from '../../../../architecture/normalisations';
import { elements, Graph, type Tensor } from '../graph';
import * as ops from '../ops';
import { Session, type Values } from '../session';
import { faultOf, leastTime, randomValues } from './trial-parts';

type Way = typeof NATIVE | typeof FUSED;

export const isFused = (plan: EnginePlan, unit: NormUnit): boolean => plan[normKey(unit)]?.forward === FUSED;

/** Whether this machine has what `fused` needs. */
export const canFuse = (): boolean => ownKernels() !== null;

/** Images over which all values are compared; over the whole batch those of each channel are. */
const COMPARED_IMAGES = 5;

/** What a way gives: maps y, dx and d(addend), then vectors. */
interface Results {
  maps: Tensor[];
  vectors: Tensor[];
}

/** Both ways of one kind of unit on trial: whether they agree, and how fast each is. */
export class NormTrial {
  private readonly session: Session;
  private readonly ways: Record<Way, Results>;
  /** As `fused`, the gradient from the other way's y: where a value is zero but for rounding, theirs may differ. */
  private readonly compared: Results;
  private readonly given: Tensor[];
  private readonly handles: Map<Tensor, number>;
  private readonly shape: readonly number[];

  constructor(unit: NormUnit, batch: number) {
    const graph = new Graph();
    this.shape = [batch, ...unit.bn.outputShape];
    const map = (name: string) => ops.placeholder(graph, name, { dtype: 'float32', shape: this.shape });
    const vector = (name: string) =>
      ops.placeholder(graph, name, { dtype: 'float32', shape: [unit.bn.channels] });
    const [x, addend, dy, gamma, beta] = [
      map('x'),
      map('addend'),
      map('dy'),
      vector('gamma'),
      vector('beta'),
    ];
    this.given = [x!, dy!, gamma!, beta!, ...(unit.addend === null ? [] : [addend!])];
    const operands = {
      x: x!,
      dy: dy!,
      gamma: gamma!,
      beta: beta!,
      addend: unit.addend === null ? null : addend!,
    };
    const native = graph.scope(NATIVE, () => byNativeOps(graph, unit, operands));
    const fused = graph.scope(FUSED, () => byFusedOps(graph, unit, operands));
    this.ways = { native, fused };
    this.compared = graph.scope('compared', () => byFusedOps(graph, unit, operands, native.maps[0]!));
    this.handles = randomValues(this.given);
    this.session = new Session(graph, ops.group(graph, 'initialise', []).node, []);
  }

  /** What is wrong with the fused way, as a clause of a sentence; null where nothing is. */
  check(): string | null {
    const [right, found] = [this.values(this.ways.native), this.values(this.compared)];
    return faultOf(found, right);
  }

  /** Milliseconds of forward pass and gradient: the least of a few runs. */
  time(way: Way): number {
    const { maps, vectors } = this.ways[way];
    const run = this.session.running({ inputs: this.given, outputs: [...maps, ...vectors] });
    return leastTime(
      () => run(...this.inputs()),
      (results) => results.forEach((result) => tensorflow().deleteTensor(result)),
    );
  }

  dispose(): void {
    this.session.dispose();
    for (const handle of this.handles.values()) tensorflow().deleteTensor(handle);
  }

  private inputs(): number[] {
    return this.given.map((tensor) => this.handles.get(tensor)!);
  }

  /** All vectors, and of maps the values of the first images. */
  private values({ maps, vectors }: Results): Values[] {
    const run = this.session.running({ inputs: this.given, outputs: [...maps, ...vectors] });
    const results = run(...this.inputs());
    try {
      const [batch, ...image] = this.shape as [number, ...number[]];
      const compared = Math.min(batch, COMPARED_IMAGES) * elements(image);
      return results.map((handle, index) => {
        const values = tensorflow().tensorDataSync(handle) as Float32Array;
        return index < maps.length ? values.subarray(0, compared) : values;
      });
    } finally {
      for (const handle of results) tensorflow().deleteTensor(handle);
    }
  }
}

interface Operands {
  x: Tensor;
  dy: Tensor;
  gamma: Tensor;
  beta: Tensor;
  addend: Tensor | null;
}

function byNativeOps(
  graph: Graph,
  { bn, relu }: NormUnit,
  { x, dy, gamma, beta, addend }: Operands,
): Results {
  const forward = ops.batchNorm(graph, x, gamma, beta, bn.epsilon);
  const sum = addend ? ops.add(graph, forward.y, addend) : forward.y;
  const y = relu ? ops.relu(graph, sum) : sum;
  const d = relu ? ops.reluGradient(graph, dy, y) : dy;
  const { dx, dGamma, dBeta } = ops.batchNormGradient(graph, d, x, gamma, forward, bn.epsilon);
  return {
    maps: [y, dx, ...(addend ? [d] : [])],
    vectors: [forward.mean, forward.variance, dGamma, dBeta],
  };
}

/** @param y by which the ReLU's gradient is taken; its own unless given */
function byFusedOps(
  graph: Graph,
  { bn, relu }: NormUnit,
  { x, dy, gamma, beta, addend }: Operands,
  y?: Tensor,
): Results {
  const parts = { epsilon: bn.epsilon, addend, relu };
  const forward = ops.fusedNorm(graph, x, gamma, beta, parts);
  const back = ops.fusedNormGradient(graph, dy, x, gamma, { ...forward, y: y ?? forward.y }, parts);
  return {
    maps: [forward.y, back.dx, ...(back.dAddend ? [back.dAddend] : [])],
    vectors: [forward.mean, forward.variance, back.dGamma, back.dBeta],
  };
}
