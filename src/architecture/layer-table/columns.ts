/**
 * What can be said of a layer in one cell, each described once: the window's table, its chooser, the command line's flags and
 * the files follow from the description. Pure.
 */
import { FLOP_RULE } from '../flops';
import { formatBytes, formatCount, thousands } from '../number-text';
import type { LayerSummary } from '../summary';
import type { Figures } from './groups';

/** The chooser lists columns under these. */
export const LAYER_COLUMN_GROUPS = ['Layer', 'Parameters', 'Work', 'Memory', 'Measured'] as const;

/** What a table is made for: everything that does not follow from the layer alone. */
export interface TableTerms {
  /** Images of a batch. */
  batch: number;
  /** Variables of the optimizer beside each trained one: Adam 2, SGD with momentum 1, without 0. */
  slots: number;
  /** Parameters of the whole network. */
  totalParams: number;
  /** Of a whole training step of the batch, where that was measured. */
  stepMilliseconds?: number;
}

/** A row: a layer, or several together with their sums. */
export interface LayerTableRow {
  name: string;
  /** Absent where the row stands for several layers. */
  layer?: LayerSummary;
  figures: Figures;
  /** Parameters of the row and of all before it, in the order of the network. */
  running: number;
}

export interface LayerColumn {
  /** Names it in settings. */
  key: string;
  /** Names it in files and on the command line. */
  field: string;
  title: string;
  help?: string;
  group: (typeof LAYER_COLUMN_GROUPS)[number];
  kind: 'text' | 'number';
  /** What it is sorted by; null where a row has none. */
  value: (row: LayerTableRow, terms: TableTerms) => string | number | null;
  /** As it stands in a cell; empty where a row has none. */
  text: (row: LayerTableRow, terms: TableTerms) => string;
  /** In full, where the cell's text is rounded. */
  exact?: (row: LayerTableRow, terms: TableTerms) => string;
  /** Whether the values of rows add up to that of the whole. */
  adds?: true;
  /** Pixels in the window. */
  width: number;
}

const BYTES_PER_PARAMETER = 4;

/** Bytes of a row's weights, their gradients and the optimizer's slots, and of the activations that a batch keeps. */
export function trainingBytes(
  { params, trainable, keptBytes }: Pick<Figures, 'params' | 'trainable' | 'keptBytes'>,
  { batch, slots }: Pick<TableTerms, 'batch' | 'slots'>,
): number {
  return BYTES_PER_PARAMETER * (params + trainable * (1 + slots)) + batch * keptBytes;
}

const sides = (pair: readonly number[] | null | undefined): string => (pair ? pair.join('×') : '');
const area = (pair: readonly number[] | null | undefined): number | null =>
  pair ? pair.reduce((a, b) => a * b, 1) : null;

type Described = Pick<LayerColumn, 'key' | 'field' | 'title' | 'group' | 'width'> & { help?: string };

function count(
  column: Described,
  value: (row: LayerTableRow, terms: TableTerms) => number,
  format: (value: number) => string,
  exact?: (value: number) => string,
): LayerColumn {
  return {
    ...column,
    kind: 'number',
    value,
    text: (row, terms) => format(value(row, terms)),
    ...(exact && { exact: (row, terms) => exact(value(row, terms)) }),
    adds: true,
  };
}

