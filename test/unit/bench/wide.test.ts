import { expect, it } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import { WIDE } from '../../bench/wide';

it('the wide network has the 16 convolutions that its name counts, on maps of 64, 128 and 256 channels', () => {
  const { layers } = buildNetwork(WIDE.architecture);
  // 6·2 in blocks, the stem, three projections.
  expect(layers.filter(({ kind }) => kind === 'conv')).toHaveLength(16);
  const ends = [1, 2, 3].map((stage) => layers.filter((layer) => layer.stage === stage).at(-1)!.outputShape);
  expect(ends).toEqual([
    [32, 32, 64],
    [16, 16, 128],
    [8, 8, 256],
  ]);
});
