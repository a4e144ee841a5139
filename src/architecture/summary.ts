/** What a network's layers are and cost, one by one and together. */
import { layerWork } from './flops';
import { parameterCounts, type Layer, type LayerKind, type Shape } from './layers';
import type { Network } from './network';
import { receptiveFields } from './receptive-field';
import { storedLayers } from './training-memory';

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

/** What is said of a layer. */
export interface LayerSummary {
  name: string;
  type: KerasType;
  /** From 1; null in stem and head. */
  stage: number | null;
  /** From 1 within its stage; null in stem and head. */
  block: number | null;
  /** Names of the layers whose outputs it takes. */
  inputs: readonly string[];
  /** Height and width of what is slid over the map, in pixels of the map; null where nothing is. */
  kernel: readonly [height: number, width: number] | null;
  /** In pixels of the map; null where nothing is slid over it. */
  stride: number | null;
  /** [height, width, channels] or [units], without the batch. */
  outputShape: Shape;
  /** All parameters, moving statistics included. */
  params: number;
  /** Those of them that training changes by gradients. */
  trainable: number;
  /** Multiply-accumulates of a forward pass of one image; convolutions and the dense layer only. */
  macs: number;
  /** FLOPs of a forward and of a backward pass of one image, by the rule of flops.ts. */
  forwardFlops: number;
  backwardFlops: number;
  /** Bytes of its output for one image in float32. */
  activationBytes: number;
  /** Those of them that a training step keeps for the backward pass: all or none. */
  keptBytes: number;
  /** Pixels of the image that one unit depends on; more than the image has where padding is among them. */
  receptiveField: readonly [height: number, width: number];
  /** Pixels of the image between neighbouring units. */
  totalStride: number;
  /** Of a training step on this machine, where that was measured; absent for what is computed within another layer. */
  milliseconds?: number;
}

/** Fields that add up over layers. */
export type AdditiveField =
  'params' | 'trainable' | 'macs' | 'forwardFlops' | 'backwardFlops' | 'activationBytes' | 'keptBytes';

export interface Summary {
  layers: LayerSummary[];
  totalParams: number;
  trainableParams: number;
  nonTrainableParams: number;
  macs: number;
  forwardFlops: number;
  backwardFlops: number;
  /** Bytes of all layers' outputs for one image in float32. */
  activationBytes: number;
  /** Bytes of those outputs that a training step keeps, for one image. */
  keptBytes: number;
  /** Bytes of all parameters in float32. */
  parameterBytes: number;
}

/**
 * With the time of each layer in a training step.
 * @param times milliseconds by layer; null: as it was.
 */
export const withTimes = (summary: Summary, times: Readonly<Record<string, number>> | null): Summary =>
  times === null
    ? summary
    : {
        ...summary,
        layers: summary.layers.map((layer) =>
          layer.name in times ? { ...layer, milliseconds: times[layer.name]! } : layer,
        ),
      };

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** What is slid over the map: a convolution's kernel, a pooling's window, or the single pixel of option A. */
function windowOf(layer: Layer): LayerSummary['kernel'] {
  switch (layer.kind) {
    case 'conv':
      return layer.kernel;
    case 'maxpool':
      return layer.pool;
    case 'shortcut-a':
      return [1, 1];
    default:
      return null;
  }
}

/** What each layer is and costs, and their totals. */
export function summarize(network: Network): Summary {
  const fields = receptiveFields(network.layers);
  const kept = storedLayers(network);
  const layers = network.layers.map((layer): LayerSummary => {
    const field = fields.get(layer.name)!;
    const activationBytes = product(layer.outputShape) * FLOAT;
    const { params, trainable } = parameterCounts(layer);
    const { macs, forwardFlops, backwardFlops } = layerWork(layer, layer.inputs[0] === 'input');
    return {
      name: layer.name,
      type: KERAS_TYPES[layer.kind],
      stage: layer.stage ?? null,
      block: layer.block ?? null,
      inputs: layer.inputs,
      kernel: windowOf(layer),
      stride: 'stride' in layer ? layer.stride : null,
      outputShape: [...layer.outputShape],
      params,
      trainable,
      macs,
      forwardFlops,
      backwardFlops,
      activationBytes,
      keptBytes: kept.has(layer.name) ? activationBytes : 0,
      receptiveField: field.size,
      totalStride: field.axes[0].stride,
    };
  });
  const total = (field: AdditiveField): number => layers.reduce((sum, layer) => sum + layer[field], 0);
  const totalParams = total('params');
  const trainableParams = total('trainable');
  return {
    layers,
    totalParams,
    trainableParams,
    nonTrainableParams: totalParams - trainableParams,
    macs: total('macs'),
    forwardFlops: total('forwardFlops'),
    backwardFlops: total('backwardFlops'),
    activationBytes: total('activationBytes'),
    keptBytes: total('keptBytes'),
    parameterBytes: totalParams * FLOAT,
  };
}
