import { expect, it } from 'vitest';
import { convolutions } from '../../../src/architecture/convolutions';
import { buildNetwork } from '../../../src/architecture/network';
import { findPreset } from '../../../src/architecture/presets';

it('gives each different convolution once, with the layers that it stands for', () => {
  const network = buildNetwork(findPreset('resnet18')!.architecture);
  const found = [...convolutions(network)].map(([key, { layers }]) => [key, layers.map(({ name }) => name)]);
  const convs = network.layers.filter(({ kind }) => kind === 'conv').map(({ name }) => name);
  expect(found.flatMap(([, layers]) => layers).sort()).toEqual([...convs].sort());
  expect(new Set(found.map(([key]) => key)).size).toBe(found.length);
  expect(found.slice(0, 2)).toEqual([
    ['32x32x3-7x7/2-same-16x16x64', ['stem/conv']],
    [
      '8x8x64-3x3/1-same-8x8x64',
      ['stage1/block1/conv1', 'stage1/block1/conv2', 'stage1/block2/conv1', 'stage1/block2/conv2'],
    ],
  ]);
});
