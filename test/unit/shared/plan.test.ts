import { expect, it } from 'vitest';
import { convolutions } from '../../../src/architecture/convolutions';
import { buildNetwork } from '../../../src/architecture/network';
import { normalisations } from '../../../src/architecture/normalisations';
import { formatLayers, missingFrom, planRows, type EnginePlan } from '../../../src/shared/plan';
import { tinyArchitecture } from '../main/fixtures';

const network = buildNetwork(tinyArchitecture({ table: [[2, [[4, 3]]]] }));
const [stem, block] = [...convolutions(network).keys()] as [string, string];
const plan: EnginePlan = {
  [stem]: { forward: 'im2col', inputGradient: 'native', filterGradient: 'taps' },
  [block]: { forward: 'native', inputGradient: 'mirrored', filterGradient: 'native' },
};

it('has a row for each different convolution; the input gradient of the first is not needed', () => {
  expect(
    planRows(network, plan).map(({ shape, layers, cells }) => [shape, formatLayers(layers), cells]),
  ).toEqual([
    [
      stem,
      'stem/conv',
      {
        forward: { lowering: 'im2col', took: null, native: null },
        inputGradient: null,
        filterGradient: { lowering: 'taps', took: null, native: null },
      },
    ],
    [
      block,
      'stage1/block1/conv1 ×2',
      {
        forward: { lowering: 'native', took: null, native: null },
        inputGradient: { lowering: 'mirrored', took: null, native: null },
        filterGradient: { lowering: 'native', took: null, native: null },
      },
    ],
  ]);
});

it("has what the lowering took beside TensorFlow's own op, and nothing where only one was possible", () => {
  const timings = {
    [block]: {
      forward: { native: 1, im2col: 2 },
      inputGradient: { native: 5, mirrored: 3 },
      filterGradient: { native: 0 },
    },
  };
  expect(planRows(network, plan, timings)[1]!.cells).toEqual({
    forward: { lowering: 'native', took: 1, native: 1 },
    inputGradient: { lowering: 'mirrored', took: 3, native: 5 },
    filterGradient: { lowering: 'native', took: null, native: null },
  });
});

it('has rows for the normalisations that a plan names, behind the convolutions', () => {
  const norms = [...normalisations(network).keys()];
  const [key] = norms as [string];
  const way = { forward: 'fused', inputGradient: 'fused', filterGradient: 'fused' };
  const timings = { [key]: { forward: { native: 4, fused: 3 }, inputGradient: {}, filterGradient: {} } };
  const rows = planRows(network, { ...plan, [key]: way }, timings);
  expect(rows.map(({ shape }) => shape)).toEqual([stem, block, key]);
  expect(rows[2]!.layers).toContain('stem/bn');
  const untimed = { lowering: 'fused', took: null, native: null };
  expect(rows[2]!.cells).toEqual({
    forward: { lowering: 'fused', took: 3, native: 4 },
    inputGradient: untimed,
    filterGradient: untimed,
  });
});

it('tells the first convolution that a plan leaves out', () => {
  expect(missingFrom(plan, network)).toBeNull();
  expect(missingFrom({ [stem]: plan[stem]! }, network)).toEqual({
    shape: block,
    layer: 'stage1/block1/conv1',
  });
});
