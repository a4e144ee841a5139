/** Convolutions whose batch normalisation can be folded into them where the network is evaluated. */
import { convShape, shapeKey } from './convolutions';
import type { ConvLayer } from './layers';
import type { Network } from './network';
import { normUnits, type NormUnit } from './normalisations';

/** A convolution, the batch normalisation that alone reads it, and the sum and the ReLU behind that. */
export interface FoldedUnit extends NormUnit {
  conv: ConvLayer;
}

/** In the order of the layers. A normalisation of anything but a convolution is none. */
export function foldedUnits(network: Pick<Network, 'layers'>): FoldedUnit[] {
  const layers = new Map(network.layers.map((layer) => [layer.name, layer]));
  const readers = new Map<string, number>();
  for (const { inputs } of network.layers)
    for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  return normUnits(network).flatMap((unit) => {
    const conv = layers.get(unit.bn.inputs[0]!)!;
    return conv.kind === 'conv' && readers.get(conv.name) === 1 ? [{ ...unit, conv }] : [];
  });
}

/** `8x8x64-3x3/1-same-8x8x64-winograd4-folded-add-relu`: what is computed, and by which lowering; one word for caches. */
export const foldingKey = ({ conv, addend, relu }: FoldedUnit, lowering: string): string =>
  `${shapeKey(convShape(conv))}-${lowering}-folded${addend === null ? '' : '-add'}${relu ? '-relu' : ''}`;
