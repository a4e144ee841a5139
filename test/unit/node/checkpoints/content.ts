/** A small checkpoint of any step, the same in every process. */
import { DEFAULTS } from '../../../../src/architecture/conventions';
import type { CheckpointContent, Tensor, TrainingState } from '../../../../src/shared/checkpoint-content';
import { DEFAULT_RECIPE } from '../../../../src/shared/recipe';

/** Of a write, so that the small checkpoint takes several. */
export const SMALL_CHUNK = 768;

export function content(step: number, change: Partial<TrainingState> = {}): CheckpointContent {
  return {
    architecture: {
      ...DEFAULTS,
      name: 'tiny ☃',
      inputShape: [32, 32, 3],
      classes: 10,
      table: [[1, [[4, 3]]]],
    },
    recipe: DEFAULT_RECIPE,
    state: {
      step,
      epoch: 3,
      position: 640,
      // No binary fraction: must come back to the last bit.
      sums: { loss: 0.1 * step, crossEntropy: 1 / 3, correct: 17 },
      epochSeconds: 12.34,
      optimizerSteps: step,
      seed: 4294967295,
      schedule: {},
      best: { epoch: 2, valAccuracy: 0.7 },
      plan: { '3x3': { forward: 'direct', inputGradient: 'direct', filterGradient: 'im2col' } },
      dataset: { id: 'shapes', sha256: 'd'.repeat(64), trainCount: 10000, evalCount: 2000 },
      versions: { resbench: '0.1.0', tensorflow: '2.21.0', electron: null, node: '16.17.1' },
      threads: 2,
      ...change,
    },
    tensors: tensors(step),
  };
}

function tensors(step: number): Tensor[] {
  const tensor = (name: string, shape: number[]): Tensor => {
    const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
    return { name, shape, values: values.map((_, index) => Math.sin(step + index) / 3) };
  };
  const variables = [
    tensor('stem/conv/kernel', [3, 3, 3, 8]),
    tensor('stem/norm/gamma', [8]),
    tensor('stem/norm/movingMean', [8]),
    tensor('stage1/block1/conv1/kernel', [3, 3, 8, 4]),
    tensor('head/dense/kernel', [4, 10]),
  ];
  return [
    ...variables,
    ...variables.flatMap(({ name, shape }) =>
      ['m', 'v'].map((slot) => tensor(`optimizer/${name}/${slot}`, [...shape])),
    ),
  ];
}

export const shapesOf = ({ tensors }: CheckpointContent): { name: string; shape: readonly number[] }[] =>
  tensors.map(({ name, shape }) => ({ name, shape }));
