import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import { disagreements } from '../../architectures/disagreements';
import { referenceModel } from '../../architectures/reference-model';
import { survey } from '../../architectures/survey';
import { random } from './random';
import { randomArchitecture } from './random-architecture';

describe('shapes and counts of random architectures', () => {
  it('are those of the tfjs-layers models built from them, whatever their kind', () => {
    const { failure, compared, distribution } = survey({ seed: 1, count: 100 });
    expect(failure).toBeNull();
    expect(compared).toBe(100);
    expect(distribution.absent()).toEqual([]);
  });

  it('are seen to differ where one filter, one stride or one shortcut does', () => {
    const architecture = { ...randomArchitecture(random(1)), shortcut: 'projection' as const };
    const model = referenceModel(architecture);
    const against = (changes: object): string[] =>
      disagreements(buildNetwork({ ...architecture, ...changes }), model);
    expect(against({})).toEqual([]);
    const { stem } = architecture;
    expect(against({ stem: { ...stem, filters: stem.filters + 1 } })).toContainEqual(
      expect.stringMatching(/^stem\/conv, variables: .*, in tfjs-layers /),
    );
    expect(against({ stem: { ...stem, stride: stem.stride + 1 } })).toContainEqual(
      expect.stringMatching(/^stem\/conv, output: /),
    );
    expect(against({ shortcut: 'none' })).toContainEqual(
      'stage1/block1/add: only tfjs-layers has such a layer',
    );
    model.dispose();
  });
});
