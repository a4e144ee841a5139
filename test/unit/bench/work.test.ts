import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import { findPreset } from '../../../src/architecture/presets';
import { summarize } from '../../../src/architecture/summary';
import { stepWork } from '../../bench/work';

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
