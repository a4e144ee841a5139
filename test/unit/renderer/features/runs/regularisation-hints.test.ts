import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../../../../../src/renderer/features/runs/recipe-form';
import { regularisationHints } from '../../../../../src/renderer/features/runs/regularisation-hints';
import { DEFAULT_RECIPE, type Recipe } from '../../../../../src/shared/recipe';

const hints = (changes: Partial<Recipe>, l2: number) => {
  const recipe = { ...DEFAULT_RECIPE, ...changes };
  return regularisationHints(fieldsOf(recipe), recipe, { l2 });
};

describe('below the fields of regularisation', () => {
  it('stands where an empty L2 comes from', () => {
    expect(hints({}, 1e-4)).toEqual({ l2: 'From the architecture: L2 1e-4' });
    expect(hints({}, 0)).toEqual({ l2: 'From the architecture: no L2' });
  });

  it('stands what another value is elsewhere, and what it replaces', () => {
    expect(hints({ l2: 5e-5 }, 1e-4)).toEqual({
      regularisation: 'L2 5e-5 stands in the place of the architecture’s L2 1e-4.',
      l2: "Half of PyTorch's weight decay; empty: L2 1e-4, the architecture’s",
    });
    expect(hints({ l2: 5e-5 }, 0).regularisation).toBeUndefined();
  });

  it('stands nothing of what is half typed, or of no architecture', () => {
    expect(regularisationHints({ l2: 'x' }, null, { l2: 1e-4 }).regularisation).toBeUndefined();
    expect(regularisationHints({ l2: '' }, DEFAULT_RECIPE, null)).toEqual({});
  });
});
