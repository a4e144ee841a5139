import { describe, expect, it } from 'vitest';
import { PRESETS } from '../../../../../src/architecture/presets';
import type { Mend, Problem } from '../../../../../src/architecture/problem';
import { editOf, evaluate, type Edit } from '../../../../../src/renderer/features/models/document';
import {
  allMended,
  certainMends,
  mendedTexts,
  mendName,
} from '../../../../../src/renderer/features/models/mending';

const withTable = (tableText: string): Edit => ({ ...editOf(PRESETS[0]!.architecture), tableText });
const mend = (label: string): Mend => ({ label, edits: [] });

it('a mend changes the text that is in front', () => {
  const insert = { label: 'Write `x`', edits: [{ from: 1, to: 2, insert: 'x' }] };
  const edit = withTable('abc');
  expect(mendedTexts(edit, insert)).toEqual({ tableText: 'axc' });
  expect(mendedTexts({ ...edit, json: '{}}' }, insert)).toEqual({ json: '{x}' });
});

it('a mend is certain where its problem has no other', () => {
  const problem = (...mends: Mend[]): Problem => ({ path: [], sentence: '', mends });
  const only = mend('one');
  expect(certainMends([problem(only), problem(mend('a'), mend('b')), { path: [], sentence: '' }])).toEqual([
    only,
  ]);
});

describe('mending all', () => {
  it('reads the text again after each, until there is nothing certain left', () => {
    const { texts, mends } = allMended(withTable('【【2，【【64，3】，【64 3】】】】'));
    expect(mends.map(({ label }) => label)).toEqual(['Write the missing comma']);
    expect(evaluate({ ...withTable(''), ...texts }).architecture?.table).toEqual([[2, [[64, 3], [64, 3]]]]); // prettier-ignore
  });

  it('leaves alone what has no mend', () => {
    const edit = withTable('[[2, [[64, 0]]]]');
    expect(allMended(edit)).toEqual({ texts: { json: null, tableText: edit.tableText }, mends: [] });
  });
});

it('a step is called by its mend, or by how many there are', () => {
  expect(mendName([mend('Write `]` for `)`')])).toBe('write `]` for `)`');
  expect(mendName([mend('a'), mend('b')])).toBe('mend 2 mistakes');
});
