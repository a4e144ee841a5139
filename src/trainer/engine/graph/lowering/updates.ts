/**
 * How the weights are updated: by TensorFlow's ops (`native`), or by an op of our own that does all in one pass (`fused`). A plan
 * has one word for the whole network, chosen by trying both ways on variables like its own; a plan without it is native.
 */
import type { Network } from '../../../../architecture/network';
import { FUSED, NATIVE, UPDATE, type EnginePlan } from '../../../../shared/plan';
import { elements, Graph, type Tensor } from '../graph';
import * as ops from '../ops';
import { isHidden, type Optimizer } from '../optimizer';
import { Session } from '../session';
import { trainableVariables, type TrainableVariable } from '../trainable-variables';
import { isSmall, updateByNativeOps, updateByOwnOps, type UpdateWay } from '../update';
import { faultOf, leastTime } from './trial-parts';

type Way = typeof NATIVE | typeof FUSED;
const WAYS: Record<Way, UpdateWay> = { [NATIVE]: updateByNativeOps, [FUSED]: updateByOwnOps };

export const isUpdateFused = (plan: EnginePlan): boolean => plan[UPDATE]?.forward === FUSED;

/** Values of a variable on trial at most: those of a few together are more than the caches hold, as they are in a step. */
const MOST_VALUES = 2 ** 19;
/** Variables on trial at most, of large and of small ones: TensorFlow takes long to prepare a graph of many. */
const [MOST_LARGE, MOST_SMALL] = [4, 12];

/** An optimizer, and variables on which both its ways are tried. */
export interface UpdateCase {
  optimizer: Optimizer;
  variables: readonly TrainableVariable[];
}

/**
 * A few of a network's variables of all sizes; the others cost as much for each value, or for each call. Kernels that a rule for hidden ones
 * moves are left out: both ways move them alike.
 */
export function updateCase(
  network: Pick<Network, 'layers' | 'architecture'>,
  optimizer: Optimizer,
): UpdateCase {
  const variables = trainableVariables(network, optimizer)
    .filter(({ part }) => !isHidden(optimizer, part))
    .sort((a, b) => elements(a.shape) - elements(b.shape));
  const large = variables.filter((variable) => !isSmall(variable));
  const fitting = large.filter(({ shape }) => elements(shape) <= MOST_VALUES);
  return {
    optimizer,
    variables: [
      ...spread(variables.filter(isSmall), MOST_SMALL),
      ...(fitting.length > 0 ? spread(fitting, MOST_LARGE) : large.slice(0, 1)),
    ],
  };
}

/** At most `count` of a list, the first and the last among them. */
const spread = <T>(list: readonly T[], count: number): T[] =>
  list.length <= count
    ? [...list]
    : Array.from({ length: count }, (_, i) => list[Math.round((i * (list.length - 1)) / (count - 1))]!);

/** `update-adam-l2-clip-16x813064`: variables and their values; one word for caches, which no shape has. */
export function updateKey({ optimizer, variables }: UpdateCase): string {
  const { fused, clipNorm, weightDecay, regularisation, regularised, factorOf } = optimizer;
  const on = (usual: typeof regularised): string =>
    regularisation === 'both' || regularised === usual ? '' : `-${regularised}`;
  const parts = [
    fused.rule,
    ...(variables.some(({ l2 }) => l2 > 0) ? [`l2${on('convolutions')}`] : []),
    ...(weightDecay > 0 ? [`decay${on('kernels')}`] : []),
    ...(clipNorm === null ? [] : ['clip']),
    ...(factorOf('beta') === factorOf('other') ? [] : ['beta']),
  ];
  const values = variables.reduce((sum, { shape }) => sum + elements(shape), 0);
  return `${UPDATE}-${parts.join('-')}-${variables.length}x${values}`;
}

/** What is tried has coefficients large enough for a fault in any part to show; the rate and the share that decays are fed. */
const [L2, RATE, SHARE, CLIPPED_TO] = [0.05, 0.1, 0.02, 0.5];
const CHECKED_STEPS = 3;
/** As often a step is timed as other ways are, whose runs take longer. */
const TIMED = 8;

interface Built {
  /** Takes a step; gives the L2 loss before. */
  step: Tensor;
  /** Of each variable the weights, then its slots. */
  state: Tensor[][];
}

/** Both ways on trial: whether they agree over some steps, and how fast each is. */
export class UpdateTrial {
  private readonly session: Session;
  private readonly ways: Record<Way, Built>;
  private readonly fed: Tensor[];
  private readonly slots: number;

