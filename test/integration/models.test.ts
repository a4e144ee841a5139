/** The library as terminals share it: several save at once, and runs are started with its versions. */
import { expect, test } from 'vitest';
import { eventsOf, json, SHORT, type } from './cli-fixture';

interface Shown {
  versions: { version: number; note: string }[];
  runs: { id: number; version: number; bestValAccuracy: number | null }[];
  bestValAccuracy: number | null;
}

/** A network that takes a few milliseconds per step. */
const SMALL = ['--table', '[[1, [[8,3]]]]', '--stem-filters', '8', '--stem-kernel', '3'];

test('terminals that save at once all get a version of their own', async () => {
  expect(await type('models', 'save', 'resnet20', '--name', 'mine', '--note', 'of 2 classes')).toMatchObject({
    code: 0,
  });
  const classes = [3, 4, 5, 6];
  const ended = await Promise.all(
    classes.map((count) =>
      type('models', 'save', 'mine', '--classes', String(count), '--note', `of ${count} classes`),
    ),
  );
  expect(ended.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(classes.map(() => '0 '));
  const { versions } = await json<Shown>('models', 'show', 'mine');
  expect(versions.map(({ version }) => version)).toEqual([5, 4, 3, 2, 1]);
  expect(versions.map(({ note }) => note).sort()).toEqual(
    [2, ...classes].map((count) => `of ${count} classes`),
  );
});

test('a run is started with a version, which shows it with its best accuracy', async () => {
  const saved = await type('models', 'save', 'resnet20', ...SMALL, '--name', 'mine');
  expect(`${saved.code} ${saved.stderr}`).toBe('0 ');
  await type('models', 'save', 'mine', '--stem-kernel', '5');
  const trained = await type('train', 'mine@1', ...SHORT, '--json');
  expect(`${trained.code} ${trained.stderr}`).toMatch(/^0 /);
  expect(eventsOf(trained.stdout).at(-1)).toMatchObject({
    state: 'completed',
    run: { name: 'mine', model: { id: 1, version: 1 } },
  });
  const { runs } = await json<Shown>('models', 'show', 'mine');
  expect(runs).toMatchObject([{ id: 1, version: 1, bestValAccuracy: expect.any(Number) }]);
  const forked = await type('runs', 'fork', '1', '--epochs', '3', '--background', '--json');
  expect(eventsOf(forked.stdout)[0]).toMatchObject({ run: { model: { id: 1, version: 1 } } });
});
