/** Which lowering each convolution of a network uses. */
import type { Network } from '../../../../architecture/network';
import type { Graph, Tensor } from '../graph';
import { convShape, shapeKey, type ConvShape } from './geometry';
import { candidates, DIRECTIONS, lowerings, type Direction, type Operands } from './lowerings';

/** Names of lowerings by shape (`shapeKey`) and direction. */
export type Plan = Record<string, Record<Direction, string>>;

/** TensorFlow's own ops throughout. */
export function nativePlan(network: Pick<Network, 'layers'>): Plan {
  const plan: Plan = {};
  for (const [key] of convShapes(network)) {
    plan[key] = { forward: 'native', inputGradient: 'native', filterGradient: 'native' };
  }
  return plan;
}

/** The different convolutions of a network, in the order of its layers. */
export function convShapes({ layers }: Pick<Network, 'layers'>): Map<string, ConvShape> {
  const shapes = new Map<string, ConvShape>();
  for (const layer of layers) {
    if (layer.kind === 'conv') shapes.set(shapeKey(convShape(layer)), convShape(layer));
  }
  return shapes;
}

/** @throws Error that names the shape or lowering which does not fit the network. */
export function checkPlan(plan: Plan, network: Pick<Network, 'layers'>): void {
  for (const [key, shape] of convShapes(network)) {
    const choice = plan[key];
    if (!choice) throw new Error(`The plan says nothing of the convolution ${key}.`);
    for (const direction of DIRECTIONS) {
      const known = candidates(shape, direction);
      if (!known.includes(choice[direction])) {
        throw new Error(
          `The plan computes the ${direction} of ${key} by "${choice[direction]}": it can be ${known.join(', ')}.`,
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
