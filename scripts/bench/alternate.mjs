/** Rounds in which several programs take turns, so that what the machine does meanwhile meets all of them alike. */

const now = () => performance.now() / 1e3;

/** Steps that fill a turn. */
const MAX_STEPS = 50;

/** Who begins moves on by one each round: nobody is always measured after the same neighbour. */
export const turnOrder = (count, round) => Array.from({ length: count }, (_, i) => (i + round) % count);

/** Steps of a turn for a step of so many milliseconds: those that fill `seconds`, at least one. */
export const stepsOfTurn = (milliseconds, seconds) =>
  Math.max(1, Math.min(MAX_STEPS, Math.round((seconds * 1e3) / milliseconds)));

/**
 * Lets contenders `{ id, program }` do `what` in turns. One that fails is left out from then on and has `failed`, a
 * sentence. Resolves a Map by id: `{ rounds: [milliseconds of each step] or [] where it did not take part, images }`.
 *
 * @param seconds of one turn
 * @param budget seconds after which a contender has had enough; two turns it always gets
 * @param deadline in seconds of performance.now(), after which no more rounds begin, but for the first
 */
export async function alternate(
  contenders,
  what,
  { rounds, seconds, budget = Infinity, deadline = Infinity, warmUp = 3, onTurn = () => {} },
) {
  const results = new Map();
  const attempt = async (contender, count) => {
    onTurn(contender);
    try {
      return await contender.program.ask(what, count);
    } catch (error) {
      contender.failed = error.message;
      return null;
    }
  };
  const states = [];
  for (const contender of contenders.filter(({ failed }) => !failed)) {
    // The first steps trace graphs, fill caches and choose kernels; of slow ones one must do.
    const began = now();
    let warm = null;
    for (let i = 0; i < warmUp && (i === 0 || (warm && now() - began < 2 * seconds)); i++) {
      warm = await attempt(contender, 1);
    }
    if (!warm) continue;
    const result = { rounds: [], images: warm.images };
    results.set(contender.id, result);
    const count = stepsOfTurn(warm.milliseconds[0], seconds);
    states.push({ contender, result, count, spent: 0, turns: 0 });
  }
  for (let round = 0; round < rounds; round++) {
    if (round > 0 && now() > deadline) break;
    for (const index of turnOrder(states.length, round)) {
      const state = states[index];
      const { contender, result } = state;
      result.rounds[round] = [];
      if (contender.failed || (state.turns >= 2 && state.spent > budget)) continue;
      const began = now();
      const answer = await attempt(contender, state.count);
      if (!answer) continue;
      state.spent += now() - began;
      state.turns++;
      result.rounds[round] = answer.milliseconds;
    }
  }
  return results;
}
