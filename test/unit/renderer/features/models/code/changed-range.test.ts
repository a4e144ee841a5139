import { expect, it } from 'vitest';
import { changedRange } from '../../../../../../src/renderer/features/models/code/changed-range';

it.each([
  ['abc', 'abc', ''],
  ['', 'abc', 'abc'],
  ['abc', '', ''],
  ['[64, 3]', '[128, 3]', '128'],
  ['aaa', 'aaaa', 'a'],
  ['[[1]]', '[[1], [1]]', ', [1]'],
])('from %j to %j it is what differs, and nothing more', (before, after, inserted) => {
  const { start, endBefore, endAfter } = changedRange(before, after);
  expect(after.slice(start, endAfter)).toBe(inserted);
  expect(before.slice(0, start) + inserted + before.slice(endBefore)).toBe(after);
});
