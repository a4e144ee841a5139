/**
 * Equivalent ways to compute a convolution and its two gradients. With X the input, W the kernel, Y the output and E the
 * loss, all sums over the taps t that meet a pixel:
 *
 *   forward          Y[o]      = Σ_t X[o·stride + t] · W[t]
 *   input gradient   ∂E/∂X[i]  = Σ_t ∂E/∂Y[(i − t) / stride] · W[t]ᵀ
 *   filter gradient  ∂E/∂W[t]  = Σ_o X[o·stride + t]ᵀ · ∂E/∂Y[o]
 *
 * They differ in speed alone, by shape: `choose.ts` finds out which one a machine is best at. A lowering whose op is known to
 * be wrong somewhere (`known-faults.ts`) does not compute those shapes there.
 */
import { NATIVE } from '../../../../shared/plan';
import { knownFault, type ConvolutionOp } from '../../known-faults';
import { ownKernels } from '../../own-kernels';
import type { Graph, Tensor } from '../graph';
import * as ops from '../ops';
import { density, kernelShape, margins, tapTable, type ConvShape } from './geometry';

export const DIRECTIONS = ['forward', 'inputGradient', 'filterGradient'] as const;
export type Direction = (typeof DIRECTIONS)[number];
export const perDirection = <T>(of: (direction: Direction) => T): Record<Direction, T> => ({
  forward: of('forward'),
  inputGradient: of('inputGradient'),
  filterGradient: of('filterGradient'),
});

/** What a direction takes: forward (x, kernel), input gradient (x, kernel, dy), filter gradient (x, dy). */
export interface Operands {
  x: Tensor;
  kernel: Tensor;
  dy: Tensor;
}

export const OPERANDS = ['x', 'kernel', 'dy'] as const satisfies readonly (keyof Operands)[];

export interface Lowering<Inputs extends keyof Operands> {
  /** One word, as plans name it. */
  name: string;
  /** Whether it computes this shape on this machine, and rightly as far as is known. */
  computes(shape: ConvShape): boolean;
  /**
   * Whether it may be the fastest. The others stand in where those that may be turn out to be wrong. Absent: always.
   */
  promises?(shape: ConvShape): boolean;
  /** Whether this machine has what it needs. Absent: always. */
  available?(): boolean;
  build(graph: Graph, operands: Pick<Operands, Inputs>, shape: ConvShape): Tensor;
}

/** TensorFlow's op of each direction. */
export const NATIVE_OPS = {
  forward: 'Conv2D',
  inputGradient: 'Conv2DBackpropInput',
  filterGradient: 'Conv2DBackpropFilter',
} as const satisfies Record<Direction, ConvolutionOp>;

const native = (direction: Direction) => ({
  name: NATIVE,
  computes: (shape: ConvShape) => knownFault(NATIVE_OPS[direction], shape) === null,
});

// ------------------------------------------------------------------------------------------------ 1x1 kernels

/** A 1x1 kernel mixes the channels of each pixel: one matrix product over the pixels that the stride leaves. */
const pointwise = {
  name: 'matmul',
  computes: ({ kernel }: ConvShape) => kernel[0] === 1 && kernel[1] === 1,
};

/** [batch · height · width, channels] */
export const pixels = (graph: Graph, map: Tensor): Tensor => ops.reshape(graph, map, [-1, map.shape[3]!]);
export const asMap = (graph: Graph, rows: Tensor, height: number, width: number, channels: number): Tensor =>
  ops.reshape(graph, rows, [-1, height, width, channels]);
export const pointKernel = (graph: Graph, kernel: Tensor): Tensor =>
  ops.reshape(graph, kernel, kernel.shape.slice(2));

// ------------------------------------------------------------------------------------------------- small maps

/**
 * Where a map is hardly larger than the kernel, taps that fall on padding are most of the work, and what is left is
 * a dense matrix from whole input maps to whole output maps: its block (input pixel, output pixel) is the tap that
 * joins them. On a 1x1 map a 3x3 kernel comes down to its centre tap.
 */
const dense = {
  name: 'dense',
  computes: (shape: ConvShape) => {
    const pairs = shape.height * shape.width * shape.outHeight * shape.outWidth;
    return shape.kernel[0] * shape.kernel[1] > 1 && pairs <= 81 && density(shape) >= 0.6;
  },
};

