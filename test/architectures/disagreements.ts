/** What a network and its summary say otherwise than a tfjs-layers model does. */
import type * as tf from '@tensorflow/tfjs-node-gpu';
import { layerVariables, type Layer } from '../../src/architecture/layers';
import type { Network } from '../../src/architecture/network';
import { summarize, type LayerSummary } from '../../src/architecture/summary';
import { isHelper } from './reference-model';

/** What is compared of a layer, as text: so it can be printed, and a difference be seen. */
type Facts = Record<'type' | 'output' | 'variables' | 'parameters' | 'trainable parameters', string>;

/** Elements of the variables as they are, whatever their layers say of them. */
const sizeOf = (weights: readonly tf.LayerVariable[]): number =>
  weights.reduce((sum, weight) => sum + weight.read().size, 0);

const variable = (shape: readonly (number | null)[], trainable: boolean): string =>
  `${shape.join('x')}${trainable ? '' : ' (moving)'}`;

function ourFacts(layer: Layer, row: LayerSummary): Facts {
  return {
    // Keras has no layer for option A: its users write a lambda, the model ends with the last of several stock layers.
    type: row.type === 'Lambda' ? 'Permute' : row.type,
    output:
      layer.outputShape.join('x') === row.outputShape.join('x')
        ? layer.outputShape.join('x')
        : `${layer.outputShape.join('x')}, in the summary ${row.outputShape.join('x')}`,
    variables: layerVariables(layer)
      .map(({ shape, trainable }) => variable(shape, trainable))
      .join(', '),
    parameters: String(row.params),
    'trainable parameters': String(row.trainable),
  };
}

function theirFacts(layer: tf.layers.Layer): Facts {
  return {
    type: layer.getClassName(),
    output: (layer.outputShape as tf.Shape).slice(1).join('x'),
    variables: layer.weights.map(({ shape, trainable }) => variable(shape, trainable)).join(', '),
    parameters: String(layer.countParams()),
    'trainable parameters': String(sizeOf(layer.trainableWeights)),
  };
}

/** A sentence for each disagreement on a layer, a variable, a shape or a count; none where network and model agree. */
export function disagreements(network: Network, model: tf.LayersModel): string[] {
  const summary = summarize(network);
  const found: string[] = [];
  const compare = (what: string, ours: string | number, theirs: string | number): void => {
    if (ours !== theirs) found.push(`${what}: ${ours || 'none'}, in tfjs-layers ${theirs || 'none'}`);
  };
  const theirs = new Map(
    model.layers.filter((layer) => !isHelper(layer)).map((layer) => [layer.name, layer]),
  );
  for (const [index, layer] of network.layers.entries()) {
    const other = theirs.get(layer.name);
    if (!other) {
      found.push(`${layer.name}: tfjs-layers has no such layer`);
      continue;
    }
    theirs.delete(layer.name);
    const [mine, its] = [ourFacts(layer, summary.layers[index]!), theirFacts(other)];
    for (const key of Object.keys(mine) as (keyof Facts)[])
      compare(`${layer.name}, ${key}`, mine[key], its[key]);
  }
  for (const name of theirs.keys()) found.push(`${name}: only tfjs-layers has such a layer`);
  compare('all parameters', summary.totalParams, model.countParams());
  compare('all trainable parameters', summary.trainableParams, sizeOf(model.trainableWeights));
  compare('all moving statistics', summary.nonTrainableParams, sizeOf(model.nonTrainableWeights));
  return found;
}
