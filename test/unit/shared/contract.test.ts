import { describe, expect, it } from 'vitest';
import { METHODS } from '../../../src/shared/contract';

describe('names', () => {
  const rename = (name: string) => METHODS['runs.rename'].args.safeParse({ id: 1, name }).success;

  it('are of any script', () => {
    expect(['resnet18', '残差 🙂', 'שלום', "it's <b>", 'e\u0301'].map(rename)).toEqual(Array(5).fill(true));
  });

  it.each([
    ['an escape sequence', 'a\u001b[2Jb'],
    ['a bell', 'a\u0007b'],
    ['a C1 control', 'a\u009b2Jb'],
    ['a line break', 'a\nb'],
    ['a line separator', 'a\u2028b'],
    ['a right-to-left override', 'exe\u202egpj'],
    ['an isolate', 'a\u2066b'],
    ['half a surrogate pair', 'a\ud800b'],
    ['nothing', ' '],
    ['too much', 'x'.repeat(201)],
  ])('hold no %s', (_what, name) => {
    expect(rename(name)).toBe(false);
    const start = { architecture: {}, datasetId: 'shapes', recipe: {}, name };
    if (name.trim() !== '') expect(METHODS['runs.start'].args.safeParse(start).success).toBe(false);
  });

  it('of views do not either', () => {
    const set = (view: string) => METHODS['settings.set'].args.safeParse({ view }).success;
    expect([set('/runs/3'), set('/runs/\u202e3')]).toEqual([true, false]);
  });
});
