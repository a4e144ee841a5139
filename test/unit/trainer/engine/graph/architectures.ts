/** Small networks that between them use every layer kind in every way it is used. */
import type { Architecture } from '../../../../../src/architecture/architecture';
import { smallArchitecture } from '../../fixtures';

const architecture = (changes: Partial<Architecture>): Architecture =>
  smallArchitecture({ l2: 0.01, bnMomentum: 0.8, ...changes });

export const ARCHITECTURES: [name: string, architecture: Architecture][] = [
  ['projections', architecture({})],
  [
    'projections out of 4, 5, 6 and 7 channels',
    architecture({
      inputShape: [16, 16, 3],
      table: [
        [1, [[4, 3]]],
        [1, [[5, 3]]],
        [1, [[6, 3]]],
        [1, [[7, 3]]],
        [1, [[9, 3]]],
      ],
    }),
  ],
  ['identity, option A', architecture({ shortcut: 'identity' })],
  ['projections everywhere', architecture({ shortcut: 'projection-all' })],
  ['the plain net', architecture({ shortcut: 'none' })],
  [
    'a CIFAR stem',
    architecture({
      inputShape: [16, 16, 3],
      stem: { filters: 8, kernel: 3, stride: 1, pool: false },
      table: [
        [
          2,
          [
            [8, 3],
            [8, 3],
          ],
        ],
        [
          2,
          [
            [12, 3],
            [12, 3],
          ],
        ],
      ],
    }),
  ],
  [
    "the blog's stem, down to 1x1 maps",
    architecture({
      inputShape: [32, 32, 3],
      stem: { filters: 8, kernel: 7, stride: 2, pool: true },
      table: [
        [
          1,
          [
            [8, 3],
            [8, 3],
          ],
        ],
        [
          2,
          [
            [12, 3],
            [12, 3],
          ],
        ],
        [
          2,
          [
            [16, 3],
            [16, 3],
          ],
        ],
        [
          2,
          [
            [20, 3],
            [20, 3],
          ],
        ],
      ],
    }),
  ],
  [
    'bottlenecks',
    architecture({
      inputShape: [12, 12, 3],
      table: [
        [
          1,
          [
            [4, 1],
            [4, 3],
            [16, 1],
          ],
        ],
        [
          2,
          [
            [8, 1],
            [8, 3],
            [32, 1],
          ],
        ],
      ],
    }),
  ],
  [
    'bottlenecks with the stride on the 3x3',
    architecture({
      inputShape: [12, 12, 3],
      strideOn: '3x3',
      table: [
        [
          1,
          [
            [4, 1],
            [4, 3],
            [16, 1],
          ],
        ],
        [
          2,
          [
            [8, 1],
            [8, 3],
            [32, 1],
          ],
        ],
      ],
    }),
  ],
  [
    'odd sizes',
    architecture({
      inputShape: [13, 9, 5],
      stem: { filters: 7, kernel: 5, stride: 2, pool: true },
      table: [
        [1, [[7, 3]]],
        [
          2,
          [
            [9, 3],
            [11, 3],
          ],
        ],
      ],
    }),
  ],
  ['no bias', architecture({ bias: false })],
  ['zero gammas', architecture({ zeroInitLastGamma: true })],
  ['one block', architecture({ table: [[1, [[4, 3]]]] })],
  [
    'rectangular and even kernels',
    architecture({
      inputShape: [11, 7, 3],
      stem: { filters: 5, kernel: [3, 5], stride: 3, pool: false },
      table: [
        [
          1,
          [
            [6, [1, 3]],
            [6, [3, 1]],
          ],
        ],
        [1, [[8, [2, 4]]]],
      ],
    }),
  ],
  ['no L2', architecture({ l2: 0 })],
];