/** [batch, height · width · channels] */
export const wholeMaps = (graph: Graph, map: Tensor): Tensor => {
  const [, height, width, channels] = map.shape as [number, number, number, number];
  return ops.reshape(graph, map, [-1, height * width * channels]);
};

/** Kernel → [input pixels · in, output pixels · out]. */
export function denseMatrix(graph: Graph, kernel: Tensor, shape: ConvShape): Tensor {
  const { inChannels, outChannels } = shape;
  const table = tapTable(shape);
  const [inputs, outputs] = [table.length, table[0]!.length];
  const region = soleRegion(shape);
  if (region) {
    const taps = ops.slice(graph, kernel, [...region.begin, 0, 0], [...region.size, -1, -1]);
    return ops.reshape(graph, taps, [inputs * inChannels, outChannels]);
  }
  const count = shape.kernel[0] * shape.kernel[1];
  let taps = ops.reshape(graph, kernel, [count, inChannels, outChannels]);
  const pairs = table.flat();
  if (pairs.includes(-1)) {
    taps = ops.pad(graph, taps, [
      [0, 1],
      [0, 0],
      [0, 0],
    ]);
  }
  const indices = ops.integers(
    graph,
    pairs.map((tap) => (tap < 0 ? count : tap)),
  );
  const blocks = ops.gather(graph, taps, indices);
  const parted = ops.reshape(graph, blocks, [inputs, outputs, inChannels, outChannels]);
  return ops.reshape(graph, ops.transpose(graph, parted, [0, 2, 1, 3]), [
    inputs * inChannels,
    outputs * outChannels,
  ]);
}

/** Gradient of the dense matrix → gradient of the kernel: each tap is the sum of its blocks. */
function kernelOfDense(graph: Graph, gradient: Tensor, shape: ConvShape): Tensor {
  const { inChannels, outChannels, kernel } = shape;
  const table = tapTable(shape);
  const [inputs, outputs] = [table.length, table[0]!.length];
  const region = soleRegion(shape);
  if (region) {
    const taps = ops.reshape(graph, gradient, [...region.size, inChannels, outChannels]);
    return ops.pad(graph, taps, [
      ...region.begin.map((begin, axis): [number, number] => [
        begin,
        kernel[axis]! - begin - region.size[axis]!,
      ]),
      [0, 0],
      [0, 0],
    ]);
  }
  const parted = ops.reshape(graph, gradient, [inputs, inChannels, outputs, outChannels]);
  const blocks = ops.reshape(graph, ops.transpose(graph, parted, [0, 2, 1, 3]), [
    inputs * outputs,
    inChannels * outChannels,
  ]);
  const taps = ops.segmentSum(graph, blocks, ops.integers(graph, table.flat()), kernel[0] * kernel[1]);
  return ops.reshape(graph, taps, kernelShape(shape));
}

/** Where there is one output pixel and each input pixel meets a tap of its own: the rectangle of those taps. */
function soleRegion(shape: ConvShape): { begin: [number, number]; size: [number, number] } | null {
  if (shape.outHeight * shape.outWidth !== 1) return null;
  const { rows, columns } = margins(shape);
  const fits = shape.height + rows[0] <= shape.kernel[0] && shape.width + columns[0] <= shape.kernel[1];
  return fits ? { begin: [rows[0], columns[0]], size: [shape.height, shape.width] } : null;
}

// ----------------------------------------------------------------------------------------------------- im2col

/** The window under each output pixel as a row (im2col): then the convolution is one matrix product. */
const im2col = {
  name: 'im2col',
  computes: ({ kernel }: ConvShape) => kernel[0] * kernel[1] > 1,
  // The rows repeat each pixel once a tap: worth their memory on small maps only.
  promises: ({ kernel, outHeight, outWidth, inChannels }: ConvShape) =>
    kernel[0] * kernel[1] > 1 && outHeight * outWidth * kernel[0] * kernel[1] * inChannels <= 20_000,
};

export const windows = (graph: Graph, x: Tensor, shape: ConvShape): Tensor => {
  const { kernel, stride, padding, outHeight, outWidth, inChannels } = shape;
  const rows = ops.patches(graph, x, kernel, stride, padding, [outHeight, outWidth]);
  return ops.reshape(graph, rows, [-1, kernel[0] * kernel[1] * inChannels]);
};

// ------------------------------------------------------------------------------------------------ channels as batch

/**
 * The filter gradient as a forward convolution: the input's channels are its batch, the images its channels, the
 * output's gradient its kernel, whose taps lie `stride` apart. TF op: Conv2D.
 */
