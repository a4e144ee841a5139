/** What the fuzzer calls a failure, with formats that have one fault each. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExpectedError, expected } from '../../../src/shared/result';
import { fuzz, mustRead, refusing, type Format, type Try } from '../../fuzz/fuzz';
import { Random } from '../../fuzz/random';
import { problemsOf, reportLines } from '../../fuzz/report';

const formatOf = (attempt: Try): Format => ({
  name: 'made-up',
  refusals: ['it has … bytes'],
  prepare: () => attempt,
});
const problems = async (format: Format, cases = 20) => problemsOf(await fuzz(format, { seed: 3, cases }));

describe('the fuzzer', () => {
  it('is content where each case is read or refused as the list knows it, and counts', async () => {
    const tally = await fuzz(
      formatOf((random) => (random.chance(0.5) ? [`it has ${random.whole(0, 9)} bytes`] : [])),
      { seed: 3, cases: 100 },
    );
    expect(problemsOf(tally)).toEqual([]);
    const refused = tally.refusals.get('it has … bytes')!;
    expect(tally.read + refused).toBe(100);
    expect(reportLines(tally)[1]).toMatch(new RegExp(`^ +${refused}  it has … bytes$`));
  });

  it('names seed, format and case of what is thrown, and how to run it alone', async () => {
    let number = 0;
    const found = await problems(
      formatOf(() => {
        if (++number === 7) throw new TypeError('x is undefined');
        return number % 2 ? [] : ['it has 3 bytes'];
      }),
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^made-up, seed 3, case 7: it ended with TypeError: x is undefined\n/);
    expect(found[0]).toContain('alone: npm run fuzz -- --seed 3 --only made-up --case 7');
  });

  it.each<[string, readonly string[], RegExp]>([
    [
      'a refusal that the list does not know',
      ['it has 3 bytes and a half'],
      /does not know: "it has 3 bytes and a half"/,
    ],
    ['a sentence that a terminal would obey', ['it has \x1b[2J bytes'], /a terminal would obey/],
    ['a sentence without an end', [`it has ${'9'.repeat(3000)} bytes`], /a sentence of 3013 characters/],
  ])('finds %s', async (_what, sentences, how) => {
    const [problem] = await problems(formatOf(() => sentences));
    expect(problem).toMatch(how);
  });

  it('finds a refusal that was never met, and that nothing was ever read', async () => {
    expect(await problems(formatOf(() => []))).toEqual(['made-up: never refused with: it has … bytes']);
    expect(await problems(formatOf(() => ['it has 3 bytes']))).toEqual(['made-up: not one case was read']);
  });

  it('finds what must be read and is not', async () => {
    const [problem] = await problems(formatOf(() => mustRead(['it has 3 bytes'])));
    expect(problem).toContain('it must be read, and is refused: it has 3 bytes');
  });

  it.each(['../canary/kept', '../canary/new', '../new'])('finds what was written to %s', async (place) => {
    const [problem] = await problems({
      name: 'made-up',
      refusals: [],
      prepare: (folder) => () => {
        writeFileSync(join(folder, place), 'escaped');
        return [];
      },
    });
    expect(problem).toMatch(/case 1: something outside of its folder has changed/);
  });

  it('takes only the kind of error that a reader throws for a refusal', async () => {
    expect(await refusing(ExpectedError, () => Promise.reject(expected('storage', 'no')))).toEqual(['no']);
    await expect(refusing(ExpectedError, () => Promise.reject(new TypeError('no')))).rejects.toThrow(
      TypeError,
    );
  });

  it('makes the same case again from its number alone', () => {
    const drawn = (number: number): number[] => {
      const random = Random.of(5, 'made-up', number);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(drawn(17)).toEqual(drawn(17));
    expect(drawn(17)).not.toEqual(drawn(18));
  });
});
