/**
 * An architecture as everyone meets it (file, database, IPC, command line): the block table of the blog plus
 * stem, shortcut, head and the conventions on which published ResNets differ.
 */

/** Kernel height and width in pixels; a single number means a square kernel. */
export type Kernel = number | [height: number, width: number];
/** One convolution of a block: number of filters (output channels) and kernel. */
export type TableConvolution = [filters: number, kernel: Kernel];
/** One stage: how many blocks, and the convolutions of each block in order. */
export type TableStage = [count: number, convolutions: TableConvolution[]];
/** The block table, `[[2, [[64,3],[64,3]]], …]`: one row a stage. */
export type BlockTable = TableStage[];

export interface Stem {
  filters: number;
  kernel: Kernel;
  stride: number;
  /** 3x3 max pooling with stride 2, 'same', after the stem. */
  pool: boolean;
}

/** `projection` = option B of He et al. 2015, section 4.1; `identity` = A; `projection-all` = C; `none` = the plain net. */
export type Shortcut = 'projection' | 'identity' | 'projection-all' | 'none';
/** Which convolution of a stage's first block carries the stride: the first one (v1), or the first 3x3 (v1.5). */
export type StrideOn = 'first' | '3x3';

export interface Architecture {
  name: string;
  /** Height, width (pixels), channels. */
  inputShape: [height: number, width: number, channels: number];
  classes: number;
  stem: Stem;
  table: BlockTable;
  shortcut: Shortcut;
  strideOn: StrideOn;
  /** Whether convolutions have a bias. */
  bias: boolean;
  /**
   * Weight of Σw² over convolution kernels in the loss (not the dense layer, not biases), for recipes that name none: files bring
   * it, and what a run does says its recipe.
   */
  l2: number;
  /** Share of the old moving statistic that is kept at each step. */
  bnMomentum: number;
  bnEpsilon: number;
  /** Start the last batch normalisation of each block's main path at gamma = 0 (Goyal et al. 2017, section 5.1). */
  zeroInitLastGamma: boolean;
}

/** In the order in which they are written. */
export const ARCHITECTURE_FIELDS = [
  'name',
  'inputShape',
  'classes',
  'stem',
  'table',
  'shortcut',
  'strideOn',
  'bias',
  'l2',
  'bnMomentum',
  'bnEpsilon',
  'zeroInitLastGamma',
] as const satisfies readonly (keyof Architecture)[];
