import { expect, it } from 'vitest';
import { timeByLayer } from '../../../../../src/trainer/engine/graph/marks';

it('gives the time between two marks to the layer of the later one, whatever their order in the graph', () => {
  const spent = timeByLayer(['a', 'b', 'a', ''], [0.001, 0.003, 0.0025, 0.004]);
  // a: 0 to 1 ms and 1 to 2.5 ms; b: 2.5 to 3 ms; the end: 3 to 4 ms.
  expect(spent.get('a')).toBeCloseTo(2.5);
  expect(spent.get('b')).toBeCloseTo(0.5);
  expect(spent.get('')).toBeCloseTo(1);
  expect([...spent.values()].reduce((sum, one) => sum + one, 0)).toBeCloseTo(4);
});

it('counts nothing twice where clocks were read at the same time', () => {
  expect([...timeByLayer(['a', 'b'], [0.002, 0.002]).values()]).toEqual([2, 0]);
});
