import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../../../src/architecture/presets';
import { networkFacts } from '../../../../../src/renderer/features/runs/network-facts';
import { typedNameProblem } from '../../../../../src/renderer/features/runs/typed-name';

const { architecture } = findPreset('resnet18')!;

describe('networkFacts', () => {
  it('has network and size of an architecture', () => {
    const facts = networkFacts(architecture);
    expect(facts.problem).toBeNull();
    expect(facts.network?.layers.length).toBeGreaterThan(18);
    expect(facts.summary?.totalParams).toBeGreaterThan(1e7);
  });

  it('says why there is none', () => {
    expect(networkFacts(null).problem).toBe('This architecture no longer exists; choose another one.');
    const wrong = networkFacts({ ...architecture, stem: { ...architecture.stem, kernel: 10_000 } });
    expect(wrong).toEqual({
      network: null,
      summary: null,
      problem: expect.stringMatching(/kernel|stem/i) as string,
    });
  });
});

describe('typedNameProblem', () => {
  it.each([
    ['', undefined],
    ['  ', undefined],
    ['mine', undefined],
    ['a\u0007b', /^The name must not hold control characters/],
    ['x'.repeat(201), /^The name must have at most 200 characters, got 201\.$/],
  ])('%j', (name, problem) => {
    if (problem) expect(typedNameProblem(name)).toMatch(problem);
    else expect(typedNameProblem(name)).toBeUndefined();
  });
});
