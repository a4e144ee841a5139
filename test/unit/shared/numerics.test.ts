import { describe, expect, it } from 'vitest';
import { describeKernels, kernelChange, restoreNumerics, type Numerics } from '../../../src/shared/numerics';

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

describe('kernels of our own that a plan was chosen with', () => {
  const kernels = { version: '1.0123456789ab', instructions: 'avx512' };

  it.each([null, undefined])("are nobody's question where they are not known (%s)", (before) => {
    expect(kernelChange(before, null, 'they are off')).toBeNull();
  });

  it('need not be asked about where they are here', () => {
    expect(kernelChange(kernels, { ...kernels }, null)).toBeNull();
  });

  it('are asked about where there are none, with the reason', () => {
    expect(kernelChange(kernels, null, 'RESBENCH_KERNELS is off')).toEqual({
      question:
        "Its plan computes with Resbench's own kernels (version 1.0123456789ab, avx512), and there are none here " +
        "(RESBENCH_KERNELS is off): with TensorFlow's its numbers agree with what they would have been to rounding, but not " +
        'bit for bit.',
      otherwise:
        "Computed from here on with TensorFlow's kernels instead of Resbench's own of version 1.0123456789ab, avx512: the " +
        'numbers agree to rounding, but not bit for bit.',
    });
  });

  it.each([{ version: '2.0123456789ab' }, { instructions: 'avx2' }])(
    'are asked about where they differ by %j',
    (by) => {
      const here = { ...kernels, ...by };
      expect(kernelChange(kernels, here, null)!.question).toContain(
        `here they are of version ${here.version}, ${here.instructions}`,
      );
    },
  );
});
