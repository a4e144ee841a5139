import { describe, expect, it } from 'vitest';
import { ratePicture } from '../../../../../src/renderer/features/runs/rate-picture';
import { DEFAULT_RECIPE, type Recipe } from '../../../../../src/shared/recipe';
import { Schedule } from '../../../../../src/shared/schedule';

const schedule = new Schedule(6400, 64, 10);
const pictureOf = (changes: Partial<Recipe>, after?: number) =>
  ratePicture({ ...DEFAULT_RECIPE, ...changes }, schedule, after);

describe('the picture of a learning rate', () => {
  it('falls in steps where the rate does', () => {
    const { path, top, ticks } = pictureOf({ schedule: 'multi-step', milestones: [5], decayFactor: 0.5 });
    expect(path).toMatch(/^M0 0H/);
    expect(path).toContain('H500V50');
    expect(path).toMatch(/H1000V50$/);
    expect(top).toBe('0.001');
    expect(ticks.map(({ label }) => label)).toEqual(['0', '2', '4', '6', '8', '10']);
    expect(ticks.at(-1)).toEqual({ at: 1, label: '10' });
  });

  it('begins where the run resumes', () => {
    expect(pictureOf({ schedule: 'cosine' }, 500).path).toMatch(/^M500 0H/);
  });

  it.each<[Partial<Recipe>, string]>([
    [{ schedule: 'linear', finalShare: 0.5 }, 'Starts at 0.001, ends at 5e-4.'],
    [
      { schedule: 'constant', warmup: 'epochs', warmupLength: 1 },
      'Starts at 9.9e-6, is largest (0.001) after 1 epoch, ends at 0.001.',
    ],
    [
      { schedule: 'plateau' },
      'Starts at 0.001, and is multiplied by 0.1 after each 3 epochs without a better validation loss.',
    ],
    [
      { schedule: 'plateau', plateauMetric: 'val-accuracy', plateauPatience: 1, minimumRate: 1e-5 },
      'Starts at 0.001, and is multiplied by 0.1 after each 1 epoch without a better validation accuracy, down to 1e-5.',
    ],
  ])('%j in words', (changes, words) => expect(pictureOf(changes).words).toBe(words));
});
