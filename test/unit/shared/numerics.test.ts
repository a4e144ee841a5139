import { describe, expect, it } from 'vitest';
import { describeKernels, restoreNumerics, type Numerics } from '../../../src/shared/numerics';

const here: Numerics = {
  processor: 'This processor',
  instructions: ['avx', 'avx2', 'avx512f'],
  oneDnn: '1',
  maxInstructions: null,
};

describe('a run that is computed as before', () => {
  it('has nothing to say on the same machine in the same environment', () => {
    expect(restoreNumerics(here, here, false)).toEqual({
      env: { TF_ENABLE_ONEDNN_OPTS: '1', ONEDNN_MAX_CPU_ISA: null },
      notices: [],
    });
  });

  it('gets the variables that it had, and says so', () => {
    expect(restoreNumerics({ ...here, oneDnn: '0', maxInstructions: 'AVX2' }, here, false)).toEqual({
      env: { TF_ENABLE_ONEDNN_OPTS: '0', ONEDNN_MAX_CPU_ISA: 'AVX2' },
      notices: [
        expect.stringMatching(/^This run was computed with TF_ENABLE_ONEDNN_OPTS=0 and is again/),
        expect.stringMatching(/^This run was computed with ONEDNN_MAX_CPU_ISA=AVX2 and is again/),
      ],
    });
    const { env, notices } = restoreNumerics(here, { ...here, maxInstructions: 'SSE41' }, false);
    expect(env.ONEDNN_MAX_CPU_ISA).toBeNull();
    expect(notices).toEqual([expect.stringMatching(/computed without ONEDNN_MAX_CPU_ISA and is again/)]);
  });

  it('says that another kind of processor cannot be had', () => {
    const before = { ...here, processor: 'Another', instructions: ['avx', 'avx2'] };
    expect(restoreNumerics(before, here, false).notices).toEqual([
      expect.stringMatching(/another kind of processor \(Another; now This processor\): from here on/),
    ]);
    // Two models with the same instruction sets compute with the same kernels.
    expect(restoreNumerics({ ...before, instructions: here.instructions }, here, false).notices).toEqual([]);
    expect(restoreNumerics({ ...before, instructions: null }, here, false).notices).toHaveLength(1);
  });

  it('does not speak of the processor where the GPU computes', () => {
    expect(
      restoreNumerics({ ...here, processor: 'Another', instructions: [], oneDnn: '0' }, here, true).notices,
    ).toEqual([]);
  });
});

it.each([
  [{}, 'oneDNN'],
  [{ maxInstructions: 'AVX2' }, 'oneDNN, held to AVX2'],
  [{ oneDnn: '0' }, 'without oneDNN'],
])('kernels of %j are %s', (changes, words) => {
  expect(describeKernels({ ...here, ...changes })).toBe(words);
});
