import { layerMacs, layerVariables, type Layer, type LayerKind, type Shape } from './layers';
import type { Network } from './network';
import { formatBytes, formatCount, thousands } from './number-text';

/** Bytes of one float32. */
const FLOAT = 4;

/** Class names of Keras, as its users know them. */
const KERAS_TYPES = {
  input: 'InputLayer',
  conv: 'Conv2D',
  bn: 'BatchNormalization',
  relu: 'Activation',
  maxpool: 'MaxPooling2D',
  'shortcut-a': 'Lambda',
  add: 'Add',
  gap: 'GlobalAveragePooling2D',
  dense: 'Dense',
} as const satisfies Record<LayerKind, string>;

export type KerasType = (typeof KERAS_TYPES)[LayerKind];

export interface LayerSummary {
  name: string;
  type: KerasType;
  /** Names of the layers whose outputs it takes. */
  inputs: string[];
  /** [height, width, channels] or [units], without the batch. */
  outputShape: Shape;
  /** All parameters, moving statistics included. */
  params: number;
  /** Those of them that training changes by gradients. */
  trainable: number;
  /** Multiply-accumulates of a forward pass of one image; convolutions and the dense layer only. */
  macs: number;
  /** Bytes of its output for one image in float32. */
  activationBytes: number;
}

export interface Summary {
  layers: LayerSummary[];
  totalParams: number;
  trainableParams: number;
  nonTrainableParams: number;
  macs: number;
  /** Bytes of all layers' outputs for one image in float32: about what a training step keeps, times the batch size. */
  activationBytes: number;
  /** Bytes of all parameters in float32. */
  parameterBytes: number;
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function summarizeLayer(layer: Layer): LayerSummary {
  let params = 0;
  let trainable = 0;
  for (const variable of layerVariables(layer)) {
    const elements = product(variable.shape);
    params += elements;
    if (variable.trainable) trainable += elements;
  }
  return {
    name: layer.name,
    type: KERAS_TYPES[layer.kind],
    inputs: [...layer.inputs],
    outputShape: [...layer.outputShape],
    params,
    trainable,
    macs: layerMacs(layer),
    activationBytes: product(layer.outputShape) * FLOAT,
  };
}

/** Shapes, parameters, MACs and memory of every layer, and their totals. */
export function summarize(network: Network): Summary {
  const layers = network.layers.map(summarizeLayer);
  const total = (field: 'params' | 'trainable' | 'macs' | 'activationBytes'): number =>
    layers.reduce((sum, layer) => sum + layer[field], 0);
  const totalParams = total('params');
  const trainableParams = total('trainable');
  return {
    layers,
    totalParams,
    trainableParams,
    nonTrainableParams: totalParams - trainableParams,
    macs: total('macs'),
    activationBytes: total('activationBytes'),
    parameterBytes: totalParams * FLOAT,
  };
}

/**
 * Aligns rows of cells into lines: `<` left, `>` right. No cell is ever cut: a column is as wide as its widest cell.
 */
function align(rows: string[][], sides: readonly ('<' | '>')[], gap = '  '): string[] {
  const widths = sides.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        sides[column] === '<' ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join(gap)
      .trimEnd(),
  );
}

/**
 * The text of Keras' `model.summary()` (Keras 2, as the blog prints it): layer and type, output shape with the batch
 * as None, parameters; then the three totals.
 */
export function formatKeras(summary: Summary, modelName: string): string {
  const rows = summary.layers.map(({ name, type, outputShape, params }) => {
    const shape = `(None, ${outputShape.join(', ')})`;
    return [`${name} (${type})`, type === 'InputLayer' ? `[${shape}]` : shape, String(params)];
  });
  const [header, ...lines] = align([['Layer (type)', 'Output Shape', 'Param #'], ...rows], ['<', '<', '<']);
  const width = Math.max(65, ...lines.map((line) => line.length), header!.length);
  const thin = '_'.repeat(width);
  const thick = '='.repeat(width);
  return [
    `Model: ${JSON.stringify(modelName)}`,
    thin,
    header!,
    thick,
    lines.join(`\n${thin}\n`),
    thick,
    `Total params: ${thousands(summary.totalParams)}`,
    `Trainable params: ${thousands(summary.trainableParams)}`,
    `Non-trainable params: ${thousands(summary.nonTrainableParams)}`,
    thin,
    '',
  ].join('\n');
}

/** The summary as a table for the terminal, with MACs and memory, and a total row. */
export function formatTable(summary: Summary): string {
  const rows = summary.layers.map((layer) => [
    layer.name,
    layer.type,
    layer.outputShape.join(' x '),
    layer.params === 0 ? '' : thousands(layer.params),
    layer.macs === 0 ? '' : thousands(layer.macs),
    formatBytes(layer.activationBytes),
  ]);
  const total = [
    'Total',
    `${summary.layers.length} layers`,
    '',
    thousands(summary.totalParams),
    thousands(summary.macs),
    formatBytes(summary.activationBytes),
  ];
  const header = ['Layer', 'Type', 'Output', 'Parameters', 'MACs', 'Activations'];
  const lines = align([header, ...rows, total], ['<', '<', '<', '>', '>', '>']);
  const rule = '─'.repeat(Math.max(...lines.map((line) => line.length)));
  const { trainableParams, nonTrainableParams, macs, parameterBytes } = summary;
  return [
    lines[0]!,
    rule,
    ...lines.slice(1, -1),
    rule,
    lines[lines.length - 1]!,
    '',
    `Trainable parameters ${thousands(trainableParams)}, not trainable ${thousands(nonTrainableParams)}, ${formatBytes(parameterBytes)} in float32.`,
    `MACs (${formatCount(macs)}) and activations are for one image.`,
    '',
  ].join('\n');
}
