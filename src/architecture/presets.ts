import type { Architecture, BlockTable, Stem } from './architecture';
import { DEFAULTS } from './conventions';
import { nearest, plainWord } from './suggest';

/** Families of presets by whose conventions they follow, in the order in which they are listed. */
export const PRESET_GROUPS = [
  'ImageNet stem',
  'CIFAR stem',
  'The paper’s CIFAR nets',
  'torchvision (ImageNet)',
  'Keras (ImageNet)',
] as const;
export type PresetGroup = (typeof PRESET_GROUPS)[number];

/** An architecture that comes with the program. */
export interface Preset {
  /** `resnet18`, `resnet50-torchvision`, … */
  id: string;
  /** `ResNet-18`, `ResNet-50, torchvision`, … */
  title: string;
  group: PresetGroup;
  /** One sentence on what is particular to it. */
  description: string;
  /** Where its conventions come from. */
  source: string;
  architecture: Architecture;
  /** Of no publication: nobody is told that something resembles it. */
  own?: true;
}

const DEPTHS = [18, 34, 50, 101, 152] as const;
type Depth = (typeof DEPTHS)[number];

/** Blocks of each stage: He et al. 2015, table 1. */
const COUNTS: Record<Depth, readonly number[]> = {
  18: [2, 2, 2, 2],
  34: [3, 4, 6, 3],
  50: [3, 4, 6, 3],
  101: [3, 4, 23, 3],
  152: [3, 8, 36, 3],
};
const WIDTHS = [64, 128, 256, 512] as const;
/** A bottleneck block's last 1x1 convolution has this many times the filters of the others. */
const EXPANSION = 4;

function hasBottlenecks(depth: Depth): boolean {
  return depth >= 50;
}

function imagenetTable(depth: Depth): BlockTable {
  return WIDTHS.map((width, index) => [
    COUNTS[depth][index]!,
    hasBottlenecks(depth)
      ? [
          [width, 1],
          [width, 3],
          [width * EXPANSION, 1],
        ]
      : [
          [width, 3],
          [width, 3],
        ],
  ]);
}

/** The stem for small images: one 3x3 convolution that keeps their size. */
function smallStem(filters: number): Stem {
  return { filters, kernel: 3, stride: 1, pool: false };
}

/** Batch normalisation as PyTorch's layers default to; its `momentum` of 0.1 is the share of the new statistic. */
const TORCH_BN = { bnMomentum: 0.9, bnEpsilon: 1e-5 } as const;
/**
 * PyTorch's weight decay w adds w·weight to the gradient; as a term l2·Σweight² of the loss that is l2 = w / 2.
 * (PyTorch also decays biases, batch normalisation and the dense layer; an architecture's L2 is one of convolution kernels.)
 */
const WEIGHT_DECAY_1E4 = 5e-5;
const WEIGHT_DECAY_5E4 = 2.5e-4;

const PAPER = 'He, Zhang, Ren, Sun: Deep Residual Learning for Image Recognition, 2015';

function seedPreset(depth: Depth): Preset {
  const blocks = hasBottlenecks(depth) ? 'bottleneck blocks (1x1, 3x3, 1x1)' : 'basic blocks (two 3x3)';
  return {
    id: `resnet${depth}`,
    title: `ResNet-${depth}`,
    group: 'ImageNet stem',
    description: `CIFAR-10 images through the ImageNet stem (7x7, stride 2, pooling), ${blocks}, projections, convolution biases, L2 1e-4.`,
    source: `${PAPER}, table 1, with the conventions of Keras' layers`,
    architecture: {
      name: `resnet${depth}`,
      inputShape: [32, 32, 3],
      classes: 10,
      table: imagenetTable(depth),
      ...DEFAULTS,
      stem: { ...DEFAULTS.stem },
    },
  };
}

/** The code of the blog's post adds input and output of each block and goes on without the sum. */
function blogPlainPreset(): Preset {
  const meant = seedPreset(18);
  const id = `${meant.id}-plain`;
  return {
    ...meant,
    id,
    title: 'ResNet-18, plain',
    description:
      'The network of which the blog prints ten epochs: its code drops the sum of each block, so that no shortcut has any effect.',
    source: 'the blog, whose code and printed summary agree',
    architecture: { ...meant.architecture, name: id, stem: { ...DEFAULTS.stem }, shortcut: 'none' },
  };
}

function torchvisionPreset(depth: Depth): Preset {
  const id = `resnet${depth}-torchvision`;
  return {
    id,
    title: `ResNet-${depth}, torchvision`,
    group: 'torchvision (ImageNet)',
    description: `ImageNet at 224x224 as in torchvision (v1.5): no convolution bias, ${hasBottlenecks(depth) ? 'stride on the 3x3, ' : ''}epsilon 1e-5, L2 equal to weight decay 1e-4.`,
    source: 'torchvision.models.resnet and its ImageNet training reference',
    architecture: {
      name: id,
      inputShape: [224, 224, 3],
      classes: 1000,
      stem: { ...DEFAULTS.stem },
      table: imagenetTable(depth),
      shortcut: 'projection',
      strideOn: '3x3',
      bias: false,
      l2: WEIGHT_DECAY_1E4,
      ...TORCH_BN,
      zeroInitLastGamma: false,
    },
  };
}

