/** The layer kinds by the names of src/architecture. */
import type { Layer, LayerKind as Kind } from '../../../../architecture/layers';
import { activation } from './activation';
import { batchNormalization } from './batch-normalization';
import { convolution } from './convolution';
import { dense } from './dense';
import { globalPooling } from './global-pooling';
import type { LayerKind } from './layer';
import { maxPooling } from './pooling';
import { shortcutA } from './shortcut';
import { sum } from './sum';

type KindOf<K extends Kind> = LayerKind<Extract<Layer, { kind: K }>>;

const KINDS: { [K in Exclude<Kind, 'input'>]: KindOf<K> } = {
  conv: convolution,
  bn: batchNormalization,
  relu: activation,
  maxpool: maxPooling,
  'shortcut-a': shortcutA,
  add: sum,
  gap: globalPooling,
  dense,
};

export function kindOf(layer: Exclude<Layer, { kind: 'input' }>): LayerKind<Layer> {
  return KINDS[layer.kind] as unknown as LayerKind<Layer>;
}
