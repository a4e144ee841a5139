import { describe, expect, it } from 'vitest';
import type { Architecture, BlockTable, Shortcut } from '../../../src/architecture/architecture';
import { CONVENTIONS, DEFAULTS } from '../../../src/architecture/conventions';
import { formatProblem } from '../../../src/architecture/problem';
import { parseArchitecture } from '../../../src/architecture/text/architecture';
import { layerVariables, type Layer, type LayerKind } from '../../../src/architecture/layers';
import {
  ArchitectureError,
  buildNetwork,
  countLayers,
  type Network,
} from '../../../src/architecture/network';
import { LIMITS } from '../../../src/architecture/limits';
import { PRESETS, findPreset } from '../../../src/architecture/presets';
import { pick, random, whole } from './random';

function architecture(table: BlockTable, changes: Partial<Architecture> = {}): Architecture {
  return { name: 'test', inputShape: [32, 32, 3], classes: 10, table, ...DEFAULTS, ...changes };
}

const network = (table: BlockTable, changes: Partial<Architecture> = {}): Network =>
  buildNetwork(architecture(table, changes));
const names = ({ layers }: Network): string[] => layers.map(({ name }) => name);

function layer<K extends LayerKind>(net: Network, name: string, kind: K): Extract<Layer, { kind: K }> {
  const found = net.layers.find((one) => one.name === name);
  if (found?.kind !== kind) throw new Error(`${name} is ${found?.kind ?? 'missing'}, not ${kind}`);
  return found as Extract<Layer, { kind: K }>;
}

const BASIC: BlockTable = [
  [
    1,
    [
      [64, 3],
      [64, 3],
    ],
  ],
  [
    2,
    [
      [128, 3],
      [128, 3],
    ],
  ],
];

