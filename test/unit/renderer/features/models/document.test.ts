import { describe, expect, it } from 'vitest';
import { formatArchitecture } from '../../../../../src/architecture/text/architecture';
import { conventionRows } from '../../../../../src/architecture/conventions';
import { PRESETS } from '../../../../../src/architecture/presets';
import { formatProblem } from '../../../../../src/architecture/problem';
import type { Edit } from '../../../../../src/renderer/features/models/document';
import {
  conventionRowHelp,
  editOf,
  evaluate,
  freeName,
  isFieldProblem,
  isOfConvention,
  renamed,
  sameArchitecture,
  withoutJson,
} from '../../../../../src/renderer/features/models/document';

const resnet18 = PRESETS.find(({ id }) => id === 'resnet18')!.architecture;
const edit = editOf(resnet18);
const withFields = (fields: Partial<Edit['fields']>): Edit => ({
  ...edit,
  fields: { ...edit.fields, ...fields },
});
const messages = (of: Edit): string[] => evaluate(of).problems.map((problem) => formatProblem(problem));

describe('the texts of an architecture', () => {
  it.each(PRESETS.map(({ id, architecture }) => [id, architecture] as const))(
    'give %s back unchanged',
    (_id, architecture) => {
      expect(evaluate(editOf(architecture))).toMatchObject({ architecture, problems: [] });
    },
  );
});

describe('a form field', () => {
  it.each<[string, Partial<Edit['fields']>, unknown]>([
    ['a rectangular kernel', { stemKernel: '3x5' }, { stem: { kernel: [3, 5] } }],
    ['a kernel in brackets', { stemKernel: '(1, 7)' }, { stem: { kernel: [1, 7] } }],
    ['a square kernel written out', { stemKernel: '5×5' }, { stem: { kernel: 5 } }],
    ['a number in scientific notation', { l2: '2.5e-4' }, { l2: 0.00025 }],
    ['spaces around a number', { classes: ' 100 ' }, { classes: 100 }],
  ])('reads %s', (_what, fields, expected) => {
    expect(evaluate(withFields(fields)).architecture).toMatchObject(expected as object);
  });

  it.each<[Partial<Edit['fields']>, string]>([
    [{ classes: 'ten' }, 'classes: must be a whole number, got "ten"'],
    [{ classes: '' }, 'classes: must be a whole number, got ""'],
    [{ classes: '0x10' }, 'classes: must be a whole number, got "0x10"'],
    [{ stemStride: '0' }, 'stem: stride must be at least 1, got 0'],
    [{ height: '32.5' }, 'inputShape: height must be a whole number, got 32.5'],
    [
      { bnMomentum: '0,9' },
      'bnMomentum: must be a number from 0 to below 1, got "0,9"; write 0.9 with a decimal point',
    ],
    [{ bnEpsilon: '0' }, 'bnEpsilon: must be a number above 0 and at most 1, got 0'],
  ])('with %o says what is wrong', (fields, sentence) => {
    const { architecture, problems } = evaluate(withFields(fields));
    expect(architecture).toBeNull();
    expect(problems.map((problem) => formatProblem(problem))).toEqual([sentence]);
    expect(problems.every(isFieldProblem)).toBe(true);
  });
});

describe('a problem of the stem', () => {
  const [filters] = evaluate(withFields({ stemFilters: '0' })).problems;
  const stem = { path: ['stem'], sentence: 'is too large' };

  it('belongs to the convention that is wrong, and as a whole to the first', () => {
    expect(filters && isOfConvention(filters, 'stemFilters')).toBe(true);
    expect(filters && isOfConvention(filters, 'stemPool')).toBe(false);
    expect([isOfConvention(stem, 'stemFilters'), isOfConvention(stem, 'stemPool')]).toEqual([true, false]);
    expect(isOfConvention({ path: ['l2'], sentence: 'is wrong' }, 'l2')).toBe(true);
  });
});

