/**
 * When and whom to kill. Some instants are any, from the start of the program on; others are aimed at a write, which
 * takes a thousandth of the time and would hardly ever be met by chance.
 */

/** Milliseconds from the start of the program within which its training has begun, on a machine that is not busy. */
const START_MS = 1600;
/** Milliseconds of training between two kills: a run of 60 epochs lasts about ten of them. */
const TRAINING_MS = 800;

/** @returns `{ whom, at, … }`, which `Watch` of segment.mjs understands. */
export function drawKill(random) {
  /** Between the event and the kill: the write that began may be at any of its steps. */
  const ms = random.pick([
    [1, 0],
    [1, random.between(0, 3)],
  ]);
  const at = random.pick([
    [3, 'start'],
    [4, 'training'],
    [1, 'validation'],
    [2, 'temporary'],
    [1, 'weights'],
    [1, 'description'],
    [2, 'database'],
    [1, 'removal'],
  ]);
  const whom = random.pick([
    // Only the owner writes into the database.
    [at === 'database' ? 0 : 4, 'trainer'],
    [4, 'owner'],
    [3, 'both'],
  ]);
  switch (at) {
    case 'start':
      return { whom, at, ms: random.between(0, START_MS) };
    case 'training':
      return { whom, at, ms: random.between(0, TRAINING_MS) };
    case 'validation':
      return { whom, at, ms: random.between(0, 10), count: random.whole(1, 8) };
    default:
      return { whom, at, ms, count: random.whole(1, at === 'database' ? 12 : 6) };
  }
}

/** Around the instant at which a run becomes complete. */
export function drawKillAtEnd(random) {
  return {
    whom: random.pick([
      [1, 'trainer'],
      [1, 'owner'],
      [1, 'both'],
    ]),
    at: 'end',
    ms: random.between(0, 60),
  };
}

/** How often a life is killed before it may come to its end. */
export const drawKills = (random) => random.whole(8, 12);
/** Whether the next program is started without waiting until the trainer of the dead one has noticed and gone. */
export const drawHaste = (random) => random.next() < 0.3;
/** Whether, besides, the program is asked how it finds its run and its database. */
export const drawQuestions = (random) => random.next() < 0.15;
