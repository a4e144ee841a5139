/** Every lowering against the definition of the convolution and its gradients, in double precision. */
import { describe, expect, test } from 'vitest';
import { usesOwnKernels } from '../../../../../../src/shared/plan';
import { Graph } from '../../../../../../src/trainer/engine/graph/graph';
import * as ops from '../../../../../../src/trainer/engine/graph/ops';
import { Session } from '../../../../../../src/trainer/engine/graph/session';
import {
  convShapeOf,
  density,
  kernelShape,
  margins,
  shapeKey,
  tapTable,
  type ConvShape,
} from '../../../../../../src/trainer/engine/graph/lowering/geometry';
import {
  candidates,
  DIRECTIONS,
  lowerings,
  substitutes,
} from '../../../../../../src/trainer/engine/graph/lowering/lowerings';
import { buildLowering } from '../../../../../../src/trainer/engine/graph/lowering/plan';
import { Random } from '../../../../../../src/shared/random';

const BATCH = 3;
const SHAPES: ConvShape[] = [
  // The maps of the blog's ResNet-18, with fewer channels.
  convShapeOf([8, 8, 4], 4, [3, 3], 1, 'same'),
  convShapeOf([8, 8, 4], 5, [3, 3], 2, 'same'),
  convShapeOf([4, 4, 4], 6, [3, 3], 1, 'same'),
  convShapeOf([4, 4, 4], 6, [3, 3], 2, 'same'),
  convShapeOf([3, 3, 4], 6, [3, 3], 1, 'same'),
  convShapeOf([2, 2, 4], 6, [3, 3], 1, 'same'),
  convShapeOf([2, 2, 5], 6, [3, 3], 2, 'same'),
  convShapeOf([1, 1, 5], 7, [3, 3], 1, 'same'),
  convShapeOf([1, 1, 5], 7, [3, 3], 2, 'same'),
  // Odd sizes, strides and kernels.
  convShapeOf([7, 5, 3], 4, [3, 3], 1, 'same'),
  convShapeOf([7, 5, 3], 4, [3, 3], 2, 'same'),
  convShapeOf([7, 5, 3], 4, [5, 5], 3, 'same'),
  convShapeOf([5, 7, 2], 3, [3, 1], 1, 'same'),
  convShapeOf([5, 7, 2], 3, [1, 5], 2, 'same'),
  convShapeOf([6, 4, 2], 3, [2, 2], 1, 'same'),
  convShapeOf([6, 4, 2], 3, [4, 2], 2, 'same'),
  convShapeOf([9, 4, 2], 3, [2, 3], 4, 'same'),
  convShapeOf([2, 1, 3], 2, [3, 3], 1, 'same'),
  convShapeOf([1, 2, 3], 2, [5, 5], 2, 'same'),
  convShapeOf([2, 2, 3], 2, [7, 7], 2, 'same'),
  convShapeOf([3, 2, 3], 2, [2, 2], 1, 'same'),
  convShapeOf([16, 16, 3], 4, [7, 7], 2, 'same'),
  // Projections.
  convShapeOf([4, 4, 3], 5, [1, 1], 1, 'valid'),
  convShapeOf([8, 8, 3], 5, [1, 1], 2, 'valid'),
  convShapeOf([5, 7, 3], 5, [1, 1], 2, 'valid'),
  convShapeOf([1, 1, 3], 5, [1, 1], 2, 'valid'),
  convShapeOf([5, 5, 3], 5, [1, 1], 3, 'valid'),
];

