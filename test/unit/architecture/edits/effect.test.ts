import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../../src/architecture/architecture';
import type { ArchitectureEdit } from '../../../../src/architecture/edits/edit';
import { describeEffect, effectOf, sizeOf } from '../../../../src/architecture/edits/effect';
import { buildNetwork } from '../../../../src/architecture/network';
import { findPreset, PRESETS } from '../../../../src/architecture/presets';
import { summarize } from '../../../../src/architecture/summary';
import { random } from '../random';
import { randomArchitecture } from '../random-architecture';

const preset = (id: string): Architecture => findPreset(id)!.architecture;
const said = (id: string, edit: ArchitectureEdit): string => describeEffect(effectOf(preset(id), edit));

it('the size without all layers is that of all layers', () => {
  const next = random(3);
  const random200 = Array.from({ length: 200 }, () => randomArchitecture(next));
  for (const architecture of [...PRESETS.map((one) => one.architecture), ...random200]) {
    const { totalParams, macs } = summarize(buildNetwork(architecture));
    expect(sizeOf(architecture)).toEqual({ params: totalParams, macs });
  }
});

describe('an effect', () => {
  // ResNet-18's projections: 64·128 + 128·256 + 256·512 weights, and bias, gamma, beta, mean and variance of each channel.
  const projections = 64 * 128 + 128 * 256 + 256 * 512 + 5 * (128 + 256 + 512);
  it('says parameters and MACs, with sign and share', () => {
    expect(projections).toBe(176_512);
    expect(said('resnet18', { kind: 'conventions', values: { shortcut: 'none' } })).toBe(
      '−176,512 parameters (−1.6 %), −393 k MACs',
    );
    expect(said('resnet18', { kind: 'conventions', values: { classes: 100 } })).toBe(
      '+46,170 parameters (+0.41 %), +46.1 k MACs',
    );
  });

  it('of MACs alone says nothing of parameters', () => {
    expect(said('resnet18', { kind: 'conventions', values: { stemPool: false } })).toMatch(
      /^\+[\d.]+ M MACs$/,
    );
  });

  it.each<ArchitectureEdit>([
    { kind: 'conventions', values: { zeroInitLastGamma: true } },
    { kind: 'conventions', values: { l2: 0 } },
    { kind: 'move-convolution', stage: 0, from: 0, to: 1 },
  ])('is none of %o', (edit) => {
    expect(said('resnet18', edit)).toBe('no change in size');
  });

  it('says why an edit is not possible', () => {
    const narrowing = { kind: 'filters', stage: 1, convolution: null, filters: 8 } as const;
    const identity = { kind: 'conventions', values: { shortcut: 'identity' } } as const;
    const architecture = { ...preset('resnet18'), table: preset('resnet18').table.slice(0, 2).reverse() };
    expect(describeEffect(effectOf(architecture, identity))).toMatch(
      /^not possible: stage 2, block 1: an identity shortcut cannot reduce 128 channels to 64/,
    );
    expect(effectOf(preset('resnet18'), narrowing).ok).toBe(true);
    expect(describeEffect(effectOf(preset('resnet18'), { kind: 'count', stage: 0, count: 4000 }))).toMatch(
      /^not possible: table: gives 28,0\d\d layers, at most 5,000 are allowed$/,
    );
  });
});
