/** Runs that differ in their random seeds, by one command, as it is built. */
import { expect, test } from 'vitest';
import { eventsOf, show, type } from './cli-fixture';

const SMALL = [
  'resnet20',
  '--dataset',
  'shapes',
  '--epochs',
  '1',
  '--batch-size',
  '16',
  '--limit-train',
  '32',
  '--limit-eval',
  '32',
];

test('trains each, one after the other, and says what they came to', async () => {
  const { code, stdout } = await type('train', ...SMALL, '--seeds', '2', '--seed', '5', '--json');
  expect(code).toBe(0);
  const events = eventsOf(stdout);
  expect(events.filter(({ event }) => event === 'end')).toHaveLength(2);
  const [first, second] = [await show(1), await show(2)];
  expect([first.recipe.seed, second.recipe.seed]).toEqual([5, 6]);
  expect({ ...second.recipe, seed: 5 }).toEqual(first.recipe);
  const accuracies = [first, second].map(({ epochs }) => epochs.at(-1)!.valAccuracy);
  expect(events.at(-1)).toMatchObject({
    event: 'seeds',
    runs: [1, 2],
    lastAccuracy: { mean: (accuracies[0]! + accuracies[1]!) / 2, values: accuracies },
  });
});

test('puts all of them into the queue in the background', async () => {
  const { code, stdout } = await type('train', ...SMALL, '--seeds', '3', '--background');
  expect(code).toBe(0);
  expect(stdout.match(/waits in the queue/g)).toHaveLength(3);
  const runs = JSON.parse((await type('runs', 'list', '--json')).stdout) as {
    state: string;
    recipe: { seed: number };
  }[];
  expect(runs.map(({ state, recipe }) => [state, recipe.seed])).toEqual([
    ['queued', 3],
    ['queued', 2],
    ['queued', 1],
  ]);
});
