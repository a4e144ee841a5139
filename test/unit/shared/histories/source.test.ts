import { expect, it } from 'vitest';
import { excerptOf } from '../../../../src/shared/histories/source';

it('an excerpt has the lines of a text, whatever ends them', () => {
  expect(excerptOf('a\r\nb\rc\n\nd\n')).toEqual({ lines: ['a', 'b', 'c', '', 'd'], count: 5 });
  expect(excerptOf('')).toEqual({ lines: [], count: 0 });
});

it('an excerpt has each line that a console has drawn, without its colours', () => {
  expect(excerptOf('1/2 [..]\b\b\b\b2/2 [==]\r\u001b[1m2/2\u001b[0m done\n').lines).toEqual([
    '1/2 [..]',
    '2/2 [==]',
    '2/2 done',
  ]);
});

it('an excerpt ends after as many characters and lines as are read, and says how many there are', () => {
  const long = excerptOf(Array.from({ length: 300 }, () => 'x'.repeat(999)).join('\n'));
  expect([long.lines.length, long.count]).toEqual([200, 300]);
  const many = excerptOf('x\n'.repeat(9000));
  expect([many.lines.length, many.count]).toEqual([5000, 9000]);
  expect(excerptOf('x'.repeat(300_000)).lines).toHaveLength(1);
});