it('the help of a choice is that of what is chosen', () => {
  const row = conventionRows('blocks').find(({ keys }) => keys[0] === 'shortcut')!;
  expect(conventionRowHelp(row, edit.fields)).toMatch(/^A 1×1 convolution where stride or channels change/);
  expect(conventionRowHelp(row, { ...edit.fields, shortcut: 'none' })).toMatch(/^No shortcut at all/);
});

describe('the block table', () => {
  it('has its mistakes reported together with those of the fields', () => {
    const wrong = { ...withFields({ classes: '1' }), tableText: '[[2, [[64, 3x]]]]' };
    expect(messages(wrong)).toEqual([
      expect.stringMatching(/^line 1, column 12: .*3x/),
      'classes: must be at least 2, got 1',
    ]);
  });

  it('is the chosen one of several in the text', () => {
    const text = 'a = [[1, [[8, 3]]]]\nb = [[2, [[16, 3]]]]';
    const second = evaluate({ ...edit, tableText: text, tableIndex: 1 });
    expect(second.tables.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(second.architecture?.table).toEqual([[2, [[16, 3]]]]);
  });

  it('is the last one where the chosen one was removed from the text', () => {
    expect(evaluate({ ...edit, tableText: '[[1, [[8, 3]]]]', tableIndex: 4 }).architecture?.table).toEqual([
      [1, [[8, 3]]],
    ]);
  });

  it('reports what only the network shows, as a mistake of the text', () => {
    const narrowing = {
      ...withFields({ shortcut: 'identity' }),
      tableText: '[[1, [[64, 3]]], [1, [[32, 3]]]]',
    };
    const { problems } = evaluate(narrowing);
    expect(problems.map(({ path }) => path)).toEqual([['table', 1, 'block', 0]]);
    expect(messages(narrowing)).toEqual([expect.stringMatching(/^stage 2, block 1: an identity shortcut/)]);
    expect(problems.some(isFieldProblem)).toBe(false);
  });
});

describe('the JSON text', () => {
  const json = formatArchitecture({ ...resnet18, classes: 100 });

  it('counts while it is there', () => {
    expect(evaluate({ ...edit, json }).architecture?.classes).toBe(100);
  });

  it('has its mistakes reported with their place', () => {
    const [problem] = evaluate({ ...edit, json: json.replace('100', '"many"') }).problems;
    expect(problem).toMatchObject({ path: ['classes'], at: { line: 4, column: 14, length: 6 } });
  });

  it('goes over into the fields, and a table that says the same keeps its own text', () => {
    const typed = { ...edit, tableText: `# mine\n${edit.tableText}`, json };
    const closed = withoutJson(typed, evaluate(typed).architecture!);
    expect(closed).toMatchObject({ json: null, tableText: typed.tableText, fields: { classes: '100' } });
  });

  it('replaces the text of a table that says something else', () => {
    const other = formatArchitecture({ ...resnet18, table: [[1, [[8, 3]]]] });
    const closed = withoutJson({ ...edit, json: other }, evaluate({ ...edit, json: other }).architecture!);
    expect(closed.tableText).toBe('[\n  [1, [[8, 3]]]\n]');
  });

  it('with a mistake survives a new name', () => {
    const broken = { ...edit, json: '{' };
    expect(renamed(broken, 'other')).toEqual({ ...broken, name: 'other' });
  });

  it('without a mistake takes a new name', () => {
    expect(evaluate(renamed({ ...edit, json }, 'other')).architecture).toMatchObject({
      name: 'other',
      classes: 100,
    });
  });
});

it('tells architectures apart by any field, whatever the order of the fields', () => {
  const reordered = Object.fromEntries(Object.entries(resnet18).reverse()) as unknown as typeof resnet18;
  expect(sameArchitecture(resnet18, reordered)).toBe(true);
  expect(sameArchitecture(resnet18, { ...resnet18, bias: false })).toBe(false);
});

it.each([
  ['a', [], 'a'],
  ['a copy', ['A copy'], 'a copy 2'],
  ['a copy', ['a copy', 'a copy 2'], 'a copy 3'],
  ['a (edited)', ['a (edited)'], 'a (edited 2)'],
])('finds a free name for %s beside %o', (wanted, taken, name) => {
  expect(freeName(wanted, taken)).toBe(name);
});
