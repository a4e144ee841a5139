import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../../../src/architecture/presets';
import {
  architectureRows,
  askedRows,
  detailGroups,
  recipeRows,
} from '../../../../../src/renderer/features/runs/details';
import { BLOG_RECIPE } from '../../../../../src/shared/blog/experiment';
import { sampleRun } from './sample';

describe('details of a run', () => {
  it('show every field of an architecture: two that differ anywhere look different', () => {
    const texts = PRESETS.map(({ architecture }) =>
      architectureRows(architecture)
        .filter(({ field }) => field !== 'Name')
        .map(({ value }) => value)
        .join('\n'),
    );
    const contents = PRESETS.map(({ architecture }) => JSON.stringify({ ...architecture, name: '' }));
    expect(new Set(texts).size).toBe(new Set(contents).size);
  });

  it('show momentum for SGD only', () => {
    const value = (optimizer: 'adam' | 'sgd'): string | undefined =>
      recipeRows({ recipe: { ...BLOG_RECIPE, optimizer } }).find(({ field }) => field === 'Momentum')?.value;
    expect(value('sgd')).toBe('0.9');
    expect(value('adam')).toBe('–');
  });

  it('show of a recipe what it asks for', () => {
    const shown = (changes: Partial<typeof BLOG_RECIPE>) =>
      askedRows({ recipe: { ...BLOG_RECIPE, ...changes } }).map(({ field, value }) => `${field}: ${value}`);
    expect(shown({})).toEqual([
      'Optimizer: Adam',
      'Learning rate: 0.001',
      'Regularisation: L2 in the loss',
      'L2: 1e-4',
      'Batch size: 64',
      'Epochs: 10',
      'Random seed: 1',
      'Validation split: test set',
      'Training images: all',
      'Validation images: all',
    ]);
    const usual = shown({});
    const more = {
      schedule: 'cosine',
      warmup: 'epochs',
      flip: 'random',
      crop: 4,
      dropLast: true,
      regularisation: 'both',
      weightDecay: 0.05,
    } as const;
    expect(shown(more).filter((row) => !usual.includes(row))).toEqual([
      'Optimizer: AdamW',
      'Schedule: Cosine',
      'Final share: 0',
      'Warm-up: Epochs',
      'Warm-up length: 1',
      'Weight decay: 0.05',
      'Drop last batch: on',
      'Flip: Random',
      'Crop: 4',
    ]);
  });

  it('have the same fields for every run', () => {
    const fields = (over: Parameters<typeof sampleRun>[0]): string =>
      JSON.stringify(
        Object.values(detailGroups(sampleRun(over))).map((rows) => rows.map(({ field }) => field)),
      );
    expect(
      fields({ versions: { resbench: '1', tensorflow: null, electron: null, node: '1' }, startedAt: null }),
    ).toBe(fields({ recipe: { ...BLOG_RECIPE, optimizer: 'sgd' } }));
  });
});
