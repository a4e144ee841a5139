/** The kinds of layers a network is made of: their shapes, variables and work. */

/** Height, width, channels of a feature map; images come in NHWC order. */
export type MapShape = [height: number, width: number, channels: number];
/** Length of a feature vector. */
export type VectorShape = [units: number];
export type Shape = MapShape | VectorShape;
/** TensorFlow's words: 'same' pads so that out = ceil(in / stride), 'valid' does not pad. */
export type Padding = 'same' | 'valid';

interface LayerBase {
  /** Reads like the architecture: `stage2/block1/conv1`. */
  name: string;
  /** Names of the layers whose outputs it takes. */
  inputs: string[];
  /** From 1; absent in stem and head. */
  stage?: number | undefined;
  /** From 1 within its stage. */
  block?: number | undefined;
}

interface MapLayer extends LayerBase {
  inputShape: MapShape;
  outputShape: MapShape;
}

export interface InputLayer extends MapLayer {
  kind: 'input';
}

/** Convolution; kernel [height, width, input channels, filters]. TF op: Conv2D. */
export interface ConvLayer extends MapLayer {
  kind: 'conv';
  filters: number;
  kernel: [height: number, width: number];
  stride: number;
  /** 'valid' for 1x1 kernels, 'same' for all others. */
  padding: Padding;
  bias: boolean;
  /** height · width · input channels: the variance of a He-initialised kernel is 2 / fanIn. */
  fanIn: number;
}

/** Batch normalisation over batch, height and width. TF op: FusedBatchNormV3. */
export interface BnLayer extends MapLayer {
  kind: 'bn';
  channels: number;
  /** Share of the old moving statistic that is kept at each step. */
  momentum: number;
  epsilon: number;
  gammaInit: 0 | 1;
}

export interface ReluLayer extends MapLayer {
  kind: 'relu';
}

/** Max pooling, 3x3, stride 2, 'same'. TF op: MaxPool. */
export interface MaxPoolLayer extends MapLayer {
  kind: 'maxpool';
  pool: [height: number, width: number];
  stride: number;
  padding: Padding;
}

/**
 * Option A of He et al. 2015, section 4.1: takes every stride-th pixel from the top left one and adds channels of
 * zeros, split evenly before and behind, the odd one behind. No parameters. TF ops: StridedSlice, Pad.
 */
export interface ShortcutALayer extends MapLayer {
  kind: 'shortcut-a';
  stride: number;
  padBefore: number;
  padAfter: number;
}

/** Sum of the main path (first input) and the shortcut (second). */
export interface AddLayer extends MapLayer {
  kind: 'add';
}

/** Mean over height and width. */
export interface GapLayer extends LayerBase {
  kind: 'gap';
  inputShape: MapShape;
  outputShape: VectorShape;
}

/** The head: kernel [features, units], bias, softmax over the units. */
export interface DenseLayer extends LayerBase {
  kind: 'dense';
  inputShape: VectorShape;
  outputShape: VectorShape;
  units: number;
  bias: true;
  activation: 'softmax';
  fanIn: number;
}

export type Layer =
  | InputLayer
  | ConvLayer
  | BnLayer
  | ReluLayer
  | MaxPoolLayer
  | ShortcutALayer
  | AddLayer
  | GapLayer
  | DenseLayer;
export type LayerKind = Layer['kind'];

/** Output size of a convolution or pooling along one axis, as TensorFlow computes it. */
export function outputSize(size: number, kernel: number, stride: number, padding: Padding): number {
  return padding === 'same' ? Math.ceil(size / stride) : Math.floor((size - kernel) / stride) + 1;
}

/** Rows (or columns) of zeros that 'same' adds before and after an axis; the odd one comes after. */
export function samePadding(size: number, kernel: number, stride: number): [before: number, after: number] {
  const total = Math.max((outputSize(size, kernel, stride, 'same') - 1) * stride + kernel - size, 0);
  const before = Math.floor(total / 2);
  return [before, total - before];
}

export type VariableRole = 'kernel' | 'bias' | 'gamma' | 'beta' | 'movingMean' | 'movingVariance';

/** One variable of a layer. */
export interface LayerVariable {
  /** `stage2/block1/conv1/kernel`. */
  name: string;
  layer: string;
  role: VariableRole;
  /** Kernels: [height, width, in, out] or, for the dense layer, [in, out]. */
  shape: number[];
  /** False for moving statistics. */
  trainable: boolean;
}

/** The variables of a layer: kernel, bias (if any), gamma, beta, moving mean, moving variance. */
export function layerVariables(layer: Layer): LayerVariable[] {
  const variable = (role: VariableRole, shape: number[], trainable = true): LayerVariable => ({
    name: `${layer.name}/${role}`,
    layer: layer.name,
    role,
    shape,
    trainable,
  });
  switch (layer.kind) {
    case 'conv': {
      const kernel = variable('kernel', [...layer.kernel, layer.inputShape[2], layer.filters]);
      return layer.bias ? [kernel, variable('bias', [layer.filters])] : [kernel];
    }
    case 'bn': {
      const shape = [layer.channels];
      return [
        variable('gamma', shape),
        variable('beta', [...shape]),
        variable('movingMean', [...shape], false),
        variable('movingVariance', [...shape], false),
      ];
    }
    case 'dense':
      return [variable('kernel', [layer.fanIn, layer.units]), variable('bias', [layer.units])];
    default:
      return [];
  }
}

/** Elements of all variables of {@link layerVariables}, and of those that are trained. */
export function parameterCounts(layer: Layer): { params: number; trainable: number } {
  switch (layer.kind) {
    case 'conv': {
      const params = layer.fanIn * layer.filters + (layer.bias ? layer.filters : 0);
      return { params, trainable: params };
    }
    case 'bn':
      return { params: 4 * layer.channels, trainable: 2 * layer.channels };
    case 'dense': {
      const params = layer.fanIn * layer.units + layer.units;
      return { params, trainable: params };
    }
    default:
      return { params: 0, trainable: 0 };
  }
}
