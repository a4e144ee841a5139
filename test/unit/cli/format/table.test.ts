import { describe, expect, it } from 'vitest';
import { formatFacts, formatTable, PLAIN_TABLE, type Column } from '../../../../src/cli/format/table';
import { textWidth } from '../../../../src/cli/format/text';

const columns: Column[] = [
  { title: 'Run', align: 'right' },
  { title: 'Name', shrink: true },
  { title: 'State' },
];
const rows = [
  ['1', 'a long name of a run', 'done'],
  ['12', '残差', 'failed'],
];

describe('formatTable', () => {
  it('aligns columns and drops trailing blanks', () => {
    expect(formatTable(columns, rows)).toEqual([
      'Run  Name                  State',
      '───  ────────────────────  ──────',
      '  1  a long name of a run  done',
      ' 12  残差                  failed',
    ]);
  });

  it('cuts only shrinkable columns to fit the terminal', () => {
    const lines = formatTable(columns, rows, { ...PLAIN_TABLE, width: 25 });
    expect(lines[2]).toBe('  1  a long name…  done');
    expect(Math.max(...lines.map(textWidth))).toBe(25);
  });

  it('leaves optional columns out, the last first, where cutting is not enough', () => {
    const more: Column[] = [
      ...columns,
      { title: 'Time', optional: true },
      { title: 'Started', optional: true },
    ];
    const row = ['1', 'small', 'done', '5.0 s', '2031-02-03'];
    const at = (width: number): string | undefined => formatTable(more, [row], { ...PLAIN_TABLE, width })[2];
    expect([at(40), at(30), at(20)]).toEqual([
      '  1  small  done   5.0 s  2031-02-03',
      '  1  small  done   5.0 s',
      '  1  small  done',
    ]);
  });

  it('stays readable where the terminal is narrower than the table can be', () => {
    expect(formatTable(columns, rows, { ...PLAIN_TABLE, width: 5 })[2]).toBe('  1  a long na…  done');
  });

  it('has head and rule without rows', () => {
    expect(formatTable([{ title: 'Run' }], [])).toEqual(['Run', '───']);
  });
});

it('formatFacts aligns values', () => {
  expect(
    formatFacts(
      [
        ['State', 'done'],
        ['Best epoch', '3'],
      ],
      (text) => text,
    ),
  ).toEqual(['State       done', 'Best epoch  3']);
});
