import { describe, expect, it } from 'vitest';
import { adviseOn, type Advice } from '../../../src/architecture/advice';
import type { Architecture, TableStage } from '../../../src/architecture/architecture';
import { buildNetwork } from '../../../src/architecture/network';
import { findPreset, PRESETS } from '../../../src/architecture/presets';
import { random } from './random';
import { randomArchitecture } from './random-architecture';

const advice = (architecture: Architecture): Advice[] => adviseOn(buildNetwork(architecture));
const of = (id: string, changes: Partial<Architecture> = {}): Advice[] =>
  advice({ ...findPreset(id)!.architecture, ...changes });
const ids = (list: Advice[]): string[] => list.map(({ id }) => id);

describe('advice', () => {
  it('is no warning to any preset', () => {
    for (const { architecture } of PRESETS) {
      expect(advice(architecture).filter(({ kind }) => kind === 'warning')).toEqual([]);
    }
  });

  it('warns of a stage that begins with a single pixel, and drops the pooling where that helps', () => {
    const [found] = of('resnet18', { inputShape: [16, 16, 3] });
    expect(found).toMatchObject({
      id: 'small-map',
      path: ['table', 3],
      sentence: 'Stage 4 begins with maps of 1×1: nothing is left for its kernels to look at but padding.',
      mend: { label: 'Drop the max pooling', architecture: { stem: { stride: 2, pool: false } } },
    });
  });

  it('takes a small stem where that is not enough, and none where nothing is', () => {
    expect(of('resnet18', { inputShape: [8, 8, 3] })[0]?.mend?.label).toBe(
      'Use a 3×3 stem with stride 1 and no pooling',
    );
    expect(of('resnet18', { inputShape: [2, 2, 3] })[0]?.mend).toBeNull();
  });

  it('warns of images that the stem sees beyond', () => {
    const found = of('resnet18', { inputShape: [10, 40, 3], table: [[1, [[8, 3]]]] });
    expect(found.find(({ id }) => id === 'small-input')?.sentence).toBe(
      'The stem looks at 11×11 pixels at once, and images have 10×40: most of what it sees is padding.',
    );
  });

  it('warns of a bottleneck that is wider than what leaves it', () => {
    const wide: Architecture['table'] = [
      [
        1,
        [
          [64, 1],
          [256, 3],
          [64, 1],
        ],
      ],
      [
        1,
        [
          [64, 1],
          [64, 3],
          [256, 1],
        ],
      ],
    ];
    expect(of('resnet50-torchvision', { table: wide }).map(({ id, path }) => [id, path])).toEqual([
      ['wide-bottleneck', ['table', 0]],
    ]);
  });

  it('warns of a plain net that is deep', () => {
    expect(ids(of('resnet20', { shortcut: 'none' }))).toEqual([]);
    const [found] = of('resnet32', { shortcut: 'none' });
    expect(found?.sentence).toBe(
      '32 layers without a shortcut learn worse than fewer would (He et al. 2015, figure 1).',
    );
    expect(found?.mend?.architecture.shortcut).toBe('projection');
  });

  it('offers no mend that gives a network beyond the limits', () => {
    const wide: TableStage = [
      1,
      [
        [64, 3],
        [64, 3],
      ],
    ];
    const table: Architecture['table'] = Array.from({ length: 8 }, () => wide);
    const stem = { filters: 256, kernel: 7, stride: 64, pool: true };
    const [small] = of('resnet18', { inputShape: [4096, 4096, 3], stem, table });
    expect([small?.id, small?.mend]).toEqual(['small-map', null]);
    const [plain] = of('resnet18', { shortcut: 'none', table: [[1600, [[64, 3]]]] });
    expect([plain?.id, plain?.mend]).toEqual(['no-shortcut', null]);
  });

  it('notes how long statistics keep their start', () => {
    expect(of('resnet20', { bnMomentum: 0.99 })[0]).toMatchObject({ kind: 'note' });
    expect(of('resnet20', { bnMomentum: 0.99 })[0]?.sentence).toContain(
      'keeps 37 % of its initial statistics',
    );
    expect(ids(of('resnet20', { bnMomentum: 0.97 }))).toEqual([]);
  });

  it('is content with what it mends, in 500 random networks', () => {
    const next = random(5);
    let mended = 0;
    for (let trial = 0; trial < 500; trial++) {
      for (const { id, mend } of advice(randomArchitecture(next))) {
        if (!mend) continue;
        mended++;
        expect(ids(advice(mend.architecture))).not.toContain(id);
      }
    }
    expect(mended).toBeGreaterThan(100);
  });
});
