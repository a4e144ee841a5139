import type { Architecture } from '../../src/architecture/architecture';

/**
 * The table of WRN-16-4 (Zagoruyko and Komodakis, Wide Residual Networks, 2016: depth 6·2 + 4, four times the widths of the
 * CIFAR nets) in the order of ResNet-18: normalisation and ReLU after each convolution and sum, where theirs come before.
 * Resbench has no preset for it. Conventions are those of the presets with a CIFAR stem; weight decay 5e-4 is theirs.
 */
export const WIDE: { id: string; title: string; architecture: Architecture } = {
  id: 'wrn-16-4',
  title: 'WRN-16-4 (post-activation)',
  architecture: {
    name: 'wrn-16-4',
    inputShape: [32, 32, 3],
    classes: 10,
    stem: { filters: 16, kernel: 3, stride: 1, pool: false },
    table: [64, 128, 256].map((width) => [
      2,
      [
        [width, 3],
        [width, 3],
      ],
    ]),
    shortcut: 'projection',
    strideOn: '3x3',
    bias: false,
    l2: 2.5e-4,
    bnMomentum: 0.9,
    bnEpsilon: 1e-5,
    zeroInitLastGamma: false,
  },
};
