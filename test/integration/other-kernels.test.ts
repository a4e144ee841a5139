/** A run by kernels of our own, resumed where there are none: it asks first, in the terminal and in the queue. */
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { databasePath } from '../../src/node/files/home';
import type { EnginePlan } from '../../src/shared/plan';
import type { Run } from '../../src/shared/run';
import { home, json, oneSentence, SHORT, start, type } from './cli-fixture';

const WITHOUT = { env: { RESBENCH_KERNELS: 'off' } };
const QUESTION =
  /its plan computes with Resbench's own kernels \(version [\w.]+, \w+\), and there are none here \(RESBENCH_KERNELS is off\)/;
const NETWORK = [
  '--table',
  '[[1, [[16,3],[16,3]]]]',
  ...['--stem-filters', '16', '--stem-kernel', '3', '--stem-stride', '1', '--name', 'wide'],
];
/** What the set-up says of this machine: where it has no kernels there is nothing to ask. */
const { kernels } = JSON.parse(readFileSync('node_modules/.resbench/setup.json', 'utf8')) as {
  kernels?: { instructions?: string | null };
};

/** Works on the database between two terminals. */
function inDatabase<T>(work: (sqlite: Database.Database) => T): T {
  const sqlite = new Database(databasePath(home));
  try {
    return work(sqlite);
  } finally {
    sqlite.close();
  }
}

/** Has a run compute its convolutions of sixteen channels by Winograd, whatever is the fastest here. */
const force = (id: number): void =>
  inDatabase((sqlite) => {
    const { plan } = sqlite.prepare('SELECT plan FROM runs WHERE id = ?').get(id) as { plan: string };
    const forced = JSON.parse(plan) as EnginePlan;
    const all = { forward: 'winograd4', inputGradient: 'winograd4', filterGradient: 'winograd4' };
    for (const shape of Object.keys(forced)) if (/x16-3x3\/1-/.test(shape)) forced[shape] = all;
    sqlite.prepare('UPDATE runs SET plan = ? WHERE id = ?').run(JSON.stringify(forced), id);
  });

/** Of one epoch, completed by a plan that is forced. */
async function trained(): Promise<void> {
  const ended = await type('train', ...NETWORK, ...SHORT, '--epochs', '1');
  expect(ended.code, ended.stderr).toBe(0);
  force(1);
}

const shown = (id: number): Promise<Run & { plan: EnginePlan }> => json('runs', 'show', String(id));

it.skipIf(!kernels?.instructions)('is resumed after a yes alone, which its history tells of', async () => {
  await trained();
  const extend = ['runs', 'extend', '1', '--epochs', '1'];
  const refused = await start(extend, WITHOUT).ended;
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(QUESTION);
  expect(refused.stderr).toContain('`npm start -- runs resume 1 --other-kernels`');
  expect(await shown(1)).toMatchObject({
    state: 'queued',
    asks: 'other-kernels',
    queue: { place: 1, held: true },
    gaps: [],
  });
  const again = await start(['runs', 'resume', '1'], WITHOUT).ended;
  expect(again).toMatchObject({ code: 2, stderr: expect.stringMatching(oneSentence(QUESTION)) as string });

  const resumed = await start(['runs', 'resume', '1', '--other-kernels'], WITHOUT).ended;
  expect(resumed.code, resumed.stderr).toBe(0);
  const run = await shown(1);
  expect(run).toMatchObject({ state: 'completed', asks: null });
  expect(run.gaps).toMatchObject([
    { otherwise: expect.stringContaining("with TensorFlow's kernels") as string },
  ]);
  expect(JSON.stringify(run.plan)).not.toContain('winograd');
  expect((await type('runs', 'show', '1')).stdout).toContain(
    "Computed from here on with TensorFlow's kernels",
  );
  // By its plan of now it needs none, here or elsewhere.
  const on = await start(extend, WITHOUT).ended;
  expect(on.code, on.stderr).toBe(0);
});

it.skipIf(!kernels?.instructions)('is held in the queue, which goes on with the next', async () => {
  await trained();
  expect((await type('runs', 'extend', '1', '--epochs', '1', '--background')).code).toBe(0);
  expect(
    (await type('train', ...NETWORK, ...SHORT, '--epochs', '1', '--plan-of', '1', '--background')).code,
  ).toBe(0);
  expect((await type('train', ...NETWORK, ...SHORT, '--epochs', '1', '--background')).code).toBe(0);
  const worked = await start(['queue', 'run'], WITHOUT).ended;
  expect(worked.code, worked.stderr).toBe(0);
  expect(worked.stdout).toContain('1 run trained; 2 runs held.');
  expect((await shown(3)).state).toBe('completed');
  const list = await type('queue', 'list');
  expect(list.stdout).toMatch(/Run 1 has a question: Its plan computes/);
  expect(list.stdout).toContain('runs resume 2 --other-kernels');
  const refused = await type('queue', 'release', '1');
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(oneSentence(QUESTION)) as string });
  expect((await type('queue', 'release', '1', '--other-kernels')).code).toBe(0);
  expect((await start(['queue', 'run'], WITHOUT).ended).code).toBe(0);
  expect((await shown(1)).state).toBe('completed');
});

it.skipIf(!kernels?.instructions)(
  'of a version that did not note its kernels is resumed as ever',
  async () => {
    await trained();
    inDatabase((sqlite) =>
      sqlite.prepare("UPDATE runs SET machine = json_remove(machine, '$.numerics.ownKernels')").run(),
    );
    const resumed = await start(['runs', 'extend', '1', '--epochs', '1'], WITHOUT).ended;
    expect(resumed.code, resumed.stderr).toBe(0);
  },
);
