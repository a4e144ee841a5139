/**
 * The different computations of a training step: convolutions of one shape, normalisations of one kind with the sum and the ReLU
 * behind them, and every other layer by what it takes and gives. What one of them takes of time, all of its layers take. Pure.
 */
import { convShape, shapeKey } from './convolutions';
import type { Layer } from './layers';
import type { Network } from './network';
import { layersOf, normKey, normUnits, type NormUnit } from './normalisations';

export interface StepPart {
  /** One word for caches; parts of equal keys compute the same thing at one batch size. */
  key: string;
  /** The layer whose time it is. */
  layer: Exclude<Layer, { kind: 'input' }>;
  /** The normalisation with what is computed within it; null for other layers. */
  unit: NormUnit | null;
  /** Shapes of what the layer takes, each of one image. */
  inputs: readonly (readonly number[])[];
  /** False where only the images could use the gradient of what it takes. */
  wanted: boolean;
}

/** A part for each layer but the images and those that are computed within a normalisation, in the order of the layers. */
export function stepParts(network: Pick<Network, 'layers'>): StepPart[] {
  const { layers } = network;
  const shapes = new Map(layers.map(({ name, outputShape }) => [name, outputShape]));
  const first = layers[0]!.name;
  const units = new Map(normUnits(network).map((unit) => [unit.bn.name, unit]));
  const within = new Set([...units.values()].flatMap(layersWithin));
  return layers.flatMap((layer): StepPart[] => {
    if (layer.kind === 'input' || within.has(layer.name)) return [];
    const inputs = layer.inputs.map((name) => shapes.get(name)!);
    const wanted = !layer.inputs.includes(first);
    const unit = units.get(layer.name) ?? null;
    return [{ key: keyOf(layer, unit, inputs, wanted), layer, unit, inputs, wanted }];
  });
}

/** By key, in the order of the layers, each with all that compute the same. */
export function differentParts(network: Pick<Network, 'layers'>): Map<string, [StepPart, ...StepPart[]]> {
  const found = new Map<string, [StepPart, ...StepPart[]]>();
  for (const part of stepParts(network)) {
    const known = found.get(part.key);
    if (known) known.push(part);
    else found.set(part.key, [part]);
  }
  return found;
}

/** Names of the layers that are computed with a normalisation, in its place. */
export const layersWithin = (unit: NormUnit): string[] => layersOf(unit).slice(1);

function keyOf(
  layer: StepPart['layer'],
  unit: NormUnit | null,
  inputs: StepPart['inputs'],
  wanted: boolean,
): string {
  if (layer.kind === 'conv') return `${shapeKey(convShape(layer))}${wanted ? '' : '-first'}`;
  if (unit) return normKey(unit);
  const window = layer.kind === 'maxpool' ? `-${layer.pool}/${layer.stride}-${layer.padding}` : '';
  const sides = inputs.map((shape) => shape.join('x')).join('+');
  return `${layer.kind}${window}-${sides}-${layer.outputShape.join('x')}`;
}
