import { describe, expect, it } from 'vitest';
import { endsOf } from '../../../../src/renderer/ui/name-ends';

describe('endsOf', () => {
  it.each([
    ['run 1', 'run 1', ''],
    ['ResNet-20 with sgd and cosine, seed 3', 'ResNet-20 with sgd and ', 'cosine, seed 3'],
    ['ResNet-20-with-sgd-and-cosine-seed-3', 'ResNet-20-with-sgd-and-c', 'osine-seed-3'],
    ['x'.repeat(30), 'x'.repeat(18), 'x'.repeat(12)],
  ])('%s is cut after %s', (name, start, end) => expect(endsOf(name)).toEqual([start, end]));

  it('tears no character', () => {
    const family = '👨‍👩‍👧';
    const [start, end] = endsOf(family.repeat(20));
    expect(start + end).toBe(family.repeat(20));
    expect(end).toBe(family.repeat(12));
  });
});
