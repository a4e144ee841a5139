/** The fuzzer over every format, always with the same changes; `npm run fuzz -- --seed N` makes others. */
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../fuzz/formats/index';
import { fuzz } from '../../fuzz/fuzz';
import { problemsOf } from '../../fuzz/report';

const CASES = 2000;

describe.each(FORMATS)('$name', (format) => {
  it(`holds against ${CASES} changed files, and each of its refusals is met`, async () => {
    const tally = await fuzz(format, { seed: 1, cases: CASES });
    expect(problemsOf(tally)).toEqual([]);
    expect(tally.cases).toBe(CASES);
  }, 300_000);
});
