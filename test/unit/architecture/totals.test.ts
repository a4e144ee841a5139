import { describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../src/architecture/network';
import { findPreset } from '../../../src/architecture/presets';
import { summarize, type Summary } from '../../../src/architecture/summary';
import { totalDifferences, totalsSentence } from '../../../src/architecture/totals';

const summaryOf = (preset: string): Summary => summarize(buildNetwork(findPreset(preset)!.architecture));
const TERMS = { batch: 128, slots: 2 };

describe('the totals of two networks', () => {
  it('are said for both, with what the second has more', () => {
    expect(totalDifferences(summaryOf('resnet20'), summaryOf('resnet32'), TERMS)).toEqual([
      { field: 'Parameters', before: '271,098', after: '466,426', change: '+195 k (+72 %)', sign: 1 },
      { field: 'MACs per image', before: '40.6 M', after: '68.9 M', change: '+28.3 M (+70 %)', sign: 1 },
      { field: 'Layers', before: '71', after: '113', change: '+42 (+59 %)', sign: 1 },
      {
        field: 'Weights on disk',
        before: '1.03 MiB',
        after: '1.78 MiB',
        change: '+763 KiB (+72 %)',
        sign: 1,
      },
      { field: 'Training memory', before: '190 MiB', after: '305 MiB', change: '+115 MiB (+61 %)', sign: 1 },
    ]);
  });

  it('say so where nothing differs', () => {
    const same = totalDifferences(summaryOf('resnet20'), summaryOf('resnet20'), TERMS);
    expect(same.every(({ change, sign }) => change === 'the same' && sign === 0)).toBe(true);
    expect(totalsSentence(summaryOf('resnet20'), summaryOf('resnet20'))).toBe(
      'Parameters: the same; MACs per image: the same',
    );
  });

  it('are many times as much, or less', () => {
    const [first] = totalDifferences(summaryOf('resnet20'), summaryOf('resnet18'), TERMS);
    expect(first).toMatchObject({ change: '+10.9 M (× 41)' });
    const [less] = totalDifferences(summaryOf('resnet18'), summaryOf('resnet20'), TERMS);
    expect(less).toMatchObject({ change: '-10.9 M (-98 %)', sign: -1 });
  });
});
