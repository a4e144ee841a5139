/**
 * An architecture as a model of stock tfjs-layers, written from the paper and the words of the architecture, not from the
 * product's list of layers: what tfjs-layers says of shapes and parameters can then be held against that list.
 */
import '../../src/trainer/engine/node-compat';
import * as tf from '@tensorflow/tfjs-node-gpu';
import type { Architecture, Kernel } from '../../src/architecture/architecture';

type Tensor = tf.SymbolicTensor;

/** Ends the name of a layer that only helps to make another: option A takes several of the stock layers. */
const HELPER = '/helper';

export const isHelper = (layer: tf.layers.Layer): boolean => layer.name.includes(HELPER);

/** Takes images [n, height, width, channels] to logits [n, classes]; layers have the names of the product. */
export function referenceModel(architecture: Architecture): tf.LayersModel {
  const { inputShape, classes, stem, table, shortcut, strideOn } = architecture;
  const after = (layer: tf.layers.Layer, ...inputs: Tensor[]): Tensor =>
    layer.apply(inputs.length === 1 ? inputs[0]! : inputs) as Tensor;
  const relu = (name: string, x: Tensor): Tensor =>
    after(tf.layers.activation({ name, activation: 'relu' }), x);
  const normalized = (
    names: [conv: string, bn: string],
    filters: number,
    kernel: Kernel,
    strides: number,
    x: Tensor,
  ) => {
    const conv = tf.layers.conv2d({
      name: names[0],
      filters,
      kernelSize: kernel,
      strides,
      padding: isPointwise(kernel) ? 'valid' : 'same',
      useBias: architecture.bias,
      kernelInitializer: 'zeros',
    });
    return after(tf.layers.batchNormalization({ name: names[1] }), after(conv, x));
  };

  /** Every stride-th pixel, with zeros for the channels that are missing: half of them before, the odd one behind. */
  const optionA = (name: string, channels: number, strides: number, x: Tensor): Tensor => {
    const missing = channels - channelsOf(x);
    const before = Math.floor(missing / 2);
    const padding: [[number, number], [number, number]] = [[before, missing - before], [0, 0]]; // prettier-ignore
    const pixels = after(
      tf.layers.averagePooling2d({ name: `${name}${HELPER}1`, poolSize: 1, strides, padding: 'valid' }),
      x,
    );
    // tfjs-layers pads height and width only, so channels take the place of the height for a while.
    const turned = after(tf.layers.permute({ name: `${name}${HELPER}2`, dims: [3, 1, 2] }), pixels);
    const padded = after(tf.layers.zeroPadding2d({ name: `${name}${HELPER}3`, padding }), turned);
    return after(tf.layers.permute({ name, dims: [2, 3, 1] }), padded);
  };

  const input = tf.input({ shape: inputShape, name: 'input' });
  let x = normalized(['stem/conv', 'stem/bn'], stem.filters, stem.kernel, stem.stride, input);
  x = relu('stem/relu', x);
  if (stem.pool) {
    x = after(tf.layers.maxPooling2d({ name: 'stem/pool', poolSize: 3, strides: 2, padding: 'same' }), x);
  }
  for (const [stage, [count, convolutions]] of table.entries()) {
    const larger = convolutions.findIndex(([, kernel]) => !isPointwise(kernel));
    const strided = strideOn === '3x3' && larger >= 0 ? larger : 0;
    for (let block = 0; block < count; block++) {
      const name = `stage${stage + 1}/block${block + 1}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      let main = x;
      for (const [index, [filters, kernel]] of convolutions.entries()) {
        const names: [string, string] = [`${name}/conv${index + 1}`, `${name}/bn${index + 1}`];
        main = normalized(names, filters, kernel, index === strided ? stride : 1, main);
        if (index < convolutions.length - 1) main = relu(`${name}/relu${index + 1}`, main);
      }
      const channels = channelsOf(main);
      const changes = stride > 1 || channelsOf(x) !== channels;
      let side: Tensor | null = x;
      if (shortcut === 'none') side = null;
      else if (shortcut === 'projection-all' || (shortcut === 'projection' && changes)) {
        side = normalized([`${name}/shortcut/conv`, `${name}/shortcut/bn`], channels, 1, stride, x);
      } else if (shortcut === 'identity' && changes) {
        side = optionA(`${name}/shortcut`, channels, stride, x);
      }
      x = relu(`${name}/relu`, side ? after(tf.layers.add({ name: `${name}/add` }), main, side) : main);
    }
  }
  x = after(tf.layers.globalAveragePooling2d({ name: 'pool', dataFormat: 'channelsLast' }), x);
  const outputs = after(tf.layers.dense({ name: 'dense', units: classes, kernelInitializer: 'zeros' }), x);
  return tf.model({ inputs: input, outputs });
}

const isPointwise = (kernel: Kernel): boolean =>
  typeof kernel === 'number' ? kernel === 1 : kernel[0] === 1 && kernel[1] === 1;

const channelsOf = ({ shape }: Tensor): number => shape[3]!;