describe('the layers', () => {
  it('are the main path, then the projection, then the sum', () => {
    expect(names(network(BASIC))).toEqual([
      'input',
      'stem/conv',
      'stem/bn',
      'stem/relu',
      'stem/pool',
      'stage1/block1/conv1',
      'stage1/block1/bn1',
      'stage1/block1/relu1',
      'stage1/block1/conv2',
      'stage1/block1/bn2',
      'stage1/block1/add',
      'stage1/block1/relu',
      'stage2/block1/conv1',
      'stage2/block1/bn1',
      'stage2/block1/relu1',
      'stage2/block1/conv2',
      'stage2/block1/bn2',
      'stage2/block1/shortcut/conv',
      'stage2/block1/shortcut/bn',
      'stage2/block1/add',
      'stage2/block1/relu',
      'stage2/block2/conv1',
      'stage2/block2/bn1',
      'stage2/block2/relu1',
      'stage2/block2/conv2',
      'stage2/block2/bn2',
      'stage2/block2/add',
      'stage2/block2/relu',
      'pool',
      'dense',
    ]);
  });

  it('of the plain net have no sum, and the activation follows the last batch normalisation', () => {
    const net = network(BASIC, { shortcut: 'none' });
    expect(net.layers.filter(({ kind }) => kind === 'add')).toEqual([]);
    expect(layer(net, 'stage2/block1/relu', 'relu').inputs).toEqual(['stage2/block1/bn2']);
  });

  it('of option A subsample and pad, where the shape changes only', () => {
    const net = network(BASIC, { shortcut: 'identity' });
    expect(net.layers.filter(({ kind }) => kind === 'shortcut-a')).toEqual([
      {
        kind: 'shortcut-a',
        name: 'stage2/block1/shortcut',
        inputs: ['stage1/block1/relu'],
        inputShape: [8, 8, 64],
        outputShape: [4, 4, 128],
        stride: 2,
        padBefore: 32,
        padAfter: 32,
        stage: 2,
        block: 1,
      },
    ]);
    expect(layer(net, 'stage2/block1/add', 'add').inputs).toEqual([
      'stage2/block1/bn2',
      'stage2/block1/shortcut',
    ]);
    expect(layer(net, 'stage2/block2/add', 'add').inputs).toEqual([
      'stage2/block2/bn2',
      'stage2/block1/relu',
    ]);
  });

  it('of option C project in every block', () => {
    const net = network(BASIC, { shortcut: 'projection-all' });
    expect(net.stages.flatMap(({ blocks }) => blocks.map(({ shortcut }) => shortcut))).toEqual([
      'projection',
      'projection',
      'projection',
    ]);
    expect(layer(net, 'stage2/block1/shortcut/conv', 'conv').stride).toBe(2);
    expect(layer(net, 'stage2/block2/shortcut/conv', 'conv').stride).toBe(1);
    expect(layer(net, 'stage2/block2/add', 'add').inputs).toEqual([
      'stage2/block2/bn2',
      'stage2/block2/shortcut/bn',
    ]);
  });

  it('put the odd channel of zeros of option A behind', () => {
    const net = network([[1, [[69, 3]]]], { shortcut: 'identity' });
    expect(layer(net, 'stage1/block1/shortcut', 'shortcut-a')).toMatchObject({
      stride: 1,
      padBefore: 2,
      padAfter: 3,
      outputShape: [8, 8, 69],
    });
  });

  it('subsample without padding where only the stride asks for it', () => {
    const net = network(
      [
        [1, [[64, 3]]],
        [1, [[64, 3]]],
      ],
      { shortcut: 'identity' },
    );
    expect(layer(net, 'stage2/block1/shortcut', 'shortcut-a')).toMatchObject({
      stride: 2,
      padBefore: 0,
      padAfter: 0,
    });
  });

  it('project in the first stage of ResNet-50, at stride 1, because its channels change', () => {
    const net = buildNetwork(findPreset('resnet50')!.architecture);
    expect(layer(net, 'stage1/block1/shortcut/conv', 'conv')).toMatchObject({
      inputs: ['stem/pool'],
      filters: 256,
      kernel: [1, 1],
      stride: 1,
      padding: 'valid',
      inputShape: [8, 8, 64],
      outputShape: [8, 8, 256],
      fanIn: 64,
    });
    expect(names(net)).not.toContain('stage1/block2/shortcut/conv');
  });

  it('of the pool may be absent', () => {
    const net = network(BASIC, { stem: { filters: 16, kernel: 3, stride: 1, pool: false } });
    expect(names(net)).not.toContain('stem/pool');
    expect(layer(net, 'stage1/block1/conv1', 'conv')).toMatchObject({
      inputs: ['stem/relu'],
      inputShape: [32, 32, 16],
    });
  });

  it('stand in blocks and stages', () => {
    const net = network(BASIC);
    expect(net.stages.map(({ name, inputShape, outputShape }) => [name, inputShape, outputShape])).toEqual([
      ['stage1', [8, 8, 64], [8, 8, 64]],
      ['stage2', [8, 8, 64], [4, 4, 128]],
    ]);
    expect(net.stages[1]!.blocks[0]).toEqual({
      name: 'stage2/block1',
      stage: 2,
      block: 1,
      stride: 2,
      shortcut: 'projection',
      inputShape: [8, 8, 64],
      outputShape: [4, 4, 128],
      layers: names(net).filter((name) => name.startsWith('stage2/block1/')),
    });
    expect(layer(net, 'stage2/block1/shortcut/bn', 'bn')).toMatchObject({ stage: 2, block: 1 });
    expect(layer(net, 'stem/conv', 'conv').stage).toBeUndefined();
    expect(layer(net, 'dense', 'dense').stage).toBeUndefined();
  });
});

describe('the stride', () => {
  const strides = (table: BlockTable, strideOn: Architecture['strideOn'], stage = 2): number[] =>
    network(table, { strideOn })
      .layers.filter(({ name }) => name.startsWith(`stage${stage}/block1/conv`))
      .map((one) => (one.kind === 'conv' ? one.stride : 0));
  const stage = (convolutions: BlockTable[number][1]): BlockTable => [
    [1, convolutions],
    [2, convolutions],
  ];

  it.each([
    [
      'first',
      [
        [8, 1],
        [8, 3],
        [32, 1],
      ],
      [2, 1, 1],
    ],
    [
      '3x3',
      [
        [8, 1],
        [8, 3],
        [32, 1],
      ],
      [1, 2, 1],
    ],
    [
      '3x3',
      [
        [8, 3],
        [8, 3],
      ],
      [2, 1],
    ],
    [
      '3x3',
      [
        [8, 1],
        [8, 1],
      ],
      [2, 1],
    ],
    [
      '3x3',
      [
        [8, 1],
        [8, [1, 3]],
        [8, [3, 1]],
      ],
      [1, 2, 1],
    ],
    [
      '3x3',
      [
        [8, 1],
        [8, 5],
      ],
      [1, 2],
    ],
  ] as const)('on %s of %j', (strideOn, convolutions, expected) => {
    expect(
      strides(stage(convolutions.map(([filters, kernel]) => [filters, kernel as number])), strideOn),
    ).toEqual(expected);
  });

  it('is 1 in the first stage and in later blocks', () => {
    expect(strides(BASIC, 'first', 1)).toEqual([1, 1]);
    expect(network(BASIC).stages[1]!.blocks.map(({ stride }) => stride)).toEqual([2, 1]);
  });
});

