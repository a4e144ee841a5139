/**
 * How the network is evaluated: `plain`, layer by layer, or `folded`, with the batch normalisations within the convolutions before
 * them. A plan has one word for the whole network, chosen by trying both ways of each different unit; a plan without it is plain.
 */
import { convShape, shapeKey } from '../../../../architecture/convolutions';
import { foldedUnits, foldingKey, type FoldedUnit } from '../../../../architecture/foldings';
import type { Network } from '../../../../architecture/network';
import { FOLDED, PLAIN, type EnginePlan } from '../../../../shared/plan';
import { tensorflow } from '../../tensorflow';
import type { Handle } from '../eager';
import { elements, Graph, type Tensor } from '../graph';
import * as ops from '../ops';
import { Session, type Values } from '../session';
import { finishedConvolution, fold, preparedKernel } from './finished';
import { kernelShape } from './geometry';
import { buildLowering } from './plan';
import { faultOf, leastTime, randomValues } from './trial-parts';

export type EvaluationWay = typeof PLAIN | typeof FOLDED;

/** A kind of unit, by the lowering of its convolution, and how many of a network's layers it stands for. */
export interface FoldingCase {
  unit: FoldedUnit;
  lowering: string;
  count: number;
}

/** The different ones of a network, by `foldingKey`, in the order of its layers. */
export function foldingCases(network: Pick<Network, 'layers'>, plan: EnginePlan): Map<string, FoldingCase> {
  const cases = new Map<string, FoldingCase>();
  for (const unit of foldedUnits(network)) {
    const lowering = plan[shapeKey(convShape(unit.conv))]!.forward;
    const key = foldingKey(unit, lowering);
    const known = cases.get(key);
    if (known) known.count++;
    else cases.set(key, { unit, lowering, count: 1 });
  }
  return cases;
}

/** Images of which all values are compared. */
const COMPARED_IMAGES = 5;

/** Both ways of a unit on trial: whether they agree, and how fast each is once the kernel is folded. */
export class FoldingTrial {
  private readonly session: Session;
  private readonly handles: Map<Tensor, Handle>;
  private readonly ways: Record<EvaluationWay, { inputs: Tensor[]; output: Tensor }>;

  /** @param batch images of a call. */
  constructor({ unit: { conv, bn, addend: added, relu }, lowering }: FoldingCase, batch: number) {
    const graph = new Graph();
    const shape = convShape(conv);
    const operand = (name: string, sides: readonly number[]) =>
      ops.placeholder(graph, name, { dtype: 'float32', shape: sides });
    const x = operand('x', [batch, ...conv.inputShape]);
    const addend = added === null ? null : operand('addend', [batch, ...conv.outputShape]);
    const kernel = operand('kernel', kernelShape(shape));
    const vector = (name: string) => operand(name, [bn.channels]);
    const [gamma, beta, mean, noise] = ['gamma', 'beta', 'mean', 'noise'].map(vector) as [
      Tensor,
      Tensor,
      Tensor,
      Tensor,
    ];
    const variance = ops.add(graph, ops.multiply(graph, noise, noise), ops.scalar(graph, 0.1));
    const parameters = { gamma, beta, mean, variance, bias: null, epsilon: bn.epsilon };
    const maps = [x, ...(addend ? [addend] : [])];
    const plain = graph.scope(PLAIN, () => {
      const y = buildLowering(graph, 'forward', lowering, { x, kernel, dy: x }, shape);
      const normed = ops.batchNorm(graph, y, gamma, beta, bn.epsilon, { mean, variance }).y;
      const sum = addend ? ops.add(graph, normed, addend) : normed;
      return relu ? ops.relu(graph, sum) : sum;
    });
    const made = graph.scope('fold', () => {
      const folded = fold(graph, kernel, parameters);
      return [preparedKernel(graph, lowering, folded.kernel, shape), folded.bias] as const;
    });
    const [prepared, bias] = [operand('prepared', made[0].shape), operand('bias', made[1].shape)];
    const folded = graph.scope(FOLDED, () =>
      finishedConvolution(graph, lowering, { x, prepared }, shape, { bias, addend, relu }),
    );
    const given = [...maps, kernel, gamma, beta, mean, noise];
    this.ways = {
      [PLAIN]: { inputs: given, output: plain },
      [FOLDED]: { inputs: [...maps, prepared, bias], output: folded },
    };
    this.handles = randomValues(given);
    this.session = new Session(graph, ops.group(graph, 'initialise', []).node, []);
    const inputs = [kernel, gamma, beta, mean, noise];
    const [kept, shift] = this.session.running({ inputs, outputs: made })(
      ...inputs.map((input) => this.handles.get(input)!),
    );
    this.handles.set(prepared, kept!).set(bias, shift!);
  }

  /** What is wrong with the folded way, as a clause of a sentence; null where nothing is. */
  check(): string | null {
    return faultOf([this.values(FOLDED)], [this.values(PLAIN)]);
  }

  /** Milliseconds: the least of a few runs. */
  time(way: EvaluationWay): number {
    return leastTime(this.running(way), (result) => tensorflow().deleteTensor(result));
  }

  dispose(): void {
    this.session.dispose();
    for (const handle of this.handles.values()) tensorflow().deleteTensor(handle);
  }

  private running(way: EvaluationWay): () => Handle {
    const { inputs, output } = this.ways[way];
    const run = this.session.running({ inputs, outputs: [output] });
    const handles = inputs.map((input) => this.handles.get(input)!);
    return () => run(...handles)[0]!;
  }

  /** Of the first images. */
  private values(way: EvaluationWay): Values {
    const handle = this.running(way)();
    try {
      const [batch, ...image] = this.ways[way].output.shape as [number, ...number[]];
      const values = tensorflow().tensorDataSync(handle) as Float32Array;
      return values.subarray(0, Math.min(batch, COMPARED_IMAGES) * elements(image));
    } finally {
      tensorflow().deleteTensor(handle);
    }
  }
}