const channelsAsBatch = {
  name: 'channels-as-batch',
  computes: ({ kernel, outHeight, outWidth }: ConvShape) =>
    kernel[0] * kernel[1] > 1 && outHeight * outWidth > 1 && outHeight * outWidth <= 256,
};

// ------------------------------------------------------------------------------------------------- tap by tap

/**
 * The filter gradient of each tap as one matrix product over the pixels that it meets: pixels on the padding are left
 * out, which on small maps is a good part of the work.
 */
const taps = {
  name: 'taps',
  computes: ({ kernel }: ConvShape) => kernel[0] * kernel[1] > 1 && kernel[0] * kernel[1] <= 25,
  promises: ({ height, width }: ConvShape) => height * width <= 64,
};

/** Along one axis, the output positions for which a tap meets the input: the first, and how many. */
function met(
  tap: number,
  size: number,
  out: number,
  stride: number,
  before: number,
): { output: number; input: number; count: number } {
  const output = Math.max(0, Math.ceil((before - tap) / stride));
  const last = Math.min(out - 1, Math.floor((size - 1 + before - tap) / stride));
  return { output, input: output * stride + tap - before, count: Math.max(0, last - output + 1) };
}

function tapGradient(graph: Graph, x: Tensor, dy: Tensor, shape: ConvShape, tap: [number, number]): Tensor {
  const { rows, columns } = margins(shape);
  const { stride, inChannels, outChannels } = shape;
  const v = met(tap[0], shape.height, shape.outHeight, stride, rows[0]);
  const u = met(tap[1], shape.width, shape.outWidth, stride, columns[0]);
  if (v.count * u.count === 0) return ops.fill(graph, [inChannels, outChannels], 0);
  const span = (count: number) => (count - 1) * stride + 1;
  const seen = ops.slice(graph, x, [0, v.input, u.input, 0], [-1, span(v.count), span(u.count), -1]);
  const gradient = ops.slice(graph, dy, [0, v.output, u.output, 0], [-1, v.count, u.count, -1]);
  return ops.matMul(graph, pixels(graph, ops.subsample(graph, seen, stride)), pixels(graph, gradient), {
    transposeA: true,
  });
}

// ---------------------------------------------------------------------------------------------- mirrored kernel

/**
 * The input gradient as a forward convolution at stride 1 with the kernel mirrored and its channels exchanged, over the
 * output's gradient with its pixels `stride` apart and zeros between. TF ops: Conv2D, at a stride StridedSliceGrad.
 */
const mirrored = {
  name: 'mirrored',
  computes: (shape: ConvShape) => {
    const { kernel, stride, height, width, outHeight, outWidth } = shape;
    const spread = outHeight === Math.ceil(height / stride) && outWidth === Math.ceil(width / stride);
    return kernel[0] * kernel[1] > 1 && (stride === 1 || spread);
  },
  // At a stride most of what it multiplies is zero.
  promises: ({ stride }: ConvShape) => stride === 1,
};

/** Zeros around the output's gradient, spread to the input's size where there is a stride, that give the input's size. */
function mirroredPadding(shape: ConvShape): ops.Margins {
  const { rows, columns } = margins(shape);
  const around = (
    size: number,
    input: number,
    output: number,
    [before]: readonly [number, number],
  ): readonly [number, number] => [size - 1 - before, input - (shape.stride === 1 ? output : input) + before];
  return {
    rows: around(shape.kernel[0], shape.height, shape.outHeight, rows),
    columns: around(shape.kernel[1], shape.width, shape.outWidth, columns),
  };
}

// ------------------------------------------------------------------------------------------------- Winograd

/**
 * Winograd's algorithm for 3x3 kernels, by kernels of our own (docs/KERNELS.md): tiles of the output are computed from
 * transformed tiles of the input, with 2.25 (tiles of 2x2) or 4 times (of 4x4) fewer products.
 */
const winograd = (tile: 2 | 4) => ({
  name: `winograd${tile}`,
  computes: ({ kernel, stride, padding }: ConvShape) =>
    kernel[0] === 3 && kernel[1] === 3 && stride === 1 && padding === 'same',
  available: () => ownKernels() !== null,
  // On maps below half a tile, and with the few channels of an image, more is transformed than is saved; with very many
  // channels what is transformed takes hundreds of megabytes.
  promises: ({ height, width, inChannels, outChannels }: ConvShape) =>
    Math.min(height, width) > tile / 2 &&
    Math.min(inChannels, outChannels) >= 8 &&
    Math.max(inChannels, outChannels) <= 1024,
});

