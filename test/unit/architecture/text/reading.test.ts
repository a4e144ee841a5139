import { beforeEach, expect, it, vi } from 'vitest';
import { apply } from '../../../../src/architecture/edits/apply';
import { editedTableText } from '../../../../src/architecture/edits/table-text';
import { findPreset } from '../../../../src/architecture/presets';
import * as find from '../../../../src/architecture/text/find';
import { parseBlockTables } from '../../../../src/architecture/text/table';

// How often a text is read is what a key press costs; seconds would depend on the machine.
vi.mock(import('../../../../src/architecture/text/find'), { spy: true });
const readings = vi.mocked(find.findTables);

beforeEach(() => {
  readings.mockClear();
});

it('a text is read once by all who ask for its tables, one after the other', () => {
  const text = 'once = [[1, [[8, 3]]]]';
  const first = parseBlockTables(text);
  parseBlockTables('another = [[1, [[8, 3]]]]');
  expect(parseBlockTables(text)).toBe(first);
  expect(readings).toHaveBeenCalledTimes(2);
});

it('a text with many mistakes is read a few times for its mends', () => {
  const lines = Array.from(
    { length: 50 },
    (_, index) => `t${index} = [[2, {{64, 3}, {64, 3}}], [2, [[8, 3]]]]`,
  );
  const parsed = parseBlockTables(lines.join('\n'));
  expect(!parsed.ok && parsed.problems).toHaveLength(50);
  expect(readings.mock.calls.length).toBeLessThanOrEqual(7);
});

/** The text after the count of the first stage of a table is 2; the readings are those that this takes. */
function withCount2(text: string, index: number): string {
  const parsed = parseBlockTables(text);
  if (!parsed.ok) throw new Error('The text has a mistake.');
  const tables = parsed.value;
  const edit = { kind: 'count', stage: 0, count: 2 } as const;
  const architecture = { ...findPreset('resnet18')!.architecture, table: tables[index]!.table };
  readings.mockClear();
  return editedTableText({ text, tables, index }, edit, apply(architecture, edit).table);
}

it('of equal tables the one that is meant is changed at the first try', () => {
  const lines = Array.from({ length: 50 }, (_, index) => `t${index} = [[1, [[8, 3]]]]`);
  const text = lines.join('\n');
  expect(withCount2(text, 30)).toBe(text.replace('t30 = [[1', 't30 = [[2'));
  expect(readings).toHaveBeenCalledTimes(1);
});

it('a list that stands in quotes and comments is no place to change', () => {
  const list = '[[1, [[8, 3]]]]';
  const text = `"""${list}\n${list}"""\nx = '${list}'  # ${list}\nn = 1\nnet = [[n, [[8, 3]]]]`;
  expect(withCount2(text, 0)).toBe('net = [\n  [2, [[8, 3]]]\n]');
  // The plain text, for whether the name can be kept.
  expect(readings).toHaveBeenCalledTimes(1);
});

it('of many places where the list stands, a few are tried', () => {
  const text = `${'show([[1, [[8, 3]]]])\n'.repeat(50)}n = 1\nnet = [[n, [[8, 3]]]]`;
  expect(withCount2(text, 0)).toBe('net = [\n  [2, [[8, 3]]]\n]');
  expect(readings.mock.calls.length).toBeLessThanOrEqual(11);
});
