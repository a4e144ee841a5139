import { describe, expect, it } from 'vitest';
import { formatFacts, formatTable, PLAIN_TABLE, type Column } from '../../../../src/cli/format/table';
import { colour, forTerminal, textWidth } from '../../../../src/cli/format/text';

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

  it('leaves out what it needs last only once all else is gone', () => {
    const more: Column[] = [
      { title: 'Run', align: 'right' },
      { title: 'Data', optional: 'late' },
      { title: 'Best', optional: 'late' },
      { title: 'Started', optional: true },
    ];
    const row = ['1', 'shapes', '90 %', '2031-02-03'];
    const at = (width: number): string | undefined => formatTable(more, [row], { ...PLAIN_TABLE, width })[2];
    expect([at(30), at(20), at(12), at(8)]).toEqual([
      '  1  shapes  90 %  2031-02-03',
      '  1  shapes  90 %',
      '  1  shapes',
      '  1',
    ]);
  });

  it.each([1, 2, 5, 10, 15, 20, 40])('fits a terminal of %d columns', (width) => {
    const painted = rows.map(([id, name, state]) => [id!, name!, `${colour(31)}${state!}${colour(39)}`]);
    const lines = formatTable(columns, painted, { ...PLAIN_TABLE, width });
    expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
    expect(
      lines.every(
        (line) =>
          forTerminal(line).split('\u001b[31m').length === forTerminal(line).split('\u001b[39m').length,
      ),
    ).toBe(true);
  });

  it('is not made as wide as one name from elsewhere, nor broken by it', () => {
    const lines = formatTable(columns, [...rows, ['13', `a\nb\u001b[2J${'x'.repeat(3_000_000)}`, 'done']]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(600);
    expect(lines[4]).toMatch(/^ 13 {2}a b\ufffd\[2Jx+… {2}done$/);
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
