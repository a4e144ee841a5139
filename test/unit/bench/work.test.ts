import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import { findPreset } from '../../../src/architecture/presets';
import { summarize } from '../../../src/architecture/summary';
import { keptElements } from '../../../src/architecture/training-memory';
import { convMacs, stepBytes, stepWork, type Convolution } from '../../bench/work';

const network = (preset: string) => buildNetwork(findPreset(preset)!.architecture);
const gflop = (value: number) => Math.round(value / 1e8) / 10;

describe('the work of a training step', () => {
  // Figures that were counted independently of this code, GFLOP for 64 images.
  for (const [preset, all, inside] of [
    ['resnet18', 13.9, 8.0],
    ['resnet50', 29.9, 22.9],
    ['resnet18-cifar', 213.1, 184.8],
  ] as const) {
    it(`of ${preset} is ${all} GFLOP, ${inside} without taps on padding`, () => {
      const work = stepWork(network(preset), 64);
      expect([gflop(work.flops), gflop(work.flopsInside)]).toEqual([all, inside]);
    });
  }

  it('is three forward passes but for the first convolution, which has two', () => {
    const net = network('resnet18');
    const { macs, layers } = summarize(net);
    const first = layers.find(({ macs }) => macs > 0)!.macs;
    expect(stepWork(net, 1).flops).toBe(2 * (3 * macs - first));
  });

  it('grows with the batch', () => {
    const net = network('resnet50');
    expect(stepWork(net, 128).flops).toBe(2 * stepWork(net, 64).flops);
  });
});

describe('the fewest products known', () => {
  const square = (side: number, kernel: number, stride: number, filters = 8): Convolution => ({
    inputShape: [side, side, 8],
    outputShape: [side / stride, side / stride, filters],
    kernel: [kernel, kernel],
    stride,
    padding: kernel === 1 ? 'valid' : 'same',
  });

  it('are a quarter of all taps for 3x3 kernels at stride 1 on maps that tiles of 4x4 fill', () => {
    for (const side of [4, 8, 32]) {
      const { all, least } = convMacs(square(side, 3, 1));
      expect(least / all).toBe(1 / 4);
    }
  });

  it('are those of the taps that meet a pixel where a tile has more', () => {
    // Nine pixels of a tile of 4x4 outputs of the 16 it computes: 36 products; 2 + 3 + 2 taps along a side: 49.
    expect(convMacs(square(3, 3, 1)).least / 64).toBe(36);
    // One tile of 2x2, or 2 + 2 taps along a side.
    expect(convMacs(square(2, 3, 1)).least / 64).toBe(16);
    expect(convMacs(square(1, 3, 1)).least / 64).toBe(1);
  });

  it('are those of the taps that meet a pixel for other kernels and strides', () => {
    for (const layer of [
      square(8, 1, 1),
      square(8, 1, 2),
      square(8, 3, 2),
      square(8, 5, 1),
      square(8, 7, 2),
    ]) {
      const { inside, least } = convMacs(layer);
      expect(least).toBe(inside);
    }
  });
});

describe('the bytes that a step moves', () => {
  it('are those of activations, which grow with the batch, and of variables, which do not', () => {
    const net = network('resnet20');
    const [one, two, three] = [1, 2, 3].map((batch) => stepBytes(net, batch));
    expect(three! - two!).toBe(two! - one!);
    const { trainableParams, nonTrainableParams } = summarize(net);
    const variables = one! - (two! - one!);
    expect(variables).toBe(4 * (10 * trainableParams + 2 * nonTrainableParams));
  });

  it('count four passes over each activation that must be kept, and two over the image', () => {
    const net = network('resnet20');
    const image = 32 * 32 * 3 * 4;
    expect(stepBytes(net, 2) - stepBytes(net, 1)).toBe(4 * (4 * keptElements(net) - image) + 2 * image);
  });
});