describe('the conventions', () => {
  it('reach every convolution, projections included', () => {
    const net = network(BASIC, { bias: false });
    const convolutions = net.layers.flatMap((one) => (one.kind === 'conv' ? [one] : []));
    expect(convolutions.map(({ bias }) => bias)).toEqual(convolutions.map(() => false));
    expect(convolutions).toHaveLength(8);
  });

  it('reach every batch normalisation', () => {
    const net = network(BASIC, { bnMomentum: 0.5, bnEpsilon: 0.125 });
    const all = net.layers.flatMap((one) => (one.kind === 'bn' ? [one] : []));
    expect(all.map(({ momentum, epsilon, gammaInit }) => [momentum, epsilon, gammaInit])).toEqual(
      all.map(() => [0.5, 0.125, 1]),
    );
  });

  it('start the last gamma of each main path at zero, and no other', () => {
    const net = network(BASIC, { zeroInitLastGamma: true });
    const zero = net.layers.filter((one) => one.kind === 'bn' && one.gammaInit === 0).map(({ name }) => name);
    expect(zero).toEqual(['stage1/block1/bn2', 'stage2/block1/bn2', 'stage2/block2/bn2']);
  });

  it("pad all but 1x1 convolutions with 'same'", () => {
    const net = network(
      [
        [
          1,
          [
            [8, 1],
            [8, [1, 3]],
            [8, [3, 1]],
            [8, 2],
          ],
        ],
      ],
      { shortcut: 'none' },
    );
    const paddings = net.layers.flatMap((one) => (one.kind === 'conv' ? [[one.kernel, one.padding]] : []));
    expect(paddings).toEqual([
      [[7, 7], 'same'],
      [[1, 1], 'valid'],
      [[1, 3], 'same'],
      [[3, 1], 'same'],
      [[2, 2], 'same'],
    ]);
  });

  it('give each convolution its fan-in', () => {
    const net = network([
      [
        1,
        [
          [8, [1, 3]],
          [16, 5],
        ],
      ],
    ]);
    expect(layer(net, 'stem/conv', 'conv').fanIn).toBe(7 * 7 * 3);
    expect(layer(net, 'stage1/block1/conv1', 'conv').fanIn).toBe(1 * 3 * 64);
    expect(layer(net, 'stage1/block1/conv2', 'conv').fanIn).toBe(5 * 5 * 8);
    expect(layer(net, 'dense', 'dense').fanIn).toBe(16);
  });
});

describe('the shapes', () => {
  it('of odd images are rounded up at each stride', () => {
    const net = network(
      [
        [1, [[8, 3]]],
        [1, [[8, 3]]],
        [1, [[8, 1]]],
      ],
      { inputShape: [33, 31, 1] },
    );
    const shapes = [
      'stem/conv',
      'stem/pool',
      'stage1/block1/relu',
      'stage2/block1/relu',
      'stage3/block1/relu',
      'pool',
    ];
    expect(shapes.map((name) => net.layers.find((one) => one.name === name)!.outputShape)).toEqual([
      [17, 16, 64],
      [9, 8, 64],
      [9, 8, 8],
      [5, 4, 8],
      [3, 2, 8],
      [8],
    ]);
  });

  it('never fall below one pixel', () => {
    const deep: BlockTable = Array.from({ length: 12 }, () => [1, [[4, 3]]]);
    for (const shortcut of ['projection', 'identity', 'projection-all', 'none'] as const) {
      const net = network(deep, {
        inputShape: [1, 5, 1],
        shortcut,
        stem: { filters: 4, kernel: 7, stride: 3, pool: true },
      });
      expect(net.stages[11]!.outputShape).toEqual([1, 1, 4]);
    }
  });
});

