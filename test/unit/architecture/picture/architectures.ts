/** Architectures of every kind, from a seed: for properties that hold for any. */
import type {
  Architecture,
  BlockTable,
  Kernel,
  TableConvolution,
} from '../../../../src/architecture/architecture';
import { buildNetwork, type Network } from '../../../../src/architecture/network';
import { findPreset } from '../../../../src/architecture/presets';
import { parseArchitecture } from '../../../../src/architecture/text/architecture';
import { pick, random, whole } from '../random';

const FILTERS = [1, 3, 16, 64, 100, 256, 2048, 16_384];
const KERNELS: Kernel[] = [1, 3, 3, 5, 7, 255, [1, 7], [255, 3]];

const convolution = (next: () => number): TableConvolution => [pick(next, FILTERS), pick(next, KERNELS)];

/** A valid one; those that a seed gives and that are none are passed over. */
export function someNetwork(seed: number): Network {
  const next = random(seed);
  for (;;) {
    const table: BlockTable = Array.from({ length: whole(next, 1, 6) }, () => [
      pick(next, [1, 1, 2, 3, 12]),
      Array.from({ length: pick(next, [1, 2, 2, 3, 3, 7]) }, () => convolution(next)),
    ]);
    const side = pick(next, [1, 8, 32, 224, 4096]);
    const given: Architecture = {
      ...findPreset('resnet18')!.architecture,
      name: 'some',
      inputShape: [side, pick(next, [side, 17]), pick(next, [1, 3, 1024])],
      classes: pick(next, [2, 10, 100_000]),
      stem: {
        filters: pick(next, FILTERS),
        kernel: pick(next, KERNELS),
        stride: pick(next, [1, 2, 64]),
        pool: next() < 0.5,
      },
      table,
      shortcut: pick(next, ['projection', 'identity', 'projection-all', 'none']),
      strideOn: pick(next, ['first', '3x3']),
    };
    const parsed = parseArchitecture(given);
    if (parsed.ok) return parsed.network;
  }
}

export const networkOf = (preset: string, changes: Partial<Architecture> = {}): Network =>
  buildNetwork({ ...findPreset(preset)!.architecture, ...changes });