export const WINOGRAD_TILES = [4, 2] as const;

const window = ({ stride, padding }: ConvShape): ops.Window => ({ stride, padding });

/** By TensorFlow's op. */
export const convolve = (graph: Graph, x: Tensor, kernel: Tensor, shape: ConvShape): Tensor =>
  ops.conv2d(graph, x, kernel, window(shape), [shape.outHeight, shape.outWidth]);

export const FORWARD: readonly Lowering<'x' | 'kernel'>[] = [
  {
    ...native('forward'),
    build: (graph, { x, kernel }, shape) => convolve(graph, x, kernel, shape),
  },
  {
    ...pointwise,
    build: (graph, { x, kernel }, shape) => {
      const rows = pixels(graph, ops.subsample(graph, x, shape.stride));
      const product = ops.matMul(graph, rows, pointKernel(graph, kernel));
      return asMap(graph, product, shape.outHeight, shape.outWidth, shape.outChannels);
    },
  },
  {
    ...dense,
    build: (graph, { x, kernel }, shape) => {
      const product = ops.matMul(graph, wholeMaps(graph, x), denseMatrix(graph, kernel, shape));
      return asMap(graph, product, shape.outHeight, shape.outWidth, shape.outChannels);
    },
  },
  {
    ...im2col,
    build: (graph, { x, kernel }, shape) => {
      const matrix = ops.reshape(graph, kernel, [-1, shape.outChannels]);
      const product = ops.matMul(graph, windows(graph, x, shape), matrix);
      return asMap(graph, product, shape.outHeight, shape.outWidth, shape.outChannels);
    },
  },
  ...WINOGRAD_TILES.map((tile): Lowering<'x' | 'kernel'> => ({
    ...winograd(tile),
    build: (graph, { x, kernel }) => ops.winograd(graph, x, kernel, tile),
  })),
];

export const INPUT_GRADIENT: readonly Lowering<'x' | 'kernel' | 'dy'>[] = [
  {
    ...native('inputGradient'),
    build: (graph, { x, kernel, dy }, shape) => ops.conv2dBackpropInput(graph, x, kernel, dy, window(shape)),
  },
  {
    ...pointwise,
    build: (graph, { x, kernel, dy }, { stride, outHeight, outWidth, inChannels }) => {
      const product = ops.matMul(graph, pixels(graph, dy), pointKernel(graph, kernel), { transposeB: true });
      const map = asMap(graph, product, outHeight, outWidth, inChannels);
      return ops.subsampleGradient(graph, map, x, stride);
    },
  },
  {
    ...dense,
    build: (graph, { kernel, dy }, shape) => {
      const matrix = denseMatrix(graph, kernel, shape);
      // (dY·Mᵀ)ᵀ = M·dYᵀ: what is turned round is the maps, which are small beside the matrix.
      const product = ops.matMul(graph, matrix, wholeMaps(graph, dy), { transposeB: true });
      const turned = ops.transpose(graph, product, [1, 0]);
      return asMap(graph, turned, shape.height, shape.width, shape.inChannels);
    },
  },
  {
    ...mirrored,
    build: (graph, { x, kernel, dy }, shape) => {
      const turned = ops.transpose(graph, ops.reverse(graph, kernel, [0, 1]), [0, 1, 3, 2]);
      const spread = ops.subsampleGradient(graph, dy, x, shape.stride);
      const window = { stride: 1, padding: mirroredPadding(shape) };
      return ops.conv2d(graph, spread, turned, window, [shape.height, shape.width]);
    },
  },
  ...WINOGRAD_TILES.map((tile): Lowering<'x' | 'kernel' | 'dy'> => ({
    ...winograd(tile),
    build: (graph, { kernel, dy }) => ops.winogradInputGradient(graph, kernel, dy, tile),
  })),
];