describe('the variables', () => {
  it('stand in the order of the layers, kernel, bias, gamma, beta, moving mean, moving variance', () => {
    const net = network(
      [
        [1, [[8, [1, 3]]]],
        [1, [[8, 3]]],
      ],
      { stem: { filters: 4, kernel: 3, stride: 1, pool: false } },
    );
    expect(
      net.layers.flatMap(layerVariables).map(({ name, shape, trainable }) => [name, shape, trainable]),
    ).toEqual([
      ['stem/conv/kernel', [3, 3, 3, 4], true],
      ['stem/conv/bias', [4], true],
      ['stem/bn/gamma', [4], true],
      ['stem/bn/beta', [4], true],
      ['stem/bn/movingMean', [4], false],
      ['stem/bn/movingVariance', [4], false],
      ...['conv1', 'bn1', 'shortcut/conv', 'shortcut/bn'].flatMap((name) =>
        block('stage1/block1', name, [1, 3], 4),
      ),
      ...['conv1', 'bn1', 'shortcut/conv', 'shortcut/bn'].flatMap((name) =>
        block('stage2/block1', name, [3, 3], 8),
      ),
      ['dense/kernel', [8, 10], true],
      ['dense/bias', [10], true],
    ]);
  });

  function block(place: string, name: string, kernel: number[], channels: number): unknown[] {
    if (name.includes('bn')) {
      return [
        [`${place}/${name}/gamma`, [8], true],
        [`${place}/${name}/beta`, [8], true],
        [`${place}/${name}/movingMean`, [8], false],
        [`${place}/${name}/movingVariance`, [8], false],
      ];
    }
    const size = name.startsWith('shortcut') ? [1, 1] : kernel;
    return [
      [`${place}/${name}/kernel`, [...size, channels, 8], true],
      [`${place}/${name}/bias`, [8], true],
    ];
  }

  it('have no bias where convolutions have none', () => {
    const roles = network(BASIC, { bias: false })
      .layers.flatMap(layerVariables)
      .filter(({ role }) => role === 'bias');
    expect(roles.map(({ name }) => name)).toEqual(['dense/bias']);
  });
});

describe('an architecture that gives no network', () => {
  it('throws its problems', () => {
    const shrinking = architecture([[1, [[32, 3]]]], { shortcut: 'identity' });
    expect(() => buildNetwork(shrinking)).toThrow(ArchitectureError);
    expect(() => buildNetwork(shrinking)).toThrow(
      'stage 1, block 1: an identity shortcut cannot reduce 64 channels to 32; give its last convolution at least 64 filters or choose the shortcut "projection"',
    );
  });

  it('is refused where its multiplications can no longer be counted exactly', () => {
    const changes = {
      inputShape: [4096, 4096, 3],
      stem: { filters: 127, kernel: 1, stride: 1, pool: false },
    };
    expect(() => network([[1, [[127, 255]]]], changes as Partial<Architecture>)).toThrow(
      'table: the network needs more than 9 quadrillion multiplications for one image; make it smaller',
    );
  });

  it('is refused before it is built where a count slipped', () => {
    expect(() => network([[1e9, [[64, 3]]]])).toThrow(
      'table: gives 4,000,000,007 layers, at most 5,000 are allowed',
    );
  });

  it('is refused for its projections too: 1,200 stages', () => {
    const stages = Array.from({ length: 1200 }, (): BlockTable[number] => [1, [[8, 3]]]);
    // Convolution, normalisation, activation and sum of each block; a projection of two layers but in the first.
    const message = 'table: gives 7,204 layers, at most 5,000 are allowed';
    expect(() => network(stages, { stem: { filters: 8, kernel: 3, stride: 1, pool: false } })).toThrow(
      message,
    );
    const parsed = parseArchitecture({ name: 'x', inputShape: [32, 32, 3], classes: 10, table: stages });
    expect(parsed.ok ? [] : parsed.problems.map((problem) => formatProblem(problem))).toEqual([
      'table: gives 7,207 layers, at most 5,000 are allowed',
    ]);
    expect(network(stages, { shortcut: 'none' }).layers).toHaveLength(3607);
  });
});

