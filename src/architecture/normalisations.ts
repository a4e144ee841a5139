/**
 * Batch normalisations with the sum and the ReLU that follow them, which kernels of our own compute in one pass over memory each way.
 */
import type { BnLayer, Layer } from './layers';
import type { Network } from './network';

/** A batch normalisation, and what nobody but the next layer reads of it. */
export interface NormUnit {
  bn: BnLayer;
  /** The layer whose output is added; null where there is no sum. */
  addend: string | null;
  relu: boolean;
  /** The last layer of the unit, whose output others read. */
  output: Layer;
}

/**
 * A unit for each batch normalisation: with the ReLU behind it, with the sum and the ReLU behind that, or alone. Of two
 * normalisations that meet in a sum the first takes it.
 */
export function normUnits({ layers }: Pick<Network, 'layers'>): NormUnit[] {
  const readers = new Map<string, Layer[]>();
  for (const layer of layers) {
    if (layer.kind === 'input') continue;
    for (const input of layer.inputs) readers.set(input, [...(readers.get(input) ?? []), layer]);
  }
  const soleReader = ({ name }: Layer): Layer | null => {
    const found = readers.get(name) ?? [];
    return found.length === 1 ? found[0]! : null;
  };
  const taken = new Set<string>();
  return layers.flatMap((bn): NormUnit[] => {
    if (bn.kind !== 'bn') return [];
    const next = soleReader(bn);
    if (next?.kind === 'relu') return [{ bn, addend: null, relu: true, output: next }];
    const behind = next?.kind === 'add' && !taken.has(next.name) ? soleReader(next) : null;
    if (next?.kind === 'add' && behind?.kind === 'relu') {
      const [a, b] = next.inputs as [string, string];
      if (a !== b) {
        taken.add(next.name);
        return [{ bn, addend: a === bn.name ? b : a, relu: true, output: behind }];
      }
    }
    return [{ bn, addend: null, relu: false, output: bn }];
  });
}

/** Names of a unit's layers, in their order: the normalisation, the sum, the ReLU. */
export function layersOf({ bn, addend, output }: NormUnit): string[] {
  if (output.name === bn.name || output.kind === 'input') return [bn.name];
  return [bn.name, ...(addend === null ? [] : output.inputs), output.name];
}

/** `8x8x64-norm-add-relu`; one word for plans and caches, which no convolution has. */
export function normKey({ bn, addend, relu }: NormUnit): string {
  return `${bn.outputShape.join('x')}-norm${addend === null ? '' : '-add'}${relu ? '-relu' : ''}`;
}

/** By key, in the order of the layers, each with the units that compute the same. */
export function normalisations(network: Pick<Network, 'layers'>): Map<string, [NormUnit, ...NormUnit[]]> {
  const found = new Map<string, [NormUnit, ...NormUnit[]]>();
  for (const unit of normUnits(network)) {
    const known = found.get(normKey(unit));
    if (known) known.push(unit);
    else found.set(normKey(unit), [unit]);
  }
  return found;
}
