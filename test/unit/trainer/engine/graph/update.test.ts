/** Both ways of the update, over several steps, against the equations in double precision. */
import { afterEach, describe, expect, test } from 'vitest';
import { Graph, type Tensor } from '../../../../../src/trainer/engine/graph/graph';
import { createOptimizer, type Optimizer } from '../../../../../src/trainer/engine/graph/optimizer';
import * as ops from '../../../../../src/trainer/engine/graph/ops';
import { Session } from '../../../../../src/trainer/engine/graph/session';
import {
  updateByNativeOps,
  updateByOwnOps,
  type UpdateWay,
} from '../../../../../src/trainer/engine/graph/update';
import { ownKernels } from '../../../../../src/trainer/engine/own-kernels';
import { Random } from '../../../../../src/shared/random';
import type { Recipe } from '../../../../../src/shared/recipe';
import { recipe } from '../../fixtures';

const STEPS = 5;
const LEARNING_RATE = 0.05;
const MOMENTUM = 0.9;

/** A large kernel of an odd number of values, small ones that are treated alike and otherwise, and what is no kernel. */
const VARIABLES = [
  { name: 'a/kernel', shape: [3, 3, 17, 131], kernel: true },
  { name: 'b/kernel', shape: [3, 3, 5, 7], kernel: true },
  { name: 'c/kernel', shape: [3, 3, 2, 2], kernel: true },
  { name: 'c/gamma', shape: [65], kernel: false },
  { name: 'c/beta', shape: [9], kernel: false },
  { name: 'd/bias', shape: [5001], kernel: false },
];

const size = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

/** What the engine hands on to the step: both in double precision. */
const ratesOf = (optimizer: Optimizer, step: number) => ({
  rate: optimizer.rate(LEARNING_RATE, step),
  share: LEARNING_RATE * optimizer.weightDecay,
});

interface Trace {
  /** By step: the loss of L2, the norms of gradients and of new weights. */
  losses: number[];
  norms: { gradient: number; weights: number }[];
  /** Of each variable the weights, then the slots, behind the last step. */
  state: ArrayLike<number>[][];
}

const start = new Random(5);
const WEIGHTS = VARIABLES.map(({ shape }) =>
  Float32Array.from({ length: size(shape) }, () => start.normal()),
);
const GRADIENTS = Array.from({ length: STEPS }, () =>
  VARIABLES.map(({ shape }) => Float32Array.from({ length: size(shape) }, () => start.normal())),
);

/** Keras' rules (keras/src/optimizers/{adam,sgd}.py) in double precision, a value at a time. */
function inDoublePrecision(optimizer: Optimizer, l2: number, { clipNorm, ...rule }: Recipe): Trace {
  const weights = WEIGHTS.map((values) => Float64Array.from(values));
  const slots = WEIGHTS.map((values) => optimizer.slots.map(() => new Float64Array(values.length)));
  const losses: number[] = [];
  const norms: Trace['norms'] = [];
  for (let step = 1; step <= STEPS; step++) {
    const { rate: baseRate, share } = ratesOf(optimizer, step);
    const l2Of = (index: number) => (VARIABLES[index]!.kernel ? l2 : 0);
    const gradients = GRADIENTS[step - 1]!.map((values, index) =>
      Float64Array.from(values, (value, i) => value + 2 * l2Of(index) * weights[index]![i]!),
    );
    const sum = (arrays: Float64Array[]) => arrays.flatMap((a) => [...a]).reduce((s, v) => s + v * v, 0);
    losses.push(l2 * sum(weights.filter((_, index) => VARIABLES[index]!.kernel)));
    const norm = Math.sqrt(sum(gradients));
    const factor = clipNorm === null ? 1 : clipNorm / Math.max(norm, clipNorm);
    for (const [index, w] of weights.entries()) {
      const [first, second] = slots[index]!;
      const rate = VARIABLES[index]!.name.endsWith('/beta') ? baseRate * rule.betaFactor : baseRate;
      for (let i = 0; i < w.length; i++) {
        const g = gradients[index]![i]! * factor;
        if (VARIABLES[index]!.kernel) w[i]! -= share * w[i]!;
        if (rule.optimizer === 'adam') {
          first![i]! += (1 - Math.fround(0.9)) * (g - first![i]!);
          second![i]! += (1 - Math.fround(0.999)) * (g * g - second![i]!);
          w[i]! -= (rate * first![i]!) / (Math.sqrt(second![i]!) + 1e-7);
        } else if (rule.momentum > 0) {
          first![i] = rule.momentum * first![i]! - rate * g;
          w[i]! += rule.nesterov ? rule.momentum * first![i]! - rate * g : first![i]!;
        } else w[i]! -= rate * g;
      }
    }
    norms.push({ gradient: norm, weights: Math.sqrt(sum(weights)) });
  }
  return { losses, norms, state: weights.map((w, index) => [w, ...slots[index]!]) };
}

