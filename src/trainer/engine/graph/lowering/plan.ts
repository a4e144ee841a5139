/** Which lowering each convolution of a network uses. */
import { convolutions, type ConvShape } from '../../../../architecture/convolutions';
import type { Network } from '../../../../architecture/network';
import {
  DIRECTION_LABELS,
  EVALUATION,
  FOLDED,
  FUSED,
  missingFrom,
  NATIVE,
  UPDATE,
  type EnginePlan,
} from '../../../../shared/plan';
import { expected } from '../../../../shared/result';
import { whyNoOwnKernels } from '../../own-kernels';
import { normalisations } from '../../../../architecture/normalisations';
import type { Graph, Tensor } from '../graph';
import {
  candidates,
  DIRECTIONS,
  lowerings,
  perDirection,
  substitutes,
  unavailable,
  type Direction,
  type Operands,
} from './lowerings';

export type Plan = EnginePlan;

/** TensorFlow's own ops wherever none is known to be wrong. */
export function nativePlan(network: Pick<Network, 'layers'>): Plan {
  const plan: Plan = {};
  for (const [key, shape] of convShapes(network)) {
    plan[key] = perDirection((direction) => candidates(shape, direction)[0]!);
  }
  return plan;
}

/** What RESBENCH_PLAN can ask for: TensorFlow's own ops, or kernels of our own wherever they suit, and else TensorFlow's. */
const FORCED = [NATIVE, 'winograd2', 'winograd4'] as const;
export type ForcedPlan = (typeof FORCED)[number];

/** What RESBENCH_PLAN asks for where no plan is given, null for nothing: for tests, and for whoever hunts a difference. */
export function askedPlan(env: NodeJS.ProcessEnv = process.env): ForcedPlan | null {
  const asked = env.RESBENCH_PLAN;
  if (!asked) return null;
  const known = FORCED.find((name) => name === asked);
  if (known) return known;
  throw expected(
    'invalid-input',
    `RESBENCH_PLAN is ${JSON.stringify(asked)}: it can be ${FORCED.join(', ')}; unset it to have the fastest plan chosen.`,
  );
}

/**
 * A lowering wherever it computes a convolution, with normalisations and update fused and evaluation folded, or native ops alone.
 * @throws ExpectedError where there are no kernels for it.
 */
export function forcedPlan(network: Pick<Network, 'layers'>, name: ForcedPlan): Plan {
  const plan = nativePlan(network);
  if (name === NATIVE) return plan;
  const missing = whyNoOwnKernels();
  if (missing)
    throw expected('unsupported', `There are no kernels for RESBENCH_PLAN=${name} here: ${missing}.`);
  for (const [key, shape] of convShapes(network)) {
    for (const direction of DIRECTIONS) {
      const known = [...candidates(shape, direction), ...substitutes(shape, direction)];
      if (known.includes(name)) plan[key]![direction] = name;
    }
  }
  for (const key of [...normalisations(network).keys(), UPDATE]) plan[key] = perDirection(() => FUSED);
  plan[EVALUATION] = perDirection(() => FOLDED);
  return plan;
}

/** The different convolutions of a network, in the order of its layers. */
export function convShapes(network: Pick<Network, 'layers'>): Map<string, ConvShape> {
  return new Map([...convolutions(network)].map(([key, { shape }]) => [key, shape]));
}

/**
 * Whether a plan is one of this network's; a lowering that is known to be wrong on some machine, or missing there, is none of its
 * concern.
 * @throws ExpectedError that names the shape or lowering which does not fit the network.
 */
export function checkPlan(plan: Plan, network: Pick<Network, 'layers'>): void {
  const missing = missingFrom(plan, network);
  if (missing) {
    throw expected(
      'invalid-input',
      `The plan says nothing of the convolution ${missing.shape} (${missing.layer}), so it is not this network's: ` +
        `leave it out to have one chosen.`,
    );
  }
  for (const [key, shape] of convShapes(network)) {
    const choice = plan[key]!;
    for (const direction of DIRECTIONS) {
      const known = [NATIVE, ...candidates(shape, direction), ...substitutes(shape, direction)];
      // Of another machine: replaced when the plan is adopted.
      if (unavailable(shape, direction).includes(choice[direction])) continue;
      if (!known.includes(choice[direction])) {
        throw expected(
          'invalid-input',
          `The plan computes the ${DIRECTION_LABELS[direction]} of ${key} by "${choice[direction]}", which this Resbench ` +
            `does not do (it can be ${[...new Set(known)].join(', ')}): leave the plan out to have one chosen.`,
        );
      }
    }
  }
}

/** The nodes that compute one direction of a convolution by the lowering of that name. */
export function buildLowering(
  graph: Graph,
  direction: Direction,
  name: string,
  operands: Operands,
  shape: ConvShape,
): Tensor {
  return lowerings(direction)
    .find((lowering) => lowering.name === name)!
    .build(graph, operands, shape);
}
