import { expect, it } from 'vitest';
import { isOptimizerSlot, tensorsOf, valuesOf } from '../../../src/shared/checkpoint-content';

const VARIABLES = [
  { name: 'stem/conv/kernel', shape: [1, 1, 2, 3] },
  { name: 'stem/norm/gamma', shape: [3] },
];

it('gives the values of an engine the shapes of their variables, and slots those of theirs', () => {
  const values = new Map([
    ['stem/conv/kernel', new Float32Array(6)],
    ['stem/norm/gamma', new Float32Array(3)],
    ['optimizer/stem/conv/kernel/m', new Float32Array(6)],
    ['optimizer/stem/norm/gamma/velocity', new Float32Array(3)],
  ]);
  const tensors = tensorsOf(VARIABLES, values);
  expect(tensors.map(({ name, shape }) => [name, shape])).toEqual([
    ['stem/conv/kernel', [1, 1, 2, 3]],
    ['stem/norm/gamma', [3]],
    ['optimizer/stem/conv/kernel/m', [1, 1, 2, 3]],
    ['optimizer/stem/norm/gamma/velocity', [3]],
  ]);
  expect(tensors[0]!.values).toBe(values.get('stem/conv/kernel'));
  expect(valuesOf(tensors)).toEqual(values);
});

it.each(['other', 'optimizer/other/m', 'optimizer/m'])('knows no shape for %s', (name) => {
  expect(() => tensorsOf(VARIABLES, new Map([[name, new Float32Array(1)]]))).toThrow(name);
});

it('tells slots from variables', () => {
  expect(isOptimizerSlot('optimizer/stem/conv/kernel/m')).toBe(true);
  expect(isOptimizerSlot('stem/conv/kernel')).toBe(false);
});
