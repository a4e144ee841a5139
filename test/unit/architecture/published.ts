/**
 * Figures that others published about these networks. Tests hold the summaries against them, and the documentation
 * quotes them.
 */

export interface PublishedParameters {
  preset: string;
  /** `trainable`: without the moving statistics of batch normalisation; `total`: with them. */
  counted: 'trainable' | 'total';
  parameters: number;
  source: string;
}

const TORCHVISION = 'torchvision.models, num_params';
const KERAS = 'keras.applications.resnet, model.summary()';
const KUANGLIU = 'kuangliu/pytorch-cifar, models/resnet.py, 3x3 stem, 10 classes';

/** Exact parameter counts. */
export const PUBLISHED_PARAMETERS: readonly PublishedParameters[] = [
  { preset: 'resnet18-torchvision', counted: 'trainable', parameters: 11_689_512, source: TORCHVISION },
  { preset: 'resnet34-torchvision', counted: 'trainable', parameters: 21_797_672, source: TORCHVISION },
  { preset: 'resnet50-torchvision', counted: 'trainable', parameters: 25_557_032, source: TORCHVISION },
  { preset: 'resnet101-torchvision', counted: 'trainable', parameters: 44_549_160, source: TORCHVISION },
  { preset: 'resnet152-torchvision', counted: 'trainable', parameters: 60_192_808, source: TORCHVISION },
  { preset: 'resnet50-keras', counted: 'total', parameters: 25_636_712, source: KERAS },
  { preset: 'resnet101-keras', counted: 'total', parameters: 44_707_176, source: KERAS },
  { preset: 'resnet152-keras', counted: 'total', parameters: 60_419_944, source: KERAS },
  { preset: 'resnet18-cifar', counted: 'trainable', parameters: 11_173_962, source: KUANGLIU },
  { preset: 'resnet34-cifar', counted: 'trainable', parameters: 21_282_122, source: KUANGLIU },
  { preset: 'resnet50-cifar', counted: 'trainable', parameters: 23_520_842, source: KUANGLIU },
  { preset: 'resnet101-cifar', counted: 'trainable', parameters: 42_512_970, source: KUANGLIU },
  { preset: 'resnet152-cifar', counted: 'trainable', parameters: 58_156_618, source: KUANGLIU },
];

/** The blog's ResNet-18 (32x32x3, 10 classes, convolution biases), as its `model.summary()` prints it: no shortcuts. */
export const BLOG_RESNET18_PLAIN = {
  totalParams: 11_019_530,
  trainableParams: 11_011_722,
  nonTrainableParams: 7_808,
};
/** The same with its projections, all parameters. */
export const BLOG_RESNET18_TOTAL = 11_196_042;

export interface PublishedMacs {
  preset: string;
  /** Billions of multiply-accumulates for one image of 224x224. */
  gmacs: number;
}

/** torchvision's networks (v1.5: stride on the 3x3), to two decimals. Source: torchvision.models, `_ops`. */
export const PUBLISHED_GMACS_V15: readonly PublishedMacs[] = [
  { preset: 'resnet18-torchvision', gmacs: 1.81 },
  { preset: 'resnet34-torchvision', gmacs: 3.66 },
  { preset: 'resnet50-torchvision', gmacs: 4.09 },
  { preset: 'resnet101-torchvision', gmacs: 7.8 },
  { preset: 'resnet152-torchvision', gmacs: 11.51 },
];

/**
 * The paper's own networks (v1: stride on the first convolution), He et al. 2015, table 1, 'FLOPs (multiply-adds)'.
 * Ours are 1.814, 3.664, 3.858, 7.570 and 11.282: the paper rounds 18, 101 and 152, but not 34 and 50, where its
 * figures are the truncated ones (for 34, also the rounded 3.644 of the net with option A). All lie within 0.07.
 */
export const PUBLISHED_GMACS_V1: readonly PublishedMacs[] = [
  { preset: 'resnet18-torchvision', gmacs: 1.8 },
  { preset: 'resnet34-torchvision', gmacs: 3.6 },
  { preset: 'resnet50-torchvision', gmacs: 3.8 },
  { preset: 'resnet101-torchvision', gmacs: 7.6 },
  { preset: 'resnet152-torchvision', gmacs: 11.3 },
];

export interface PublishedMillions {
  preset: string;
  /** Millions of trainable parameters, with the digits of the source. */
  millions: string;
}

/** The paper's CIFAR nets, He et al. 2015, table 6, '# params'. */
export const PUBLISHED_CIFAR_MILLIONS: readonly PublishedMillions[] = [
  { preset: 'resnet20', millions: '0.27' },
  { preset: 'resnet32', millions: '0.46' },
  { preset: 'resnet44', millions: '0.66' },
  { preset: 'resnet56', millions: '0.85' },
  { preset: 'resnet110', millions: '1.7' },
];