  constructor({ optimizer, variables }: UpdateCase) {
    this.slots = optimizer.slots.length;
    const graph = new Graph();
    const scalar = (name: string) => ops.placeholder(graph, name, { dtype: 'float32', shape: [] });
    const share = optimizer.weightDecay > 0 ? scalar('share') : null;
    const rates = { rate: scalar('rate'), share };
    this.fed = [rates.rate, ...(share ? [share] : [])];
    const size = variables.reduce((sum, { shape }) => sum + elements(shape), 0);
    const tried = {
      ...optimizer,
      // Gradients are normally distributed: their norm is about the root of their number.
      clipNorm: optimizer.clipNorm === null ? null : CLIPPED_TO * Math.sqrt(size),
    };
    const starts: Tensor[] = [];
    const variable = (name: string, shape: readonly number[], start: Tensor) => {
      const made = ops.variable(graph, name, { dtype: 'float32', shape });
      starts.push(ops.assign(graph, made, ops.copy(graph, start)));
      return made;
    };
    const given = variables.map(({ name, shape }) =>
      graph.scope(name, () => {
        const gradient = variable('gradient', shape, ops.normal(graph, shape));
        // Slots that start positive: what begins at zero would be moved by a gradient's sign, which rounding may turn.
        const slots = optimizer.slots.map(() => {
          const noise = ops.normal(graph, shape);
          return ops.add(graph, ops.multiply(graph, noise, noise), ops.scalar(graph, 0.01));
        });
        return { gradient, start: [ops.normal(graph, shape), ...slots] };
      }),
    );
    const build = (way: Way): Built => {
      const trainables = variables.map(({ name, shape, l2, decays, part }, index) => {
        const { gradient, start } = given[index]!;
        return graph.scope(`${way}/${name}`, () => {
          const [weights, ...slots] = start.map((value, part) => variable(`part${part}`, shape, value));
          return {
            name,
            shape,
            decays,
            part,
            l2: l2 > 0 ? L2 : 0,
            variable: weights!,
            slots,
            value: ops.read(graph, weights!),
            // Memory of its own, as a step's gradients are.
            gradient: ops.copy(graph, ops.read(graph, gradient)),
            after: [],
          };
        });
      });
      return graph.scope(way, () => {
        const { done, l2 } = WAYS[way](graph, tried, trainables, rates);
        const state = trainables.map(({ variable, slots }) =>
          [variable, ...slots].map((one) => ops.read(graph, one)),
        );
        return { step: ops.identity(graph, 'l2', l2, done), state };
      });
    };
    this.ways = { native: build(NATIVE), fused: build(FUSED) };
    this.session = new Session(graph, ops.group(graph, 'initialise', starts).node, []);
  }

  /** What is wrong with the fused way, as a clause of a sentence; null where nothing is. */
  check(): string | null {
    const losses = { native: this.lossesOf(NATIVE), fused: this.lossesOf(FUSED) };
    const { native, fused } = this.ways;
    // In one call: TensorFlow prepares the graph anew for each kind of call.
    const outputs = [native, fused].flatMap(({ state }) => state.flat());
    const values = this.session.callable({ inputs: [], outputs })() as Float32Array[];
    const count = values.length / 2;
    const parts = 1 + this.slots;
    const stateFrom = (first: number) =>
      Array.from({ length: parts }, (_, part) =>
        joined(values.slice(first, first + count).filter((_, index) => index % parts === part)),
      );
    const right = [losses.native, ...stateFrom(0)];
    const found = [losses.fused, ...stateFrom(count)];
    return faultOf(found, right);
  }

  /** Milliseconds of a step: the least of some runs, which are short. */
  time(way: Way): number {
    const step = this.stepOf(way);
    return Math.min(...Array.from({ length: TIMED }, () => leastTime(step, () => undefined)));
  }

  dispose(): void {
    this.session.dispose();
  }

  private stepOf(way: Way): () => Float32Array {
    const call = this.session.callable({ inputs: this.fed, outputs: [this.ways[way].step] });
    const values = [RATE, SHARE].slice(0, this.fed.length).map((value) => Float32Array.of(value));
    return () => call(...values)[0] as Float32Array;
  }

  private lossesOf(way: Way): Float32Array {
    const step = this.stepOf(way);
    return Float32Array.from({ length: CHECKED_STEPS }, () => step()[0]!);
  }
}

function joined(parts: readonly ArrayLike<number>[]): Float32Array {
  const values = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    values.set(part, at);
    at += part.length;
  }
  return values;
}
