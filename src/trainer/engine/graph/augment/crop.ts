/**
 * Flips and crops: image n of the batch gets pixel (y, x) from row rows[n, y] and column columns[n, x] of its image in the set.
 *
 *   bytes[n, y, x] = pixels[min(rows[n, y] + columns[n, x], black)]
 *
 * pixels are those of all images of the set one after another, so that one pass reads each byte that is wanted and none else;
 * rows[n, y] is the place of a row's first pixel in there, columns[n, x] a column's distance from it. What is padded with zeros
 * takes `black`, the first pixel of a black image behind the last one, in place of either. TF ops: AddV2, Minimum, GatherV2.
 */
import type { Augmentation, Draw } from '../../../../shared/augmentation/draws';
import { BLACK, placementOf } from '../../../../shared/augmentation/placement';
import type { Graph, Tensor } from '../graph';
import * as ops from '../ops';

export const crops = ({ flip, crop }: Pick<Augmentation, 'flip' | 'crop'>): boolean =>
  flip !== 'none' || crop > 0;

/** Whether the set needs a black image behind its last one. */
export const needsBlack = ({ crop, padding }: Pick<Augmentation, 'crop' | 'padding'>): boolean =>
  crop > 0 && padding === 'zero';

/** What a step feeds: rows, columns, black. */
export function cropInputs(graph: Graph, [height, width]: readonly number[]): Tensor[] {
  return [
    ops.placeholder(graph, 'rows', { dtype: 'int32', shape: [-1, height!] }),
    ops.placeholder(graph, 'columns', { dtype: 'int32', shape: [-1, width!] }),
    ops.placeholder(graph, 'black', { dtype: 'int32', shape: [] }),
  ];
}

/** @param set bytes of all images of the set, [images, height · width · channels]. */
export function cropBytes(
  graph: Graph,
  set: Tensor,
  inputs: readonly Tensor[],
  [height, width, channels]: readonly number[],
): Tensor {
  const [rows, columns, black] = inputs as [Tensor, Tensor, Tensor];
  const places = ops.add(
    graph,
    ops.reshape(graph, rows, [-1, height!, 1]),
    ops.reshape(graph, columns, [-1, 1, width!]),
  );
  const pixels = ops.reshape(graph, set, [-1, channels!]);
  return ops.gather(graph, pixels, ops.minimum(graph, places, black));
}

/**
 * Values for the inputs.
 * @param count images in the set without the black one.
 * @throws Error where the set has too many pixels for 32 bits: half of them, since two places are added.
 */
export function cropFeeds(
  draws: readonly Draw[],
  indices: Int32Array,
  { padding }: Pick<Augmentation, 'padding'>,
  count: number,
  shape: readonly [height: number, width: number, ...rest: number[]],
): Int32Array[] {
  const [height, width] = shape;
  const black = count * height * width;
  if (black >= 2 ** 30) throw new Error(`${count} images of ${height}x${width} are too many to crop.`);
  const rows = new Int32Array(draws.length * height);
  const columns = new Int32Array(draws.length * width);
  for (const [n, draw] of draws.entries()) {
    const placement = placementOf(draw, padding, shape);
    const first = indices[n]! * height * width;
    for (let y = 0; y < height; y++) {
      const row = placement.rows[y]!;
      rows[n * height + y] = row === BLACK ? black : first + row * width;
    }
    for (let x = 0; x < width; x++) {
      const column = placement.columns[x]!;
      columns[n * width + x] = column === BLACK ? black : column;
    }
  }
  return [rows, columns, Int32Array.of(black)];
}
