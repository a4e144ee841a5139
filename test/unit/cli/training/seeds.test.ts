import { expect, it } from 'vitest';
import { findPreset } from '../../../../src/architecture/presets';
import { requestsOf, seedsLine } from '../../../../src/cli/training/seeds';
import { DEFAULT_RECIPE } from '../../../../src/shared/recipe';

const request = (seed: number) => ({
  name: 'x',
  architecture: findPreset('resnet20')!.architecture,
  datasetId: 'shapes' as const,
  recipe: { ...DEFAULT_RECIPE, seed },
});

it('asks for the same run with each seed, from that of the recipe on', () => {
  const requests = requestsOf(request(7), 3);
  expect(requests.map(({ recipe }) => recipe.seed)).toEqual([7, 8, 9]);
  expect(requests[2]).toEqual(request(9));
  expect(requestsOf(request(4294967295), 1)).toEqual([request(4294967295)]);
});

it('names seeds that there are not', () => {
  expect(() => requestsOf(request(4294967294), 3)).toThrow(
    '--seeds 3 from --seed 4294967294 goes beyond 4294967295: choose a smaller --seed',
  );
});

it('sums up what they came to', () => {
  expect(
    seedsLine({
      runs: [1, 2, 3],
      lastAccuracy: { mean: 0.921, deviation: 0.0018, values: [0.9195, 0.923, 0.9205] },
    }),
  ).toBe(
    '3 runs: validation accuracy after the last epoch 92.10 % (91.95 % to 92.30 %), standard deviation 0.18 points.',
  );
  expect(seedsLine({ runs: [1, 2], lastAccuracy: null })).toBe('2 runs, not all of which were validated.');
});
