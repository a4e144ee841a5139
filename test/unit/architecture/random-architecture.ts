/** Valid architectures at random, of every kind of block, shortcut and stem. */
import type { Architecture, BlockTable, Kernel } from '../../../src/architecture/architecture';
import { DEFAULTS } from '../../../src/architecture/conventions';
import { pick, whole } from './random';

const KERNELS: readonly Kernel[] = [1, 2, 3, 5, [1, 3], [3, 1]];

export function randomArchitecture(next: () => number): Architecture {
  const shortcut = pick(next, ['projection', 'identity', 'projection-all', 'none'] as const);
  const stemFilters = whole(next, 1, 16);
  let channels = stemFilters;
  const table: BlockTable = Array.from({ length: whole(next, 1, 4) }, () => {
    const convolutions = Array.from({ length: whole(next, 1, 3) }, (): [number, Kernel] => [
      whole(next, 1, 64),
      pick(next, KERNELS),
    ]);
    // Option A cannot drop channels.
    if (shortcut === 'identity') convolutions.at(-1)![0] = channels = whole(next, channels, 64);
    return [whole(next, 1, 4), convolutions];
  });
  return {
    ...DEFAULTS,
    name: 'random',
    inputShape: [whole(next, 1, 48), whole(next, 1, 48), whole(next, 1, 4)],
    classes: whole(next, 2, 20),
    stem: {
      filters: stemFilters,
      kernel: pick(next, KERNELS),
      stride: whole(next, 1, 3),
      pool: next() < 0.5,
    },
    table,
    shortcut,
    strideOn: pick(next, ['first', '3x3'] as const),
    bias: next() < 0.5,
  };
}
