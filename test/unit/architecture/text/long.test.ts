/** Long broken texts, always the same ones; `npm run bench -- --part editor` reads more, and prints how long each takes. */
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../../src/architecture/limits';
import { mended } from '../../../../src/architecture/text/mended';
import { parseBlockTables } from '../../../../src/architecture/text/table';
import { longText } from '../../../fuzz/long-texts';
import { Random } from '../../../fuzz/random';

const CASES = 300;

describe('a long text', () => {
  const lengths: number[] = [];
  let tables = 0;
  let offered = 0;

  it(`is read without a throw, its problems within it, its mends readable, ${CASES} times`, () => {
    for (let number = 1; number <= CASES; number++) {
      const text = longText(Random.of(1, 'long', number));
      lengths.push(text.length);
      const read = parseBlockTables(text);
      if (read.ok) {
        tables++;
        continue;
      }
      expect(read.problems.length, `case ${number}`).toBeGreaterThan(0);
      for (const { at, sentence, mends } of read.problems) {
        expect(sentence.length, `case ${number}: ${sentence}`).toBeGreaterThan(0);
        if (at) {
          expect(at.offset, `case ${number}: ${sentence}`).toBeGreaterThanOrEqual(0);
          expect(at.offset + at.length, `case ${number}: ${sentence}`).toBeLessThanOrEqual(text.length);
          const before = text.slice(0, at.offset).split('\n');
          expect(at.line, `case ${number}: ${sentence}`).toBe(before.length);
        }
        for (const mend of mends ?? []) {
          offered++;
          expect(parseBlockTables(mended(text, mend)).ok, `case ${number}: ${mend.label}`).toBe(true);
        }
      }
    }
  }, 300_000);

  it('was of every length, and now and then a table or one that could be mended', () => {
    expect(Math.max(...lengths)).toBe(LIMITS.tableTextLength);
    expect(Math.min(...lengths)).toBeLessThan(LIMITS.tableTextLength / 4);
    expect(tables).toBeGreaterThan(0);
    expect(offered).toBeGreaterThan(0);
  });
});
