import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../../../src/architecture/presets';
import {
  architectureRows,
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
