import { expect, it } from 'vitest';
import { isOptimizerSlot, shapesOf, valuesOf } from '../../../src/shared/checkpoint-content';

const VARIABLES = [
  { name: 'stem/conv/kernel', shape: [1, 1, 2, 3] },
  { name: 'stem/norm/gamma', shape: [3] },
];

it('gives the names of an engine the shapes of their variables, and slots those of theirs', () => {
  const names = [
    'stem/conv/kernel',
    'stem/norm/gamma',
    'optimizer/stem/conv/kernel/m',
    'optimizer/stem/norm/gamma/velocity',
  ];
  expect(shapesOf(VARIABLES, names).map(({ name, shape }) => [name, shape])).toEqual([
    ['stem/conv/kernel', [1, 1, 2, 3]],
    ['stem/norm/gamma', [3]],
    ['optimizer/stem/conv/kernel/m', [1, 1, 2, 3]],
    ['optimizer/stem/norm/gamma/velocity', [3]],
  ]);
});

it('gives the values of tensors by their names', () => {
  const values = new Float32Array(3);
  expect(valuesOf([{ name: 'stem/norm/gamma', shape: [3], values }])).toEqual(
    new Map([['stem/norm/gamma', values]]),
  );
});

it.each(['other', 'optimizer/other/m', 'optimizer/m'])('knows no shape for %s', (name) => {
  expect(() => shapesOf(VARIABLES, [name])).toThrow(name);
});

it('tells slots from variables', () => {
  expect(isOptimizerSlot('optimizer/stem/conv/kernel/m')).toBe(true);
  expect(isOptimizerSlot('stem/conv/kernel')).toBe(false);
});
