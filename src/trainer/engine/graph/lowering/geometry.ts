/** Which taps of a kernel meet which pixels: what the lowerings of a convolution are derived from. */
import type { ConvShape } from '../../../../architecture/convolutions';
import { outputSize, samePadding, type Padding } from '../../../../architecture/layers';

export { shapeKey, type ConvShape } from '../../../../architecture/convolutions';

/** The shape of a convolution from what it is given; for the self-test. */
export function convShapeOf(
  [height, width, inChannels]: readonly [number, number, number],
  outChannels: number,
  kernel: readonly [number, number],
  stride: number,
  padding: Padding,
): ConvShape {
  return {
    height,
    width,
    inChannels,
    outHeight: outputSize(height, kernel[0], stride, padding),
    outWidth: outputSize(width, kernel[1], stride, padding),
    outChannels,
    kernel,
    stride,
    padding,
  };
}

export const kernelShape = ({ kernel, inChannels, outChannels }: ConvShape): number[] => [
  ...kernel,
  inChannels,
  outChannels,
];

/** Zeros that the convolution sees before the first and after the last row and column. */
export function margins({ height, width, kernel, stride, padding }: ConvShape): {
  rows: [before: number, after: number];
  columns: [before: number, after: number];
} {
  if (padding === 'valid') return { rows: [0, 0], columns: [0, 0] };
  return {
    rows: samePadding(height, kernel[0], stride),
    columns: samePadding(width, kernel[1], stride),
  };
}

/**
 * For each input pixel (rows of the table) and output pixel (columns), both row by row, the tap that joins them, or -1:
 * output o sees input i through tap i − (o·stride − padding before).
 */
export function tapTable(shape: ConvShape): number[][] {
  const { height, width, outHeight, outWidth, kernel, stride } = shape;
  const { rows, columns } = margins(shape);
  const tap = (input: number, output: number, before: number, size: number): number => {
    const position = input - output * stride + before;
    return position >= 0 && position < size ? position : -1;
  };
  const table: number[][] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const row: number[] = [];
      for (let v = 0; v < outHeight; v++) {
        for (let u = 0; u < outWidth; u++) {
          const dy = tap(y, v, rows[0], kernel[0]);
          const dx = tap(x, u, columns[0], kernel[1]);
          row.push(dy < 0 || dx < 0 ? -1 : dy * kernel[1] + dx);
        }
      }
      table.push(row);
    }
  }
  return table;
}

/** Share of pixel pairs that a tap joins: what is left of a dense matrix over whole maps. */
export function density(shape: ConvShape): number {
  const axis = (size: number, out: number, kernel: number, [before]: readonly [number, number]): number => {
    let pairs = 0;
    for (let input = 0; input < size; input++) {
      for (let output = 0; output < out; output++) {
        const tap = input - output * shape.stride + before;
        if (tap >= 0 && tap < kernel) pairs++;
      }
    }
    return pairs / (size * out);
  };
  const { rows, columns } = margins(shape);
  return (
    axis(shape.height, shape.outHeight, shape.kernel[0], rows) *
    axis(shape.width, shape.outWidth, shape.kernel[1], columns)
  );
}
