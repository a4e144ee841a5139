/**
 * Measured program: stock tfjs-layers on the same native library, as its documentation trains: a model with
 * regularizers, `compile`, `trainOnBatch`. The batches lie in tensors before the clock runs.
 */
import '../../src/trainer/engine/node-compat';
import * as tf from '@tensorflow/tfjs-node-gpu';
import type { NodeJSKernelBackend } from '@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend';
import type { Layer, ShortcutALayer } from '../../src/architecture/layers';
import { buildNetwork, type Network } from '../../src/architecture/network';
import { DEFAULT_RECIPE } from '../../src/shared/recipe';
import { images } from './images';
import { readJob, serve } from './protocol';

const BATCHES = 4;

function stockModel(network: Network): tf.LayersModel {
  const outputs = new Map<string, tf.SymbolicTensor>();
  let input: tf.SymbolicTensor | undefined;
  let output: tf.SymbolicTensor | undefined;
  for (const layer of network.layers) {
    if (layer.kind === 'input') output = input = tf.input({ shape: layer.outputShape });
    else {
      const from = layer.inputs.map((name) => outputs.get(name)!);
      output = stockLayer(layer, network.architecture.l2).apply(
        from.length === 1 ? from[0]! : from,
      ) as tf.SymbolicTensor;
    }
    outputs.set(layer.name, output);
  }
  return tf.model({ inputs: input!, outputs: output! });
}

function stockLayer(layer: Exclude<Layer, { kind: 'input' }>, l2: number): tf.layers.Layer {
  switch (layer.kind) {
    case 'conv':
      return tf.layers.conv2d({
        filters: layer.filters,
        kernelSize: layer.kernel,
        strides: layer.stride,
        padding: layer.padding,
        useBias: layer.bias,
        kernelInitializer: 'heNormal',
        ...(l2 > 0 ? { kernelRegularizer: tf.regularizers.l2({ l2 }) } : {}),
      });
    case 'bn':
      return tf.layers.batchNormalization({ momentum: layer.momentum, epsilon: layer.epsilon });
    case 'relu':
      return tf.layers.activation({ activation: 'relu' });
    case 'maxpool':
      return tf.layers.maxPooling2d({ poolSize: layer.pool, strides: layer.stride, padding: layer.padding });
    case 'add':
      return tf.layers.add();
    case 'gap':
      return tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' });
    case 'dense':
      return tf.layers.dense({ units: layer.units, activation: 'softmax' });
    case 'shortcut-a':
      return new OptionA(layer);
  }
}

/** Stock tfjs-layers has no layer for option A: every stride-th pixel, channels of zeros before and behind. */
class OptionA extends tf.layers.Layer {
  static className = 'OptionA';

  constructor(private readonly layer: ShortcutALayer) {
    super();
  }

  override computeOutputShape(): tf.Shape {
    return [null, ...this.layer.outputShape];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const map = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D;
    const { stride, padBefore, padAfter } = this.layer;
    // An average over one pixel takes it as it is; tfjs has no gradient for StridedSlice.
    const strided = stride > 1 ? tf.avgPool(map, 1, stride, 'valid') : map;
    return tf.pad4d(strided, [
      [0, 0],
      [0, 0],
      [0, 0],
      [padBefore, padAfter],
    ]);
  }
}

const { architecture, batch, evaluationBatch } = readJob();
const network = buildNetwork(architecture);
const model = stockModel(network);
model.compile({
  optimizer: tf.train.adam(DEFAULT_RECIPE.learningRate),
  loss: 'categoricalCrossentropy',
  metrics: ['accuracy'],
});

function tensors(count: number): { x: tf.Tensor; y: tf.Tensor } {
  const split = images(count);
  const x = tf.tensor4d(
    Float32Array.from(split.images, (byte) => byte / 255),
    [count, ...architecture.inputShape],
  );
  const y = tf.oneHot(tf.tensor1d(Int32Array.from(split.labels), 'int32'), architecture.classes);
  return { x, y };
}

const sets = Array.from({ length: BATCHES }, () => tensors(batch));
const evaluation = tensors(evaluationBatch);
let step = 0;
serve({
  about: {
    tfjs: tf.version.tfjs,
    tensorflow: String((tf.backend() as NodeJSKernelBackend).binding.TF_Version),
    node: process.versions.node,
    electron: process.versions.electron ?? null,
  },
  async train() {
    const { x, y } = sets[step++ % BATCHES]!;
    await model.trainOnBatch(x, y);
    return batch;
  },
  evaluate() {
    const results = model.evaluate(evaluation.x, evaluation.y, { batchSize: evaluationBatch });
    for (const result of Array.isArray(results) ? results : [results]) {
      result.dataSync();
      result.dispose();
    }
    return evaluationBatch;
  },
});