const sessions: Session[] = [];
afterEach(() => {
  for (const session of sessions.splice(0)) session.dispose();
});

function byGraph(way: UpdateWay, optimizer: Optimizer, l2: number): Trace {
  const graph = new Graph();
  const scalar = (name: string) => ops.placeholder(graph, name, { dtype: 'float32', shape: [] });
  const [rate, share] = [scalar('rate'), scalar('share')];
  const starts: Tensor[] = [];
  const fed: Tensor[] = [];
  const trainables = VARIABLES.map(({ name, shape, kernel }, index) =>
    graph.scope(name, () => {
      const made = (part: string, value: Tensor) => {
        const variable = ops.variable(graph, part, { dtype: 'float32', shape });
        starts.push(ops.assign(graph, variable, ops.copy(graph, value)));
        return variable;
      };
      const variable = made('weights', graph.constant(WEIGHTS[index]!, shape));
      const gradient = ops.placeholder(graph, 'gradient', { dtype: 'float32', shape });
      fed.push(gradient);
      return {
        name,
        shape,
        variable,
        slots: optimizer.slots.map((slot) => made(slot, ops.fill(graph, shape, 0))),
        value: ops.read(graph, variable),
        // What a call gives lies in memory of JavaScript, where nothing is computed.
        gradient: ops.copy(graph, gradient),
        after: [],
        l2: kernel ? l2 : 0,
        decays: kernel,
        part: name.endsWith('/beta') ? ('beta' as const) : ('other' as const),
      };
    }),
  );
  const updates = way(graph, optimizer, trainables, {
    rate,
    share: optimizer.weightDecay > 0 ? share : null,
  });
  const step = ops.identity(graph, 'loss', updates.l2, updates.done);
  const { gradient, weights } = updates.norms();
  const held = trainables.map(({ variable, slots }) =>
    [variable, ...slots].map((one) => ops.read(graph, one)),
  );
  const session = new Session(graph, ops.group(graph, 'initialise', starts).node, []);
  sessions.push(session);
  const call = session.callable({ inputs: [rate, share, ...fed], outputs: [step, gradient, weights] });
  const results = GRADIENTS.map((gradients, index) => {
    const rates = ratesOf(optimizer, index + 1);
    return call(Float32Array.of(rates.rate), Float32Array.of(rates.share), ...gradients).map(
      (values) => values[0]!,
    ) as [number, number, number];
  });
  const state = held.map((outputs) => session.callable({ inputs: [], outputs })());
  return {
    losses: results.map(([loss]) => loss),
    norms: results.map(([, gradient, weights]) => ({ gradient, weights })),
    state,
  };
}

/** Largest difference, relative to the root mean square of what is right. */
function off(values: ArrayLike<number>, right: ArrayLike<number>): number {
  const scale =
    Math.sqrt(Array.from(right).reduce((sum, value) => sum + value * value, 0) / right.length) || 1;
  return Math.max(...Array.from(right, (value, i) => Math.abs(values[i]! - value))) / scale;
}

