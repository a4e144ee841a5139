import { describe, expect, it } from 'vitest';
import { BLOG_RECIPE, SHORT_FORM, type Variant } from '../../../../src/shared/blog/experiment';
import { estimateOf } from '../../../../src/shared/blog/estimate';
import { DATASETS } from '../../../../src/shared/datasets';
import type { Recipe } from '../../../../src/shared/recipe';
import type { Run } from '../../../../src/shared/run';
import { sampleRun } from '../../renderer/features/runs/sample';
import { blogRun } from './sample';

const { trainCount, evalCount } = DATASETS.cifar10;
const HERE = { cpu: 'A processor', threads: 2 };

const run = (variant: Variant, recipe: Partial<Recipe>, over: Partial<Run>): Run =>
  blogRun(variant, over, recipe);
const whole = (variant: Variant, seconds: number, id = 1): Run =>
  run(variant, {}, { id, step: 7820, epoch: 10, seconds });

describe('the time that the experiment will take', () => {
  it('is that of a run which has done the same here', () => {
    expect(estimateOf('plain', BLOG_RECIPE, [whole('plain', 900)], HERE)).toMatchObject({
      seconds: expect.closeTo(900, 6) as number,
      by: { id: 1, name: 'The blog’s ResNet-18, plain' },
    });
  });

  it('counts images, of training three times as much as of validation', () => {
    const short = run('plain', SHORT_FORM, { step: 200, epoch: 2, seconds: 40 });
    const work = (train: number, validate: number): number => 3 * train + validate;
    const expected = (40 * work(10 * trainCount, 10 * evalCount)) / work(2 * 6400, 2 * 1000);
    expect(estimateOf('plain', BLOG_RECIPE, [short], HERE)?.seconds).toBeCloseTo(expected, 6);
  });

  it('goes by the same network before the other, then by the longer run', () => {
    const other = run('projections', { epochs: 20 }, { id: 2, step: 15_640, epoch: 20, seconds: 4000 });
    const early = run('plain', {}, { id: 3, step: 60, epoch: 0, seconds: 60 });
    expect(estimateOf('plain', BLOG_RECIPE, [other, early, whole('plain', 900)], HERE)?.by.id).toBe(1);
    const { seconds, by } = estimateOf('plain', BLOG_RECIPE, [other], HERE)!;
    expect(by.id).toBe(2);
    // A hundredth fewer MACs.
    expect(seconds).toBeGreaterThan(1900);
    expect(seconds).toBeLessThan(2000);
  });

  it.each<[string, Run[]]>([
    ['nothing was run', []],
    [
      'it ran on another machine',
      [run('plain', {}, { machine: { ...sampleRun().machine, cpu: 'Another' } })],
    ],
    ['it has only begun', [run('plain', {}, { step: 10, epoch: 0, seconds: 10 })]],
  ])('is not known where %s', (_, runs) => {
    expect(estimateOf('plain', BLOG_RECIPE, runs, HERE)).toBeNull();
  });
});
