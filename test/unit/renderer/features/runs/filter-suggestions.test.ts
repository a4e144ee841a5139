import { describe, expect, it } from 'vitest';
import { suggestionsFor } from '../../../../../src/renderer/features/runs/filter-suggestions';

const labels = (text: string): string[] => suggestionsFor(text).map(({ label }) => label);

describe('suggestions for the last term', () => {
  it.each([
    ['', []],
    ['lr', ['lr=']],
    ['op', ['optimizer=']],
    ['na', ['name:']],
    ['para', ['params>=']],
    ['star', ['start-share=', 'started>=']],
    ['-see', ['-seed=']],
    ['state=f', ['state=failed']],
    ['opt=', ['opt=adam', 'opt=sgd', 'opt=muon']],
    ['opt=sgd', []],
    ['lr=0.0', []],
    ['lr=0.001 ', []],
    ['"se', []],
  ])('%j may become %j', (text, expected) => expect(labels(text)).toEqual(expected));

  it('keeps what stands before it', () => {
    expect(suggestionsFor('run -state=fa')[0]).toEqual({
      filter: 'run -state=failed ',
      label: '-state=failed',
      hint: 'State',
    });
    expect(suggestionsFor('acc>60% batc')[0]?.filter).toBe('acc>60% batch-size=');
  });
});