const RULES: [string, Partial<Recipe>][] = [
  ['Adam', { optimizer: 'adam' }],
  ['SGD', { optimizer: 'sgd', momentum: 0 }],
  ['momentum', { optimizer: 'sgd', momentum: MOMENTUM, nesterov: false }],
  ['Nesterov', { optimizer: 'sgd', momentum: MOMENTUM, nesterov: true }],
];
const ADDED: [string, number, Partial<Recipe>][] = [
  ...[0, 0.02].flatMap((l2) =>
    [0, 0.3].flatMap((weightDecay) =>
      [null, 40].map((clipNorm): [string, number, Partial<Recipe>] => [
        `L2 ${l2}, decay ${weightDecay}, clipped to ${clipNorm}`,
        l2,
        { regularisation: 'both', weightDecay, clipNorm } as const,
      ]),
    ),
  ),
  ['betas 64 times as fast', 0, { betaFactor: 64 }],
  [
    'betas faster, L2, decay, clipped',
    0.02,
    { betaFactor: 8, regularisation: 'both', weightDecay: 0.3, clipNorm: 40 },
  ],
];
const WAYS: [string, UpdateWay][] = [
  ["TensorFlow's ops", updateByNativeOps],
  ...(ownKernels() ? [['an op of our own', updateByOwnOps] as [string, UpdateWay]] : []),
];

describe.each(WAYS)('by %s', (_, way) => {
  describe.each(RULES)('%s', (__, rule) => {
    test.each(ADDED)('%s', (___, l2, added) => {
      const full = recipe({ ...rule, ...added });
      const optimizer = createOptimizer(full);
      const right = inDoublePrecision(optimizer, l2, full);
      const found = byGraph(way, optimizer, l2);
      expect(off(found.losses, right.losses)).toBeLessThan(2e-6);
      for (const name of ['gradient', 'weights'] as const) {
        const norms = [found, right].map((trace) => trace.norms.map((one) => one[name]));
        expect(off(norms[0]!, norms[1]!), name).toBeLessThan(2e-6);
      }
      for (const [index, parts] of right.state.entries()) {
        for (const [part, values] of parts.entries()) {
          // Of Adam's first steps the largest parts are quotients of what is small: a few more digits go.
          expect(off(found.state[index]![part]!, values), `${VARIABLES[index]!.name} ${part}`).toBeLessThan(
            1e-4,
          );
        }
      }
    });
  });
});

describe.runIf(ownKernels())('the op of our own', () => {
  const full = recipe({ optimizer: 'adam', regularisation: 'both', weightDecay: 0.3, clipNorm: 40 });

  test('gives the same bits again', () => {
    const [first, second] = [1, 2].map(() => byGraph(updateByOwnOps, createOptimizer(full), 0.02));
    expect(second).toEqual(first);
  });

  test('updates a variable whose value somebody holds without touching that', () => {
    const graph = new Graph();
    const shape = [5000];
    const variable = ops.variable(graph, 'w', { dtype: 'float32', shape });
    const value = ops.read(graph, variable);
    const start = ops.assign(graph, variable, ops.copy(graph, ops.fill(graph, shape, 3)));
    const { done } = updateByOwnOps(
      graph,
      createOptimizer(recipe({ optimizer: 'sgd', momentum: 0 })),
      [
        {
          name: 'w',
          shape,
          variable,
          slots: [],
          value,
          gradient: ops.copy(graph, ops.fill(graph, shape, 2)),
          after: [value],
          l2: 0,
          decays: false,
          part: 'other' as const,
        },
      ],
      { rate: ops.scalar(graph, 0.5), share: null },
    );
    // Read before the step, and looked at behind it.
    const held = ops.identity(graph, 'held', value, done);
    const session = new Session(graph, ops.group(graph, 'initialise', [start]).node, []);
    sessions.push(session);
    const call = session.callable({ inputs: [], outputs: [held] });
    expect(new Set(call()[0])).toEqual(new Set([3]));
    expect(new Set(call()[0])).toEqual(new Set([2]));
  });
});