function kerasPreset(depth: 50 | 101 | 152): Preset {
  const id = `resnet${depth}-keras`;
  return {
    id,
    title: `ResNet-${depth}, Keras`,
    group: 'Keras (ImageNet)',
    description:
      'ImageNet at 224x224 as in Keras applications (v1): convolution biases, stride on the first 1x1, epsilon 1.001e-5, no L2.',
    source: 'keras.applications.resnet',
    architecture: {
      name: id,
      inputShape: [224, 224, 3],
      classes: 1000,
      stem: { ...DEFAULTS.stem },
      table: imagenetTable(depth),
      shortcut: 'projection',
      strideOn: 'first',
      bias: true,
      l2: 0,
      bnMomentum: 0.99,
      bnEpsilon: 1.001e-5,
      zeroInitLastGamma: false,
    },
  };
}

function cifarPreset(depth: Depth): Preset {
  const id = `resnet${depth}-cifar`;
  return {
    id,
    title: `ResNet-${depth}, CIFAR stem`,
    group: 'CIFAR stem',
    description:
      'CIFAR-10 images at full size: 3x3 stem with stride 1 and no pooling, no convolution bias, epsilon 1e-5, L2 equal to weight decay 5e-4.',
    source: 'kuangliu/pytorch-cifar, models/resnet.py and main.py',
    architecture: {
      name: id,
      inputShape: [32, 32, 3],
      classes: 10,
      stem: smallStem(64),
      table: imagenetTable(depth),
      shortcut: 'projection',
      strideOn: '3x3',
      bias: false,
      l2: WEIGHT_DECAY_5E4,
      ...TORCH_BN,
      zeroInitLastGamma: false,
    },
  };
}

/**
 * Few layers with many filters, on images that are halved at once: what two cores do best. As David Page's ResNet-9 for DAWNBench it
 * has three stages up to 512 filters and no more depth than accuracy needs; its blocks are those of the paper.
 */
function widePreset(): Preset {
  const id = 'resnet8-wide';
  return {
    id,
    title: 'ResNet-8, wide',
    group: 'CIFAR stem',
    description:
      'CIFAR-10 images through a 3x3 stem and pooling, one basic block each of 128, 256 and 512 filters, no convolution bias, epsilon 1e-5, no L2: a lot of accuracy for the time.',
    source: 'our own, trained by the recipe `fast`',
    own: true,
    architecture: {
      name: id,
      inputShape: [32, 32, 3],
      classes: 10,
      stem: { ...smallStem(64), pool: true },
      table: [128, 256, 512].map((width) => [
        1,
        [
          [width, 3],
          [width, 3],
        ],
      ]),
      shortcut: 'projection',
      strideOn: 'first',
      bias: false,
      l2: 0,
      ...TORCH_BN,
      zeroInitLastGamma: false,
    },
  };
}

/** 6n + 2 layers with weights: stem, three stages of n blocks of two convolutions, dense layer. */
function paperCifarPreset(depth: 20 | 32 | 44 | 56 | 110): Preset {
  const blocks = (depth - 2) / 6;
  const id = `resnet${depth}`;
  return {
    id,
    title: `ResNet-${depth}`,
    group: 'The paper’s CIFAR nets',
    description: `The paper's CIFAR net: 3x3 stem, three stages of ${blocks} blocks with 16, 32 and 64 filters, identity shortcuts (option A), no convolution bias.`,
    source: `${PAPER}, section 4.2`,
    architecture: {
      name: id,
      inputShape: [32, 32, 3],
      classes: 10,
      stem: smallStem(16),
      table: [16, 32, 64].map((width) => [
        blocks,
        [
          [width, 3],
          [width, 3],
        ],
      ]),
      shortcut: 'identity',
      strideOn: 'first',
      bias: false,
      l2: WEIGHT_DECAY_1E4,
      ...TORCH_BN,
      zeroInitLastGamma: false,
    },
  };
}

/** Every preset, the blog's conventions first. */
export const PRESETS: Preset[] = [
  ...DEPTHS.map(seedPreset),
  blogPlainPreset(),
  ...DEPTHS.map(cifarPreset),
  widePreset(),
  ...([20, 32, 44, 56, 110] as const).map(paperCifarPreset),
  ...DEPTHS.map(torchvisionPreset),
  ...([50, 101, 152] as const).map(kerasPreset),
];

const BY_NAME = new Map<string, Preset>(
  PRESETS.flatMap((preset) => {
    const names = [preset.id];
    if (preset.group === 'torchvision (ImageNet)') names.push(preset.id.replace('-torchvision', '-imagenet'));
    return names.map((name) => [plainWord(name), preset] as const);
  }),
);

/**
 * The preset of a name, whatever its case, dashes, underscores and spaces: `ResNet-18`, `resnet_18`, `resnet18`.
 * `resnet18-imagenet` is another name of `resnet18-torchvision`.
 */
export function findPreset(name: string): Preset | undefined {
  return BY_NAME.get(plainWord(name));
}

/** The id of the preset that a name was probably meant to be; undefined where none is near. */
export function suggestModelName(name: string): string | undefined {
  return (
    findPreset(name)?.id ??
    nearest(
      name,
      PRESETS.map(({ id }) => id),
    )
  );
}
