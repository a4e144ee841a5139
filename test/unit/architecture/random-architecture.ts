/** Architectures as anybody might have them: shallow and deep, every shortcut, blocks, stems and kernels of each kind. */
import type {
  Architecture,
  Kernel,
  TableConvolution,
  TableStage,
} from '../../../src/architecture/architecture';
import { pick, whole } from './random';

/** Of any convolution: what is narrow is soon built. */
const MOST_FILTERS = 64;

const kernelOf = (next: () => number): Kernel =>
  next() < 0.8 ? pick(next, [1, 2, 3, 3, 5, 7]) : pick(next, [[1, 3], [7, 1], [2, 5], [4, 3]]); // prettier-ignore

/** The convolutions of a block with so many output channels: basic, bottleneck or any other. */
function convolutionsOf(next: () => number, filters: number): TableConvolution[] {
  const inner = whole(next, 1, Math.max(1, Math.floor(filters / 2)));
  switch (pick(next, ['basic', 'bottleneck', 'other'])) {
    case 'basic':
      return [
        [filters, 3],
        [filters, 3],
      ];
    case 'bottleneck':
      return [
        [inner, 1],
        [inner, 3],
        [filters, 1],
      ];
    default:
      return [
        ...Array.from({ length: whole(next, 0, 3) }, (): TableConvolution => [
          whole(next, 1, MOST_FILTERS),
          kernelOf(next),
        ]),
        [filters, kernelOf(next)],
      ];
  }
}

/** An architecture that builds, with at most 64 filters in a convolution. */
export function randomArchitecture(next: () => number): Architecture {
  const shortcut = pick(next, ['identity', 'projection', 'projection-all', 'none'] as const);
  // Option A cannot drop channels; with the others a third of the nets have stages of any width.
  const grows = shortcut === 'identity' || next() < 0.67;
  const isDeep = next() < 0.2;
  const stem = {
    filters: whole(next, 1, 24),
    kernel: kernelOf(next),
    stride: whole(next, 1, 3),
    pool: next() < 0.5,
  };
  let filters = stem.filters;
  const table = Array.from({ length: whole(next, 1, 6) }, (): TableStage => {
    filters = grows ? Math.min(filters + whole(next, 0, 16), MOST_FILTERS) : whole(next, 1, MOST_FILTERS);
    return [isDeep ? whole(next, 4, 9) : whole(next, 1, 3), convolutionsOf(next, filters)];
  });
  return {
    name: pick(next, ['net', 'wide net', '网络']),
    inputShape: [whole(next, 1, 64), whole(next, 1, 64), whole(next, 1, 4)],
    classes: whole(next, 2, 100),
    stem,
    table,
    shortcut,
    strideOn: pick(next, ['first', '3x3']),
    bias: next() < 0.5,
    l2: pick(next, [0, 1e-4]),
    bnMomentum: pick(next, [0.9, 0.99]),
    bnEpsilon: pick(next, [1e-3, 1e-5]),
    zeroInitLastGamma: next() < 0.5,
  };
}
