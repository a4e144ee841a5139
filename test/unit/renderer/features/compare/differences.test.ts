import { describe, expect, it } from 'vitest';
import { findPreset } from '../../../../../src/architecture/presets';
import { comparedRows, stageRows } from '../../../../../src/renderer/features/compare/differences';
import { BLOG_RECIPE } from '../../../../../src/shared/blog/experiment';
import { sampleEpoch, sampleRun } from '../runs/sample';

const one = sampleRun({ id: 1 });
const two = sampleRun({
  id: 2,
  architecture: findPreset('resnet50')!.architecture,
  recipe: { ...BLOG_RECIPE, seed: 2 },
  best: { valAccuracy: 0.8, epoch: 4 },
  last: sampleEpoch(10, 0.6),
});

describe('comparedRows', () => {
  it('marks the fields that differ, and no others', () => {
    const differing = comparedRows([one, two]).filter((row) => row.differs);
    expect(differing.map(({ group, field }) => `${group}: ${field}`)).toEqual([
      'Architecture: Name',
      'Architecture: Block table',
      'Architecture: Stage 1',
      'Architecture: Stage 2',
      'Architecture: Stage 3',
      'Architecture: Stage 4',
      'Recipe: Random seed',
    ]);
    expect(differing.at(-1)!.values).toEqual(['1', '2']);
  });

  it('finds no difference between a run and itself', () => {
    expect(comparedRows([one, { ...one, id: 3, name: 'again' }]).some((row) => row.differs)).toBe(false);
  });

  it('has nothing to say of no runs', () => {
    expect(comparedRows([])).toEqual([]);
  });
});

describe('stageRows', () => {
  it('say what each stage gives, has and costs', () => {
    const rows = stageRows(two);
    expect(rows.map(({ field }) => field)).toEqual(['Stage 1', 'Stage 2', 'Stage 3', 'Stage 4']);
    // The blog's ResNet-50: 8x8 maps after the stem, halved from stage to stage, 4 times as many filters at the end.
    expect(rows[0]!.value).toMatch(/^3 blocks, 8 × 8 × 256; /);
    expect(rows[3]!.value).toMatch(/^3 blocks, 1 × 1 × 2048; .* parameters, .*MAC/);
  });

  it('leave the stages of all networks to be found beside one another', () => {
    const small = sampleRun({ id: 3, architecture: findPreset('resnet20')!.architecture });
    const row = comparedRows([small, two]).find(({ field }) => field === 'Stage 4')!;
    expect(row.values[0]).toBe('–');
    expect(row.values[1]).toContain('blocks');
  });

  it('are none of what is not known', () => {
    expect(stageRows({ architecture: null })).toEqual([]);
  });
});
