import { expect, it } from 'vitest';
import { convolutions } from '../../../../src/architecture/convolutions';
import { buildNetwork } from '../../../../src/architecture/network';
import { PLAIN_TABLE } from '../../../../src/cli/format/table';
import { planTable } from '../../../../src/cli/format/plan';
import type { PlanChoice, PlanTimings } from '../../../../src/shared/plan';
import { tinyArchitecture } from '../../main/fixtures';

const architecture = tinyArchitecture({ table: [[2, [[4, 3]]]] });
const [stem, block] = [...convolutions(buildNetwork(architecture)).keys()] as [string, string];
const plan = {
  [stem]: { forward: 'im2col', inputGradient: 'native', filterGradient: 'taps' },
  [block]: { forward: 'native', inputGradient: 'mirrored', filterGradient: 'native' },
};
const timings: PlanTimings = {
  [stem]: {
    forward: { native: 12.34, im2col: 5.678 },
    inputGradient: { native: 1 },
    filterGradient: { native: 3, taps: 0.5 },
  },
  [block]: {
    forward: { native: 1, im2col: 2 },
    inputGradient: { native: 2, mirrored: 1 },
    filterGradient: { native: 0 },
  },
};
const choice: PlanChoice = { timings, rejected: [], replaced: [], spent: { checking: 0, measuring: 0 } };

it('shows each different convolution with what its lowerings took', () => {
  expect(planTable(architecture, plan, choice, PLAIN_TABLE).join('\n')).toMatchInlineSnapshot(`
    "How convolutions and normalisations are computed, in milliseconds as measured one by one (in brackets: TensorFlow's own op, native; a normalisation with its gradient):
    Layers                  Shape                       Forward             Input gradient        Filter gradient
    ──────────────────────  ──────────────────────────  ──────────────────  ────────────────────  ────────────────
    stem/conv               32x32x3-3x3/2-same-16x16x4  im2col 5.68 (12.3)  -                     taps 0.50 (3.00)
    stage1/block1/conv1 ×2  8x8x4-3x3/1-same-8x8x4      native 1.00         mirrored 1.00 (2.00)  native
    Evaluated plain, layer by layer."
  `);
});

it('names what is not used because it is wrong here', () => {
  const rejected = [
    { shape: block, direction: 'filterGradient', lowering: 'native', reason: 'it gives wrong values' },
  ] as const;
  const lines = planTable(architecture, plan, { ...choice, rejected: [...rejected] }, PLAIN_TABLE);
  expect(lines.slice(-2)).toEqual([
    'Not used on this machine:',
    `  native for the filter gradient of ${block} (it gives wrong values)`,
  ]);
});

it('shows names alone where nothing was measured', () => {
  expect(planTable(architecture, plan, null, PLAIN_TABLE).join('\n')).toMatchInlineSnapshot(`
    "How convolutions and normalisations are computed:
    Layers                  Shape                       Forward  Input gradient  Filter gradient
    ──────────────────────  ──────────────────────────  ───────  ──────────────  ───────────────
    stem/conv               32x32x3-3x3/2-same-16x16x4  im2col   -               taps
    stage1/block1/conv1 ×2  8x8x4-3x3/1-same-8x8x4      native   mirrored        native
    Evaluated plain, layer by layer."
  `);
});

it('says how the network is evaluated, and in what time', () => {
  const way = { forward: 'folded', inputGradient: 'folded', filterGradient: 'folded' };
  const times = { forward: { plain: 12.34, folded: 8 }, inputGradient: {}, filterGradient: {} };
  const lines = planTable(
    architecture,
    { ...plan, evaluation: way },
    { ...choice, timings: { ...timings, evaluation: times } },
    PLAIN_TABLE,
  );
  expect(lines[lines.length - 1]).toBe(
    'Evaluated with batch normalisations folded into the convolutions before them: 8.0 ms in place of 12.3.',
  );
});
