/**
 * Cutout: what lies in a square of each image becomes 0, after the normalisation.
 *
 *   values[n, y, x] · (1 - rows[n, y] · columns[n, x]), rows and columns 1 within the square and 0 elsewhere
 *
 * TF ops: Mul, Sub.
 */
import type { Draw } from '../../../../shared/augmentation/draws';
import { inStretch } from '../../../../shared/augmentation/placement';
import type { Graph, Tensor } from '../graph';
import * as ops from '../ops';

/** What a step feeds: rows, columns. */
export function cutoutInputs(graph: Graph, [height, width]: readonly number[]): Tensor[] {
  return [
    ops.placeholder(graph, 'cutRows', { dtype: 'float32', shape: [-1, height!] }),
    ops.placeholder(graph, 'cutColumns', { dtype: 'float32', shape: [-1, width!] }),
  ];
}

/** @param images float32, NHWC. */
export function cutOut(graph: Graph, images: Tensor, inputs: readonly Tensor[]): Tensor {
  const [height, width] = images.shape.slice(1) as [number, number];
  const [rows, columns] = inputs as [Tensor, Tensor];
  const inside = ops.multiply(
    graph,
    ops.reshape(graph, rows, [-1, height, 1, 1]),
    ops.reshape(graph, columns, [-1, 1, width, 1]),
  );
  return ops.multiply(graph, images, ops.subtract(graph, ops.scalar(graph, 1), inside));
}

export function cutoutFeeds(
  draws: readonly Draw[],
  side: number,
  [height, width]: readonly [height: number, width: number, ...rest: number[]],
): Float32Array[] {
  const rows = new Float32Array(draws.length * height);
  const columns = new Float32Array(draws.length * width);
  for (const [n, { top, left }] of draws.entries()) {
    rows.set(inStretch(top, side, height), n * height);
    columns.set(inStretch(left, side, width), n * width);
  }
  return [rows, columns];
}