export const FILTER_GRADIENT: readonly Lowering<'x' | 'dy'>[] = [
  {
    ...native('filterGradient'),
    build: (graph, { x, dy }, shape) =>
      ops.conv2dBackpropFilter(graph, x, kernelShape(shape), dy, window(shape)),
  },
  {
    ...pointwise,
    build: (graph, { x, dy }, shape) => {
      const rows = pixels(graph, ops.subsample(graph, x, shape.stride));
      const product = ops.matMul(graph, rows, pixels(graph, dy), { transposeA: true });
      return ops.reshape(graph, product, kernelShape(shape));
    },
  },
  {
    ...dense,
    build: (graph, { x, dy }, shape) => {
      const product = ops.matMul(graph, wholeMaps(graph, x), wholeMaps(graph, dy), { transposeA: true });
      return kernelOfDense(graph, product, shape);
    },
  },
  {
    ...im2col,
    build: (graph, { x, dy }, shape) => {
      const product = ops.matMul(graph, windows(graph, x, shape), pixels(graph, dy), { transposeA: true });
      return ops.reshape(graph, product, kernelShape(shape));
    },
  },
  {
    ...taps,
    build: (graph, { x, dy }, shape) => {
      const { kernel } = shape;
      const gradients = Array.from({ length: kernel[0] * kernel[1] }, (_, tap) =>
        tapGradient(graph, x, dy, shape, [Math.floor(tap / kernel[1]), tap % kernel[1]]),
      );
      return ops.reshape(graph, ops.stack(graph, gradients), kernelShape(shape));
    },
  },
  {
    ...channelsAsBatch,
    build: (graph, { x, dy }, shape) => {
      const { kernel, stride, outHeight, outWidth, height, width } = shape;
      const { rows, columns } = margins(shape);
      // The images have exactly the rows and columns that some tap meets: what no tap meets is cut off.
      const fit = (size: number, out: number, taps: number, before: number) => {
        const needed = (out - 1) * stride + taps - before;
        return { used: Math.min(size, needed), zeros: [before, Math.max(0, needed - size)] as const };
      };
      const vertical = fit(height, outHeight, kernel[0], rows[0]);
      const horizontal = fit(width, outWidth, kernel[1], columns[0]);
      const used = ops.slice(graph, x, [0, 0, 0, 0], [-1, vertical.used, horizontal.used, -1]);
      const images = ops.transpose(graph, used, [3, 1, 2, 0]);
      const gradients = ops.transpose(graph, dy, [1, 2, 0, 3]);
      const padding = { rows: vertical.zeros, columns: horizontal.zeros };
      const result = ops.conv2d(graph, images, gradients, { stride: 1, padding, dilation: stride }, kernel);
      return ops.transpose(graph, result, [1, 2, 0, 3]);
    },
  },
  ...WINOGRAD_TILES.map((tile): Lowering<'x' | 'dy'> => ({
    ...winograd(tile),
    build: (graph, { x, dy }) => ops.winogradFilterGradient(graph, x, dy, tile),
  })),
];

/** Names of the lowerings that may be the fastest for a shape, the native op first where it is right. */
export const candidates = (shape: ConvShape, direction: Direction): string[] =>
  namesOf(shape, direction, ({ promises }) => !promises || promises(shape));

/** Names of the others that compute it: for a machine on which none of the candidates is right. */
export const substitutes = (shape: ConvShape, direction: Direction): string[] =>
  namesOf(shape, direction, ({ promises }) => promises !== undefined && !promises(shape));

const namesOf = (
  shape: ConvShape,
  direction: Direction,
  wanted: (lowering: Lowering<keyof Operands>) => boolean,
): string[] =>
  lowerings(direction)
    .filter((lowering) => lowering.computes(shape) && isAvailable(lowering) && wanted(lowering))
    .map(({ name }) => name);

const isAvailable = ({ available }: Pick<Lowering<keyof Operands>, 'available'>): boolean =>
  available?.() ?? true;

/** Names of those that compute it, but for which this machine lacks what they need. */
export const unavailable = (shape: ConvShape, direction: Direction): string[] =>
  lowerings(direction)
    .filter((lowering) => lowering.computes(shape) && !isAvailable(lowering))
    .map(({ name }) => name);

export function lowerings(direction: 'forward'): typeof FORWARD;
export function lowerings(direction: 'inputGradient'): typeof INPUT_GRADIENT;
export function lowerings(direction: 'filterGradient'): typeof FILTER_GRADIENT;
export function lowerings(direction: Direction): readonly Lowering<'x' | 'kernel' | 'dy'>[];
export function lowerings(direction: Direction): readonly Lowering<'x' | 'kernel' | 'dy'>[] {
  switch (direction) {
    case 'forward':
      return FORWARD;
    case 'inputGradient':
      return INPUT_GRADIENT;
    case 'filterGradient':
      return FILTER_GRADIENT;
  }
}