describe('the count of layers', () => {
  it('is that of the network that is built, whatever the shortcut', () => {
    const next = random(12);
    for (const shortcut of Object.keys(CONVENTIONS.shortcut.choices) as Shortcut[]) {
      for (let round = 0; round < 60; round++) {
        let filters = whole(next, 1, 4);
        const stem = { filters, kernel: 3, stride: 1, pool: next() < 0.5 };
        const table = Array.from({ length: whole(next, 1, 5) }, (): BlockTable[number] => {
          // Never fewer than below: an identity shortcut could not drop them.
          filters += whole(next, 0, 2);
          return [whole(next, 1, 3), Array.from({ length: whole(next, 1, 3) }, () => [filters, 3])];
        });
        const made = architecture(table, { shortcut, stem });
        expect(countLayers(made)).toBe(buildNetwork(made).layers.length);
      }
    }
  });

  it('is that of every preset, none of which is near the limit', () => {
    for (const { architecture: made } of PRESETS) {
      expect(countLayers(made)).toBe(buildNetwork(made).layers.length);
    }
  });

  it("leaves room for ResNet-1202, the paper's deepest", () => {
    const blocks = (filters: number): BlockTable[number] => [
      200,
      [
        [filters, 3],
        [filters, 3],
      ],
    ];
    const made = architecture([blocks(16), blocks(32), blocks(64)], {
      stem: { filters: 16, kernel: 3, stride: 1, pool: false },
      shortcut: 'projection-all',
    });
    expect(countLayers({ ...made, shortcut: 'identity' })).toBe(4208);
    expect(countLayers(made)).toBeGreaterThan(LIMITS.layers);
  });
});

describe('every network', () => {
  /** A random architecture of moderate size. */
  function made(next: () => number): Architecture {
    const kernel = () =>
      next() < 0.6 ? pick(next, [1, 2, 3, 5]) : ([whole(next, 1, 4), whole(next, 1, 4)] as [number, number]);
    const parsed = parseArchitecture({
      name: 'random',
      inputShape: [whole(next, 1, 70), whole(next, 1, 70), whole(next, 1, 4)],
      classes: whole(next, 2, 20),
      stem: { filters: whole(next, 1, 12), kernel: kernel(), stride: whole(next, 1, 3), pool: next() < 0.5 },
      table: Array.from({ length: whole(next, 1, 5) }, () => [
        whole(next, 1, 3),
        Array.from({ length: whole(next, 1, 4) }, () => [whole(next, 1, 24), kernel()]),
      ]),
      shortcut: pick(next, ['projection', 'projection-all', 'none', 'projection']),
      strideOn: pick(next, ['first', '3x3']),
      bias: next() < 0.5,
      zeroInitLastGamma: next() < 0.5,
    });
    if (!parsed.ok) throw new Error(formatProblem(parsed.problems[0]!));
    return parsed.value;
  }

  it('holds together, for random architectures', () => {
    const next = random(11);
    for (let round = 0; round < 200; round++) {
      const net = buildNetwork(made(next));
      const before = new Map<string, Layer>();
      for (const one of net.layers) {
        const inputs = one.inputs.map((name) => before.get(name));
        // Every input stands before, under a name that no other layer has, with the shape that is taken.
        expect(inputs).not.toContain(undefined);
        expect(before.has(one.name)).toBe(false);
        for (const input of inputs) expect(input!.outputShape).toEqual(one.inputShape);
        if (one.kind === 'conv') {
          const [height, width, channels] = one.inputShape;
          const [outHeight, outWidth, filters] = one.outputShape;
          expect([outHeight, outWidth, filters]).toEqual([
            Math.ceil(height / one.stride),
            Math.ceil(width / one.stride),
            one.filters,
          ]);
          expect(one.fanIn).toBe(one.kernel[0] * one.kernel[1] * channels);
        } else if (one.kind === 'add') {
          expect(inputs).toHaveLength(2);
        }
        before.set(one.name, one);
      }
      const taken = new Set(net.layers.flatMap(({ inputs }) => inputs));
      expect(names(net).filter((name) => !taken.has(name))).toEqual(['dense']);
    }
  });
});
