/** How long a layer takes by itself, forward and backward, in a session of its own: its own equations, over random values. */
import { layerVariables, type Layer } from '../../../architecture/layers';
import type { PartTime } from '../../../shared/cost/record';
import { tensorflow } from '../tensorflow';
import { Graph, type Tensor } from './graph';
import { kindOf } from './layers';
import type { TrainingPass } from './layers/layer';
import type { Plan } from './lowering/plan';
import { leastTime, randomValues } from './lowering/trial-parts';
import * as ops from './ops';
import { Session } from './session';

/**
 * Milliseconds over a batch, each the least of a few runs, with what the call of a session takes.
 * @param inputs shapes of what the layer takes, each of one image.
 * @param wanted whether the gradient of what it takes is computed.
 */
export function timeLayer(
  layer: Exclude<Layer, { kind: 'input' }>,
  inputs: readonly (readonly number[])[],
  batch: number,
  plan: Plan,
  wanted: boolean,
): PartTime {
  const graph = new Graph();
  const float = (shape: readonly number[]) => ({ dtype: 'float32', shape }) as const;
  const given = inputs.map((shape, index) =>
    ops.placeholder(graph, `input${index}`, float([batch, ...shape])),
  );
  const dy = ops.placeholder(graph, 'dy', float([batch, ...layer.outputShape]));
  const variables = new Map(
    layerVariables(layer).map(({ name, shape }) => [name, ops.variable(graph, name, float(shape))]),
  );
  const starts = [...variables.values()].map((variable) =>
    ops.assign(graph, variable, ops.normal(graph, variable.shape)),
  );
  const values = new Map<string, Tensor>();
  const gradients: Tensor[] = [];
  const pass: TrainingPass = {
    graph,
    plan,
    images: ops.scalar(graph, batch),
    lossImages: ops.scalar(graph, batch),
    value: (name) => {
      const known = values.get(name) ?? ops.read(graph, variables.get(name)!);
      values.set(name, known);
      return known;
    },
    biasOf: () => null,
    variable: (name) => variables.get(name)!,
    gradient: (_, gradient) => gradients.push(gradient),
    // Vectors of a value for each channel: they take no time.
    statistics: () => {},
  };
  const { output, backward } = kindOf(layer).train(pass, layer, given);
  const back = backward(dy, wanted);
  const handles = randomValues([...given, dy]);
  const session = new Session(graph, ops.group(graph, 'initialise', starts).node, []);
  try {
    const timed = (fed: readonly Tensor[], outputs: readonly Tensor[]): number => {
      const call = session.running({ inputs: fed, outputs });
      const run = (): number[] => call(...fed.map((tensor) => handles.get(tensor)!));
      // The first run prepares the graph.
      release(run());
      return leastTime(run, release);
    };
    const forward = timed(given, [output]);
    // Of a convolution by itself the gradients need no forward pass; what others keep of it is computed again.
    const both = timed([...given, dy], [output, ...back, ...gradients]);
    return { forward, backward: Math.max(0, both - forward) };
  } finally {
    session.dispose();
    for (const handle of handles.values()) tensorflow().deleteTensor(handle);
  }
}

const release = (results: number[]): void => results.forEach((result) => tensorflow().deleteTensor(result));

/** Milliseconds of a call of a session that computes next to nothing. */
export function timeCall(): number {
  const graph = new Graph();
  const x = ops.placeholder(graph, 'x', { dtype: 'float32', shape: [1] });
  const y = ops.add(graph, x, x);
  const handles = randomValues([x]);
  const session = new Session(graph, ops.group(graph, 'initialise', []).node, []);
  try {
    const call = session.running({ inputs: [x], outputs: [y] });
    const run = (): number[] => call(handles.get(x)!);
    release(run());
    return Math.min(...Array.from({ length: 8 }, () => leastTime(run, release)));
  } finally {
    session.dispose();
    for (const handle of handles.values()) tensorflow().deleteTensor(handle);
  }
}

/** Values over which a pass is timed: more than caches hold. */
const PASSED = 2 ** 24;

/** Milliseconds of one pass over a MiB in memory, read or written. */
export function timePass(): number {
  const graph = new Graph();
  const x = ops.placeholder(graph, 'x', { dtype: 'float32', shape: [PASSED] });
  const y = ops.relu(graph, x);
  const handles = randomValues([x]);
  const session = new Session(graph, ops.group(graph, 'initialise', []).node, []);
  try {
    const call = session.running({ inputs: [x], outputs: [y] });
    const run = (): number[] => call(handles.get(x)!);
    release(run());
    return leastTime(run, release) / ((2 * 4 * PASSED) / 2 ** 20);
  } finally {
    session.dispose();
    for (const handle of handles.values()) tensorflow().deleteTensor(handle);
  }
}
