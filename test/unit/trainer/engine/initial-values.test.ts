import { describe, expect, test } from 'vitest';
import { layerVariables, type Layer } from '../../../../src/architecture/layers';
import { buildNetwork } from '../../../../src/architecture/network';
import { initialValue } from '../../../../src/trainer/engine/initial-values';
import reference from '../../../reference/initialisation.json';
import { recipe, smallArchitecture } from '../fixtures';

type Initialisation = 'glorot' | 'he' | 'dirac';

const SEED = 3;

function kernelOf(layer: Layer, initialisation: Initialisation, seed = SEED): Float32Array {
  const kernel = layerVariables(layer).find(({ role }) => role === 'kernel')!;
  return initialValue(layer, kernel, recipe({ seed, initialisation }));
}

/** A convolution of a network, with so many inputs and filters. */
function convolution(inputs: number, filters: number, kernel: 1 | 3 | 5 = 3): Layer {
  const { layers } = buildNetwork(
    smallArchitecture({
      stem: { filters: inputs, kernel: 3, stride: 1, pool: false },
      table: [[1, [[filters, kernel]]]],
    }),
  );
  return layers.find(({ name }) => name === 'stage1/block1/conv1')!;
}
const dense = buildNetwork(smallArchitecture()).layers.find(({ kind }) => kind === 'dense')!;

const deviationOf = (values: Float32Array): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

describe("He's", () => {
  test.each([1, 3, 5] as const)('is normal with the deviation of √(2 / fan in): %dx%d kernels', (side) => {
    const values = kernelOf(convolution(24, 128, side), 'he');
    const expected = Math.sqrt(2 / (24 * side * side));
    expect(deviationOf(values) / expected).toBeGreaterThan(0.95);
    expect(deviationOf(values) / expected).toBeLessThan(1.05);
    // Of a normal distribution 4.6 % are beyond two deviations, of a uniform one none.
    const far = values.filter((value) => Math.abs(value) > 2 * expected).length / values.length;
    expect(far).toBeGreaterThan(0.03);
    expect(far).toBeLessThan(0.06);
  });

  test('has the deviation of PyTorch', () => {
    for (const { inputs, filters, deviation } of reference.cases) {
      if (inputs * filters < 256) continue;
      const found = deviationOf(kernelOf(convolution(inputs, filters), 'he'));
      expect(found / deviation).toBeGreaterThan(0.95);
      expect(found / deviation).toBeLessThan(1.05);
    }
  });

  test('leaves the dense layer with Glorot’s', () => {
    for (const initialisation of ['he', 'dirac'] as const)
      expect(kernelOf(dense, initialisation)).toEqual(kernelOf(dense, 'glorot'));
  });
});

describe('Dirac', () => {
  test.each(reference.cases)(
    'puts the identity where PyTorch does: $inputs inputs, $filters filters',
    ({ inputs, filters, ones, leftAlone }) => {
      const layer = convolution(inputs, filters);
      const values = kernelOf(layer, 'dirac');
      const others = kernelOf(layer, 'he');
      const expected = others.map((value, index) => (leftAlone.includes(index % filters) ? value : 0));
      for (const [filter, input, row, column] of ones as [number, number, number, number][])
        expected[((row * 3 + column) * inputs + input) * filters + filter] = 1;
      expect(values).toEqual(expected);
    },
  );

  test('is for 3x3 kernels: others are as He has them', () => {
    for (const side of [1, 5] as const) {
      const layer = convolution(4, 6, side);
      expect(kernelOf(layer, 'dirac')).toEqual(kernelOf(layer, 'he'));
    }
  });

  test('passes the images on through the centre, whatever the seed', () => {
    const layer = convolution(4, 4);
    expect(kernelOf(layer, 'dirac', 1)).toEqual(kernelOf(layer, 'dirac', 2));
    expect(kernelOf(layer, 'he', 1)).not.toEqual(kernelOf(layer, 'he', 2));
  });
});

test('Glorot’s are the bits that earlier runs began with', () => {
  const values = kernelOf(convolution(4, 6), 'glorot', 1);
  expect([...values.subarray(0, 4)]).toEqual([
    -0.18375103175640106, -0.02915392816066742, -0.1877085268497467, -0.09636642783880234,
  ]);
});
