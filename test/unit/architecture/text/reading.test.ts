import { beforeEach, expect, it, vi } from 'vitest';
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
