/** What leads around a block, in words. Pure. */
import type { BlockShortcut } from './network';

/** As one of several: `projection, then identity`. */
export const SHORTCUT_KINDS: Readonly<Record<BlockShortcut, string>> = {
  identity: 'identity',
  projection: 'projection',
  'shortcut-a': 'zero-padded',
  none: 'no',
};

/** `projection shortcut`, `no shortcut` */
export const describeShortcut = (kind: BlockShortcut): string => `${SHORTCUT_KINDS[kind]} shortcut`;
