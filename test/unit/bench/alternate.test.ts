import { describe, expect, it } from 'vitest';
import { load } from '../scripts/load';

interface Contender {
  id: string;
  failed?: string;
  program: { ask(what: string, count: number): Promise<{ milliseconds: number[]; images: number }> };
}
type Results = Map<string, { rounds: number[][]; images: number }>;
const { alternate, stepsOfTurn, turnOrder } = await load<{
  alternate(contenders: Contender[], what: string, options: Record<string, number>): Promise<Results>;
  stepsOfTurn(milliseconds: number, seconds: number): number;
  turnOrder(count: number, round: number): number[];
}>('bench/alternate.mjs');

/** Takes as long as it says, in no time; notes who was asked for how many. */
function contender(id: string, step: number, asked: [string, number][], fails = Infinity): Contender {
  let calls = 0;
  return {
    id,
    program: {
      ask: async (_what, count) => {
        if (++calls > fails) throw new Error('ended with SIGKILL');
        asked.push([id, count]);
        return { milliseconds: Array.from({ length: count }, () => step), images: 64 };
      },
    },
  };
}
const turns = { rounds: 3, seconds: 1, warmUp: 1 };

describe('turns', () => {
  it('begin with someone else in each round', () => {
    expect([0, 1, 2].map((round) => turnOrder(3, round))).toEqual([
      [0, 1, 2],
      [1, 2, 0],
      [2, 0, 1],
    ]);
  });

  it('have the steps that fill them, at least one, at most fifty', () => {
    expect([stepsOfTurn(100, 2), stepsOfTurn(30_000, 2), stepsOfTurn(0.5, 2)]).toEqual([20, 1, 50]);
  });

  it('alternate, after a warm-up that does not count', async () => {
    const asked: [string, number][] = [];
    const results = await alternate([contender('a', 100, asked), contender('b', 500, asked)], 'train', turns);
    expect(asked.slice(0, 2)).toEqual([
      ['a', 1],
      ['b', 1],
    ]);
    expect(asked.slice(2)).toEqual([
      ['a', 10],
      ['b', 2],
      ['b', 2],
      ['a', 10],
      ['a', 10],
      ['b', 2],
    ]);
    expect(results.get('a')!.rounds.map((round) => round.length)).toEqual([10, 10, 10]);
  });

  it('are no more than two for one that has used up its budget', async () => {
    const results = await alternate([contender('slow', 100, [])], 'train', { ...turns, budget: -1 });
    expect(results.get('slow')!.rounds.map((round) => round.length)).toEqual([10, 10, 0]);
  });

  it('end after the first round when time is up', async () => {
    const results = await alternate([contender('a', 100, [])], 'train', { ...turns, deadline: 0 });
    expect(results.get('a')!.rounds).toHaveLength(1);
  });

  it('go on without one that fails, which keeps what it has done and says why it ended', async () => {
    const failing = contender('failing', 100, [], 2);
    const results = await alternate([failing, contender('other', 100, [])], 'train', turns);
    expect(failing.failed).toBe('ended with SIGKILL');
    expect(results.get('failing')!.rounds.map((round) => round.length)).toEqual([10, 0, 0]);
    expect(results.get('other')!.rounds.map((round) => round.length)).toEqual([10, 10, 10]);
  });
});
