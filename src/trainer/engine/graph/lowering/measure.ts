/** Which lowerings are fastest on this machine, by trying them. */
import { Graph, type Tensor } from '../graph';
import * as ops from '../ops';
import { Session, type Call } from '../session';
import { kernelShape, type ConvShape } from './geometry';
import { candidates, DIRECTIONS, type Direction } from './lowerings';
import { buildLowering } from './plan';

/** Milliseconds of each candidate by direction. */
export type Timings = Record<Direction, Record<string, number>>;

/** Runs a candidate beyond the first, which also prepares it. */
const RUNS = 4;
/** Milliseconds after which a candidate is not run again: a large map tells enough by one run. */
const ENOUGH = 60;

/**
 * Times every candidate of a shape, in milliseconds: the least of a few runs, which is what a machine can do when
 * nothing else disturbs it. A direction with one candidate only is not measured (0).
 */
export function measure(shape: ConvShape, batch: number): Timings {
  const timings: Timings = { forward: {}, inputGradient: {}, filterGradient: {} };
  const jobs: { direction: Direction; name: string; result: Tensor }[] = [];
  const graph = new Graph();
  const [x, dy, kernel] = (
    [
      ['x', [batch, shape.height, shape.width, shape.inChannels]],
      ['dy', [batch, shape.outHeight, shape.outWidth, shape.outChannels]],
      ['kernel', kernelShape(shape)],
    ] as const
  ).map(([name, sides]) => ops.variable(graph, name, { dtype: 'float32', shape: sides })) as [
    ops.Variable,
    ops.Variable,
    ops.Variable,
  ];
  const initialise = ops.group(
    graph,
    'initialise',
    [x, dy, kernel].map((variable) => ops.assign(graph, variable, ops.normal(graph, variable.shape))),
  );
  const operands = {
    x: ops.read(graph, x),
    dy: ops.read(graph, dy),
    kernel: ops.read(graph, kernel),
  };
  for (const direction of DIRECTIONS) {
    const names = candidates(shape, direction);
    for (const name of names) {
      timings[direction][name] = 0;
      if (names.length === 1) continue;
      const output = graph.scope(`${direction}/${name}`, () =>
        buildLowering(graph, direction, name, operands, shape),
      );
      // One element, so that fetching the result costs nothing.
      const corner = output.shape.map(() => 0);
      const result = ops.slice(
        graph,
        output,
        corner,
        corner.map(() => 1),
      );
      jobs.push({ direction, name, result });
    }
  }
  if (jobs.length === 0) return timings;

  const session = new Session(graph, initialise.node, []);
  try {
    for (const { direction, name, result } of jobs) {
      timings[direction][name] = fastest(session.callable({ inputs: [], outputs: [result] }));
    }
  } finally {
    session.dispose();
  }
  return timings;
}

function fastest(call: Call): number {
  // The first run prepares the graph.
  call();
  let least = Infinity;
  let spent = 0;
  for (let run = 0; run < RUNS && (run === 0 || spent < ENOUGH); run++) {
    const begin = performance.now();
    call();
    const took = performance.now() - begin;
    least = Math.min(least, took);
    spent += took;
  }
  return least;
}