describe.each(SHAPES.map((shape) => [shapeKey(shape), shape] as const))('%s', (_, shape) => {
  const random = new Random(5);
  const normal = (size: number) => Float32Array.from({ length: size }, () => random.normal());
  const { height, width, inChannels, outHeight, outWidth, outChannels } = shape;
  const x = normal(BATCH * height * width * inChannels);
  const dy = normal(BATCH * outHeight * outWidth * outChannels);
  const kernel = normal(kernelShape(shape).reduce((product, side) => product * side, 1));
  const expected = byDefinition(shape, x, kernel, dy);

  test.each(
    DIRECTIONS.flatMap((direction) =>
      [...candidates(shape, direction), ...substitutes(shape, direction)].map(
        (name) => [direction, name] as const,
      ),
    ),
  )('%s by %s', (direction, name) => {
    const graph = new Graph();
    const given = {
      x: ops.placeholder(graph, 'x', { dtype: 'float32', shape: [-1, height, width, inChannels] }),
      kernel: ops.placeholder(graph, 'kernel', { dtype: 'float32', shape: kernelShape(shape) }),
      dy: ops.placeholder(graph, 'dy', { dtype: 'float32', shape: [-1, outHeight, outWidth, outChannels] }),
    };
    const result = buildLowering(graph, direction, name, given, shape);
    expect(result.shape).toEqual(
      { forward: given.dy, inputGradient: given.x, filterGradient: given.kernel }[direction].shape,
    );

    // All are given, whatever the direction takes: the result depends on the three, were it by a factor 0.
    const session = new Session(graph, ops.group(graph, 'initialise', []).node, []);
    const inputs = {
      forward: ['x', 'kernel'],
      inputGradient: ['x', 'kernel', 'dy'],
      filterGradient: ['x', 'dy'],
    }[direction] as (keyof typeof given)[];
    const values = { x, kernel, dy };
    try {
      const [actual] = session.callable({
        inputs: inputs.map((input) => given[input]),
        outputs: [result],
      })(...inputs.map((input) => values[input]));
      const wanted = expected[direction];
      expect(actual!.length).toBe(wanted.length);
      const off = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - actual![i]!)), 0);
      const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      expect(off / scale).toBeLessThan(2e-6);
    } finally {
      session.dispose();
    }
  });
});

/** The equations at the head of lowerings.ts, written out. */
function byDefinition(shape: ConvShape, x: Float32Array, kernel: Float32Array, dy: Float32Array) {
  const { height, width, inChannels, outHeight, outWidth, outChannels, stride } = shape;
  const [kernelHeight, kernelWidth] = shape.kernel;
  const { rows, columns } = margins(shape);
  const forward = new Float64Array(dy.length);
  const inputGradient = new Float64Array(x.length);
  const filterGradient = new Float64Array(kernel.length);
  for (let n = 0; n < BATCH; n++) {
    for (let v = 0; v < outHeight; v++) {
      for (let u = 0; u < outWidth; u++) {
        for (let i = 0; i < kernelHeight; i++) {
          for (let j = 0; j < kernelWidth; j++) {
            const row = v * stride + i - rows[0];
            const column = u * stride + j - columns[0];
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            for (let a = 0; a < inChannels; a++) {
              const input = ((n * height + row) * width + column) * inChannels + a;
              for (let b = 0; b < outChannels; b++) {
                const output = ((n * outHeight + v) * outWidth + u) * outChannels + b;
                const weight = ((i * kernelWidth + j) * inChannels + a) * outChannels + b;
                forward[output]! += x[input]! * kernel[weight]!;
                inputGradient[input]! += dy[output]! * kernel[weight]!;
                filterGradient[weight]! += x[input]! * dy[output]!;
              }
            }
          }
        }
      }
    }
  }
  return { forward, inputGradient, filterGradient };
}

test('on a 1x1 map only the centre tap meets data', () => {
  expect(tapTable(convShapeOf([1, 1, 1], 1, [3, 3], 1, 'same'))).toEqual([[4]]);
});

test('on a 2x2 map every pixel meets every pixel', () => {
  const shape = convShapeOf([2, 2, 1], 1, [3, 3], 1, 'same');
  expect(tapTable(shape)).toEqual([
    [4, 3, 1, 0],
    [5, 4, 2, 1],
    [7, 6, 4, 3],
    [8, 7, 5, 4],
  ]);
  expect(density(shape)).toBe(1);
  expect(density(convShapeOf([4, 4, 1], 1, [3, 3], 1, 'same'))).toBeCloseTo((10 / 16) ** 2, 10);
});

test('a plan tells by its names what needs kernels of our own', () => {
  for (const direction of DIRECTIONS) {
    for (const { name, available } of lowerings(direction)) {
      const plan = { shape: { forward: name, inputGradient: name, filterGradient: name } };
      expect(usesOwnKernels(plan), name).toBe(available !== undefined);
    }
  }
});
