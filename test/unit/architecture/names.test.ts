import { expect, it } from 'vitest';
import { LIMITS } from '../../../src/architecture/limits';
import { beginning, nameProblem } from '../../../src/architecture/names';

it.each([
  ['', 'must not be empty'],
  ['a', null],
  ['x'.repeat(LIMITS.nameLength), null],
  ['x'.repeat(LIMITS.nameLength + 1), 'must have at most 200 characters, got 201'],
  ['a\u202eb', 'must not hold control characters or marks that turn text around, got "a\\u202eb"'],
])('the name %j', (name, problem) => {
  expect(nameProblem(name)).toBe(problem);
});

it.each([
  ['abc', 2, 'ab'],
  ['abc', 5, 'abc'],
  ['a😀', 2, 'a'],
  ['a😀', 3, 'a😀'],
  ['abc', 0, ''],
  ['abc', -1, ''],
])('the beginning of %j of at most %d units', (text, most, expected) => {
  expect(beginning(text, most)).toBe(expected);
});

it('a beginning is as long as a name may be', () => {
  expect(beginning('x'.repeat(300))).toHaveLength(LIMITS.nameLength);
});
