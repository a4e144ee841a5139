import { describe, expect, it } from 'vitest';
import { fuzzyScore, wordsOf } from '../../../../src/renderer/ui/fuzzy';

const score = (query: string, text: string, also = ''): number =>
  fuzzyScore(wordsOf(query), text.toLowerCase(), also.toLowerCase());

describe('fuzzyScore', () => {
  it('finds words in any order, in part, and by letters in their order', () => {
    for (const query of ['new run', 'run new', 'ru', 'NEW', 'nrun', 'ew']) {
      expect(score(query, 'New run'), query).toBeGreaterThan(0);
    }
    expect(score('res50', 'ResNet-50')).toBeGreaterThan(0);
  });

  it('finds nothing where one word is missing, or letters stand about by chance', () => {
    expect(score('new model', 'New run')).toBe(0);
    expect(score('nur', 'New run')).toBe(0);
    expect(score('nw', 'naturally wide networks of old')).toBe(0);
    expect(score('axe', 'A long sentence in which x is far from e')).toBe(0);
  });

  it('ranks whole words above beginnings above parts above letters', () => {
    const scores = ['run', 'runs of today', 'overrun', 'r-u-n'].map((text) => score('run', text));
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(new Set(scores).size).toBe(4);
  });

  it('takes a number for itself rather than for a part of another', () => {
    expect(score('18', 'ResNet-18')).toBeGreaterThan(score('18', 'ResNet-118'));
    expect(score('18', 'resnet18')).toBeGreaterThan(score('18', 'run of 2018'));
  });

  it('counts what stands beside the title half', () => {
    expect(score('shapes', 'one', 'Shapes')).toBeGreaterThan(0);
    expect(score('shapes', 'shapes')).toBeGreaterThan(score('shapes', 'one', 'shapes'));
  });
});
