/**
 * The forward pass in inference: layer by layer, or with the batch normalisations folded into the convolutions before them. What is folded
 * is computed once for the weights as they are, and kept in variables that only the evaluation reads.
 */
import { convShape, shapeKey } from '../../../architecture/convolutions';
import { foldedUnits, type FoldedUnit } from '../../../architecture/foldings';
import type { Network } from '../../../architecture/network';
import { layersOf } from '../../../architecture/normalisations';
import { EVALUATION, FOLDED, type EnginePlan } from '../../../shared/plan';
import type { Tensor } from './graph';
import { kindOf } from './layers';
import type { Pass } from './layers/layer';
import { finishedConvolution, fold, preparedKernel } from './lowering/finished';
import * as ops from './ops';
import type { Signature } from './session';

export const isFolded = (plan: EnginePlan): boolean => plan[EVALUATION]?.forward === FOLDED;

/** What a folded evaluation needs beside its own call. */
export interface FoldedKernels {
  /** → (nothing of use): computes them from the weights and statistics as they are. */
  prepare: Signature;
  /** → (nothing of use): releases them, which must be there. */
  release: Signature;
}

/** What is kept of a unit between `prepare` and `release`. */
interface Kept {
  unit: FoldedUnit;
  lowering: string;
  kernel: ops.Variable;
  bias: ops.Variable;
}

/** Logits by the plan's way; `folded` is null where that is plain. */
export function evaluation(
  pass: Pass,
  network: Network,
  images: Tensor,
): { logits: Tensor; folded: FoldedKernels | null } {
  if (!isFolded(pass.plan)) return { logits: infer(pass, network, images, new Map()), folded: null };
  const { kept, folded } = pass.graph.scope('folded', () => foldAll(pass, network));
  return { logits: infer(pass, network, images, kept), folded };
}

/** @param kept folded units by the name of their last layer. */
function infer(pass: Pass, network: Network, images: Tensor, kept: ReadonlyMap<string, Kept>): Tensor {
  const outputs = new Map<string, Tensor>();
  const within = new Set([...kept.values()].flatMap(({ unit }) => layersWithin(unit)));
  let last = images;
  for (const layer of network.layers) {
    if (within.has(layer.name)) continue;
    if (layer.kind !== 'input') {
      const folded = kept.get(layer.name);
      last = pass.graph.scope(layer.name, () =>
        folded
          ? inferFolded(pass, folded, outputs)
          : kindOf(layer).infer(
              pass,
              layer,
              layer.inputs.map((name) => outputs.get(name)!),
            ),
      );
    }
    outputs.set(layer.name, last);
  }
  return pass.graph.scope('logits', () => ops.identity(pass.graph, 'logits', last));
}

/** Of a unit those that have no output of their own. */
const layersWithin = (unit: FoldedUnit): string[] =>
  [unit.conv.name, ...layersOf(unit)].filter((name) => name !== unit.output.name);

function inferFolded(
  { graph }: Pass,
  { unit: { conv, addend, relu }, lowering, kernel, bias }: Kept,
  outputs: ReadonlyMap<string, Tensor>,
): Tensor {
  const operands = { x: outputs.get(conv.inputs[0]!)!, prepared: ops.read(graph, kernel) };
  return finishedConvolution(graph, lowering, operands, convShape(conv), {
    bias: ops.read(graph, bias),
    addend: addend === null ? null : outputs.get(addend)!,
    relu,
  });
}

function foldAll(pass: Pass, network: Network): { kept: Map<string, Kept>; folded: FoldedKernels } {
  const { graph, plan, value, biasOf } = pass;
  const assigned: Tensor[] = [];
  const kept = foldedUnits(network).map((unit): Kept => {
    const { conv, bn } = unit;
    return graph.scope(conv.name, () => {
      const shape = convShape(conv);
      const lowering = plan[shapeKey(shape)]!.forward;
      const { kernel, bias } = fold(graph, value(`${conv.name}/kernel`), {
        gamma: value(`${bn.name}/gamma`),
        beta: value(`${bn.name}/beta`),
        mean: value(`${bn.name}/movingMean`),
        variance: value(`${bn.name}/movingVariance`),
        bias: biasOf(conv.name),
        epsilon: bn.epsilon,
      });
      const keep = (name: string, tensor: Tensor): ops.Variable => {
        const variable = ops.variable(graph, name, tensor);
        assigned.push(ops.assign(graph, variable, tensor));
        return variable;
      };
      return {
        unit,
        lowering,
        kernel: keep('kernel', preparedKernel(graph, lowering, kernel, shape)),
        bias: keep('bias', bias),
      };
    });
  });
  const released = kept.flatMap(({ kernel, bias }) => [kernel, bias].map((one) => ops.release(graph, one)));
  return {
    kept: new Map(kept.map((one) => [one.unit.output.name, one])),
    folded: {
      prepare: { name: 'foldEvaluation', inputs: [], outputs: [ops.doneAfter(graph, assigned)] },
      release: { name: 'releaseEvaluation', inputs: [], outputs: [ops.doneAfter(graph, released)] },
    },
  };
}