/** In the order of the chooser. */
export const LAYER_COLUMNS: readonly LayerColumn[] = [
  {
    key: 'layer',
    field: 'layer',
    title: 'Layer',
    help: 'In the order of the network',
    group: 'Layer',
    kind: 'text',
    value: ({ name }) => name,
    text: ({ name }) => name,
    width: 176,
  },
  {
    key: 'type',
    field: 'type',
    title: 'Type',
    help: 'Its class in Keras',
    group: 'Layer',
    kind: 'text',
    value: ({ layer }) => layer?.type ?? null,
    text: ({ layer }) => layer?.type ?? '',
    width: 132,
  },
  {
    key: 'kernel',
    field: 'kernel',
    title: 'Kernel',
    help: 'Height and width of a convolution’s kernel or a pooling’s window',
    group: 'Layer',
    kind: 'number',
    value: ({ layer }) => area(layer?.kernel),
    text: ({ layer }) => sides(layer?.kernel),
    width: 72,
  },
  {
    key: 'stride',
    field: 'stride',
    title: 'Stride',
    group: 'Layer',
    kind: 'number',
    value: ({ layer }) => layer?.stride ?? null,
    text: ({ layer }) => (layer?.stride == null ? '' : String(layer.stride)),
    width: 68,
  },
  {
    key: 'output',
    field: 'output',
    title: 'Output',
    help: 'Height, width and channels that leave it',
    group: 'Layer',
    kind: 'number',
    value: ({ figures }) => area(figures.outputShape),
    text: ({ figures }) => sides(figures.outputShape),
    width: 104,
  },
  {
    key: 'receptiveField',
    field: 'receptive_field',
    title: 'Receptive field',
    help: 'Pixels of the image that one unit depends on, by the longest path; beyond the edge they are padding',
    group: 'Layer',
    kind: 'number',
    value: ({ figures }) => area(figures.receptiveField),
    text: ({ figures }) => sides(figures.receptiveField),
    width: 128,
  },
  {
    key: 'totalStride',
    field: 'total_stride',
    title: 'Total stride',
    help: 'Pixels of the image between neighbouring units',
    group: 'Layer',
    kind: 'number',
    value: ({ figures }) => figures.totalStride,
    text: ({ figures }) => String(figures.totalStride),
    width: 104,
  },
  count(
    { key: 'params', field: 'params', title: 'Parameters', group: 'Parameters', width: 108 },
    ({ figures }) => figures.params,
    thousands,
  ),
  count(
    {
      key: 'trainable',
      field: 'trainable',
      title: 'Trainable',
      help: 'Parameters that training changes; moving statistics are the others',
      group: 'Parameters',
      width: 108,
    },
    ({ figures }) => figures.trainable,
    thousands,
  ),
  count(
    {
      key: 'share',
      field: 'share',
      title: 'Share',
      help: 'Share of all parameters',
      group: 'Parameters',
      width: 80,
    },
    ({ figures }, { totalParams }) => figures.params / Math.max(1, totalParams),
    (share) => `${(share * 100).toFixed(2)} %`,
  ),
  {
    key: 'running',
    field: 'running',
    title: 'Running total',
    help: 'Parameters of this layer and of all before it',
    group: 'Parameters',
    kind: 'number',
    value: ({ running }) => running,
    text: ({ running }) => thousands(running),
    width: 112,
  },
  count(
    {
      key: 'macs',
      field: 'macs',
      title: 'MACs',
      help: 'Multiply-accumulates of a forward pass of one image, in convolutions and dense layer',
      group: 'Work',
      width: 84,
    },
    ({ figures }) => figures.macs,
    formatCount,
    thousands,
  ),
  count(
    {
      key: 'forwardFlops',
      field: 'forward_flops',
      title: 'FLOPs forward',
      help: FLOP_RULE,
      group: 'Work',
      width: 116,
    },
    ({ figures }) => figures.forwardFlops,
    formatCount,
    thousands,
  ),
  count(
    {
      key: 'backwardFlops',
      field: 'backward_flops',
      title: 'FLOPs backward',
      help: FLOP_RULE,
      group: 'Work',
      width: 124,
    },
    ({ figures }) => figures.backwardFlops,
    formatCount,
    thousands,
  ),
  count(
    {
      key: 'activations',
      field: 'activation_bytes',
      title: 'Activations',
      help: 'Its output in float32, for the whole batch',
      group: 'Memory',
      width: 100,
    },
    ({ figures }, { batch }) => figures.activationBytes * batch,
    formatBytes,
  ),
  count(
    {
      key: 'training',
      field: 'training_bytes',
      title: 'Training memory',
      help: 'Weights, gradients, optimizer slots, and the activations that a batch keeps for the backward pass',
      group: 'Memory',
      width: 132,
    },
    ({ figures }, terms) => trainingBytes(figures, terms),
    formatBytes,
  ),
  {
    key: 'time',
    field: 'milliseconds',
    title: 'Time',
    help: 'Milliseconds of a training step that were spent in it, forward and backward, on this machine, where that was measured; a normalisation with the sum and the ReLU behind it',
    group: 'Measured',
    kind: 'number',
    value: ({ figures }) => figures.milliseconds ?? null,
    text: ({ figures: { milliseconds } }) =>
      milliseconds === undefined ? '' : `${milliseconds.toFixed(milliseconds < 10 ? 2 : 1)} ms`,
    adds: true,
    width: 88,
  },
  {
    key: 'speed',
    field: 'gflop_per_second',
    title: 'GFLOP/s',
    help: 'FLOPs of its forward and backward pass in that time; more than the processor’s where a lowering needs fewer',
    group: 'Measured',
    kind: 'number',
    value: (row, terms) => speedOf(row, terms),
    text: (row, terms) => {
      const speed = speedOf(row, terms);
      return speed === null ? '' : speed.toFixed(speed < 10 ? 1 : 0);
    },
    width: 84,
  },
  {
    key: 'stepShare',
    field: 'step_share',
    title: 'Share of the step',
    help: 'Of the time of a whole step, updates of the weights included',
    group: 'Measured',
    kind: 'number',
    value: (row, terms) => shareOf(row, terms),
    text: (row, terms) => {
      const share = shareOf(row, terms);
      return share === null ? '' : `${(share * 100).toFixed(1)} %`;
    },
    adds: true,
    width: 124,
  },
];

/** FLOPs of forward and backward pass in the time that was measured, in 10⁹ a second; null where either is missing. */
function speedOf({ figures }: LayerTableRow, { batch }: TableTerms): number | null {
  const { milliseconds, forwardFlops, backwardFlops } = figures;
  const flops = (forwardFlops + backwardFlops) * batch;
  return milliseconds && flops ? flops / milliseconds / 1e6 : null;
}

const shareOf = (
  { figures: { milliseconds } }: LayerTableRow,
  { stepMilliseconds }: TableTerms,
): number | null =>
  milliseconds === undefined || !stepMilliseconds ? null : milliseconds / stepMilliseconds;

/** Without a choice. */
export const USUAL_LAYER_COLUMNS = [
  'layer',
  'type',
  'output',
  'params',
  'share',
  'macs',
  'training',
] as const;

const byKey = new Map(LAYER_COLUMNS.map((column) => [column.key, column]));

/** The column of a key; undefined for one that this version does not know. */
export const layerColumn = (key: string): LayerColumn | undefined => byKey.get(key);
