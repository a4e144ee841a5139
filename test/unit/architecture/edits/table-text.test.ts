import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../../src/architecture/architecture';
import { apply } from '../../../../src/architecture/edits/apply';
import type { ArchitectureEdit } from '../../../../src/architecture/edits/edit';
import { editedTableText } from '../../../../src/architecture/edits/table-text';
import { findPreset } from '../../../../src/architecture/presets';
import { formatBlockTable, parseBlockTables } from '../../../../src/architecture/text/table';
import { random, whole } from '../random';
import { editableArchitecture, randomEdit } from './random-edits';

const { architecture: resnet18 } = findPreset('resnet18')!;

/** The text after an edit of one of its tables. */
function edited(text: string, edit: ArchitectureEdit, index = 0): string {
  const parsed = parseBlockTables(text);
  if (!parsed.ok) throw new Error('The text has a mistake.');
  const { table } = parsed.value[index]!;
  const after = apply({ ...resnet18, table }, edit).table;
  return editedTableText({ text, tables: parsed.value, index }, edit, after);
}

const BLOG = `# The network of the post
filter_list = [
    [2, [[64,(3,3)],[64,(3,3)]] ],   # 32x32
    # narrower
    [2, [[128,(3,3)],[128,(3,3)]] ], # 16x16
    [1, [[256,3], [256,3]] ],        # 8x8
]
model = build(filter_list)
`;

describe('a number', () => {
  it.each<[string, ArchitectureEdit, string, string]>([
    ['count', { kind: 'count', stage: 1, count: 12 }, '    [2, [[128', '    [12, [[128'],
    [
      'filters',
      { kind: 'filters', stage: 0, convolution: 1, filters: 96 },
      '[64,(3,3)]] ],   #',
      '[96,(3,3)]] ],   #',
    ],
    [
      'kernel written as two numbers',
      { kind: 'kernel', stage: 0, convolution: 0, kernel: 5 },
      '[[64,(3,3)]',
      '[[64,(5,5)]',
    ],
    ['kernel', { kind: 'kernel', stage: 2, convolution: 0, kernel: 5 }, '[[256,3]', '[[256,5]'],
    [
      'kernel that becomes two numbers',
      { kind: 'kernel', stage: 2, convolution: 0, kernel: [1, 3] },
      '[[256,3]',
      '[[256,[1, 3]]',
    ],
  ])('(%s) is replaced in its place', (_what, edit, old, now) => {
    expect(edited(BLOG, edit)).toBe(BLOG.replace(old, now));
  });

  it('is replaced wherever a factor reaches', () => {
    expect(edited(BLOG, { kind: 'scale', stage: null, factor: 2 })).toBe(
      BLOG.replace(/\b(64|128|256)\b/g, (filters) => String(2 * Number(filters))),
    );
  });
});

describe('a stage', () => {
  const lines = BLOG.split('\n');
  const withLines = (...order: (number | string)[]): string =>
    order.map((line) => (typeof line === 'string' ? line : lines[line])).join('\n');

  it('is removed with its comments', () => {
    expect(edited(BLOG, { kind: 'remove-stage', stage: 1 })).toBe(withLines(0, 1, 2, 5, 6, 7, 8));
  });

  it('is moved with its comments', () => {
    expect(edited(BLOG, { kind: 'move-stage', from: 1, to: 0 })).toBe(withLines(0, 1, 3, 4, 2, 5, 6, 7, 8));
  });

  it('is duplicated as it is written', () => {
    expect(edited(BLOG, { kind: 'duplicate-stage', stage: 0 })).toBe(
      withLines(0, 1, 2, '    [2, [[64,(3,3)],[64,(3,3)]] ],', 3, 4, 5, 6, 7, 8),
    );
  });

  it('is added as its neighbours are written', () => {
    const stage: Architecture['table'][number] = [
      3,
      [
        [512, 3],
        [512, 3],
      ],
    ];
    expect(edited(BLOG, { kind: 'add-stage', at: 3, stage })).toBe(
      withLines(0, 1, 2, 3, 4, 5, '    [3, [[512,3], [512,3]] ],', 6, 7, 8),
    );
  });

  it('behind the last one gets the comma that was missing', () => {
    const text = '[\n  [1, [[8, 3]]]  # last\n]';
    expect(edited(text, { kind: 'duplicate-stage', stage: 0 })).toBe(
      '[\n  [1, [[8, 3]]],  # last\n  [1, [[8, 3]]]\n]',
    );
  });
});

describe('a convolution', () => {
  it('is added, moved and removed within its line', () => {
    const text = '[[1, [[8, 3], [16,1]]]]';
    expect(edited(text, { kind: 'add-convolution', stage: 0, at: 2, convolution: [4, 5] })).toBe(
      '[[1, [[8, 3], [16,1], [4,5]]]]',
    );
    expect(edited(text, { kind: 'move-convolution', stage: 0, from: 1, to: 0 })).toBe(
      '[[1, [[16,1], [8, 3]]]]',
    );
    expect(edited(text, { kind: 'remove-convolution', stage: 0, convolution: 0 })).toBe('[[1, [[16,1]]]]');
  });
});

describe('a text with several tables', () => {
  const text = 'a = [[1, [[8, 3]]]]\nb = [[1, [[8, 3]]]]\nc = [[2, [[8, 3]]]]\n';

  it('changes the one that is meant', () => {
    expect(edited(text, { kind: 'count', stage: 0, count: 9 }, 1)).toBe(text.replace('b = [[1', 'b = [[9'));
  });
});

it('a text in which nothing changes stays as it is', () => {
  expect(edited(BLOG, { kind: 'conventions', values: { bias: false } })).toBe(BLOG);
});

it('a table that is not written in plain numbers is written anew, under its name', () => {
  const text = 'n = 1\nnet = [[n, [[8, 3]]]]';
  expect(edited(text, { kind: 'count', stage: 0, count: 2 })).toBe('net = [\n  [2, [[8, 3]]]\n]');
});

it('a table is changed between full-width brackets', () => {
  const text = 'net ＝ ［[1, [[8, 3]]]］';
  expect(edited(text, { kind: 'count', stage: 0, count: 2 })).toBe('net ＝ ［[2, [[8, 3]]]］');
});

describe('random edits', () => {
  it('of a plainly written table give the plain text of the result', () => {
    const next = random(7);
    for (let sequence = 0; sequence < 300; sequence++) {
      let architecture = editableArchitecture(next);
      let text = formatBlockTable(architecture.table);
      for (let step = whole(next, 1, 10); step > 0; step--) {
        const edit = randomEdit(next, architecture);
        architecture = apply(architecture, edit);
        text = edited(text, edit);
        expect(text, JSON.stringify(edit)).toBe(formatBlockTable(architecture.table));
      }
    }
  });

  it('of a table in any layout give a text that reads as the result', () => {
    const next = random(8);
    const spaces = ['', ' ', '  ', '\n', ' # note [1, 2]\n', '\r\n\t'];
    for (let sequence = 0; sequence < 300; sequence++) {
      let architecture = editableArchitecture(next);
      let text = formatBlockTable(architecture.table).replace(
        /\s+|(?<=[[\],])/g,
        () => spaces[whole(next, 0, 5)]!,
      );
      for (let step = whole(next, 1, 5); step > 0; step--) {
        const edit = randomEdit(next, architecture);
        architecture = apply(architecture, edit);
        text = edited(text, edit);
        expect(parseBlockTables(text), `${JSON.stringify(edit)}\n${text}`).toMatchObject({
          ok: true,
          value: [{ table: architecture.table }],
        });
      }
    }
  });
});
