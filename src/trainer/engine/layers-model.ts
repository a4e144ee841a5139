/** A network as a tfjs-layers model: each layer of src/architecture becomes the layer of the same name. */
import './node-compat';
import * as tf from '@tensorflow/tfjs-node-gpu';
import { convShape } from '../../architecture/convolutions';
import type { ConvLayer, Layer, ShortcutALayer } from '../../architecture/layers';
import type { Network } from '../../architecture/network';
import { knownFault } from './known-faults';

/**
 * The model takes images [n, height, width, channels] and gives logits [n, classes]: the softmax belongs to the loss,
 * which is exact only when computed from logits. Weights start at zero (variances at one) for the caller to set.
 */
export function buildLayersModel(network: Network): tf.LayersModel {
  const outputs = new Map<string, tf.SymbolicTensor>();
  let first: tf.SymbolicTensor | undefined;
  let last: tf.SymbolicTensor | undefined;
  for (const layer of network.layers) {
    if (layer.kind === 'input') {
      last = tf.input({ shape: layer.outputShape, name: layer.name });
      first = last;
    } else {
      let inputs = layer.inputs.map((name) => outputs.get(name)!);
      if (layer.kind === 'conv' && subsamplesFirst(layer)) {
        const pixels = {
          poolSize: 1,
          strides: layer.stride,
          padding: 'valid',
          name: `${layer.name}/subsample`,
        } as const;
        inputs = inputs.map((input) => tf.layers.averagePooling2d(pixels).apply(input) as tf.SymbolicTensor);
      }
      last = tfLayer(layer).apply(inputs.length === 1 ? inputs[0]! : inputs) as tf.SymbolicTensor;
    }
    outputs.set(layer.name, last);
  }
  return tf.model({ inputs: first!, outputs: last!, name: 'network' });
}

/**
 * Whether a strided 1x1 convolution is computed at stride 1 on the pixels that the stride leaves (an average over one pixel
 * takes it as it is): the same function, without the op whose gradient is known to be wrong.
 */
const subsamplesFirst = (layer: ConvLayer): boolean =>
  layer.kernel[0] * layer.kernel[1] === 1 && knownFault('Conv2DBackpropFilter', convShape(layer)) !== null;

function tfLayer(layer: Exclude<Layer, { kind: 'input' }>): tf.layers.Layer {
  const { name } = layer;
  switch (layer.kind) {
    case 'conv':
      return tf.layers.conv2d({
        name,
        filters: layer.filters,
        kernelSize: layer.kernel,
        strides: subsamplesFirst(layer) ? 1 : layer.stride,
        padding: layer.padding,
        useBias: layer.bias,
        kernelInitializer: 'zeros',
      });
    case 'bn':
      // Training mode takes the population variance (divided by n) both to normalise and for the moving variance, as
      // Keras 3 does; TensorFlow's fused op would store the unbiased one (divided by n - 1).
      return tf.layers.batchNormalization({ name, momentum: layer.momentum, epsilon: layer.epsilon });
    case 'relu':
      return tf.layers.activation({ name, activation: 'relu' });
    case 'maxpool':
      return tf.layers.maxPooling2d({
        name,
        poolSize: layer.pool,
        strides: layer.stride,
        padding: layer.padding,
      });
    case 'shortcut-a':
      return new ZeroPaddedShortcut(layer);
    case 'add':
      return tf.layers.add({ name });
    case 'gap':
      return tf.layers.globalAveragePooling2d({ name, dataFormat: 'channelsLast' });
    case 'dense':
      return tf.layers.dense({ name, units: layer.units, useBias: layer.bias, kernelInitializer: 'zeros' });
  }
}

/** Option A of He et al. 2015, section 4.1: every stride-th pixel, zero channels before and behind. */
class ZeroPaddedShortcut extends tf.layers.Layer {
  static className = 'ZeroPaddedShortcut';
  private readonly stride: number;
  private readonly padBefore: number;
  private readonly padAfter: number;

  constructor(config: Pick<ShortcutALayer, 'name' | 'stride' | 'padBefore' | 'padAfter'>) {
    super({ name: config.name });
    this.stride = config.stride;
    this.padBefore = config.padBefore;
    this.padAfter = config.padAfter;
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [batch, height, width, channels] = inputShape as tf.Shape;
    const strided = (side: number) => Math.ceil(side / this.stride);
    return [batch!, strided(height!), strided(width!), channels! + this.padBefore + this.padAfter];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const map = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D;
      // An average over one pixel takes every stride-th pixel as it is; tfjs has no gradient for StridedSlice.
      const strided = this.stride > 1 ? tf.avgPool(map, 1, this.stride, 'valid') : map;
      return tf.pad4d(strided, [
        [0, 0],
        [0, 0],
        [0, 0],
        [this.padBefore, this.padAfter],
      ]);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { stride, padBefore, padAfter } = this;
    return { ...super.getConfig(), stride, padBefore, padAfter };
  }
}
tf.serialization.registerClass(
  ZeroPaddedShortcut as unknown as tf.serialization.SerializableConstructor<tf.layers.Layer>,
);
