import { describe, expect, it } from 'vitest';
import { layerVariables, outputSize, parameterCounts, samePadding } from '../../../src/architecture/layers';
import { buildNetwork } from '../../../src/architecture/network';
import { PRESETS } from '../../../src/architecture/presets';

describe('maps', () => {
  it.each([
    [32, 3, 2, 'same', 16],
    [31, 3, 2, 'same', 16],
    [33, 7, 2, 'same', 17],
    [1, 3, 2, 'same', 1],
    [32, 1, 2, 'valid', 16],
    [31, 1, 2, 'valid', 16],
    [2, 1, 3, 'valid', 1],
  ] as const)('of %i with kernel %i, stride %i, %s are %i', (size, kernel, stride, padding, expected) => {
    expect(outputSize(size, kernel, stride, padding)).toBe(expected);
  });

  it.each([
    [32, 3, 1, [1, 1]],
    [32, 3, 2, [0, 1]],
    [31, 3, 2, [1, 1]],
    [32, 7, 2, [2, 3]],
    [1, 3, 2, [1, 1]],
    [32, 2, 1, [0, 1]],
    [32, 1, 2, [0, 0]],
    [4, 1, 4, [0, 0]],
  ] as const)(
    "of %i with kernel %i, stride %i are padded by %j with 'same'",
    (size, kernel, stride, expected) => {
      expect(samePadding(size, kernel, stride)).toEqual(expected);
    },
  );
});

describe('parameters', () => {
  it.each([true, false])('are counted as the variables have elements, with biases: %s', (bias) => {
    for (const { architecture } of PRESETS) {
      for (const layer of buildNetwork({ ...architecture, bias }).layers) {
        const sizes = layerVariables(layer).map(({ shape, trainable }) => ({
          elements: shape.reduce((product, side) => product * side, 1),
          trainable,
        }));
        const sum = (of: typeof sizes): number => of.reduce((total, { elements }) => total + elements, 0);
        expect(parameterCounts(layer)).toEqual({
          params: sum(sizes),
          trainable: sum(sizes.filter(({ trainable }) => trainable)),
        });
      }
    }
  });
});
