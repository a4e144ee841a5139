/** One run whose row cannot be read, among others: it is shown as such everywhere, and they work. */
import { beforeEach, describe, expect, it } from 'vitest';
import { MetricStore } from '../../../../src/main/db/stores/metrics';
import { RunStore } from '../../../../src/main/db/stores/runs';
import { typeIn } from '../../cli/memory';
import { begun, epoch, newRun, scriptedHost, step, temporaryFolder } from '../fixtures';
import { failure, statOwn, openServices, request, value } from '../services';
import { fromColumns } from '../../../../src/shared/step-columns';

const WRONG = `{"name":"tiny","inputShape":[32,32,3],"classes":10,"tabel":[[1,[[4,3]]]]}`;
const SENTENCE =
  /^Run 2 cannot be read in the database \(its architecture: unknown field "tabel"; did you mean "table"\?\): it can be exported and deleted, and every other run works\.$/;

let home: string;

beforeEach(() => {
  home = temporaryFolder();
  const { db, runs, metrics } = statOwn(home);
  for (const id of [1, 2, 3]) {
    begun(db, { name: `run ${id}` });
    metrics.addSteps(id, [step(1), step(2)]);
    metrics.addEpoch(id, epoch(1));
    runs.transition(id, 'stopped', null, 2000);
  }
  db.run('UPDATE runs SET architecture = ? WHERE id = 2', WRONG);
  db.close();
});

describe('the service', () => {
  it('lists it with its reason, and gives its metrics', async () => {
    const services = await openServices(home, scriptedHost('complete'));
    expect(services.runs.list().map(({ id, unreadable }) => [id, unreadable])).toEqual([
      [3, undefined],
      [2, expect.stringMatching(SENTENCE)],
      [1, undefined],
    ]);
    expect(value(services.runs.get(2))).toMatchObject({
      name: 'run 2',
      step: 2,
      unreadable: expect.stringMatching(SENTENCE),
    });
    expect(fromColumns(value(services.runs.steps(2)))).toHaveLength(2);
    expect(value(services.runs.epochs(2))).toHaveLength(1);
    expect(value(services.runs.exportCsv(2))).toContain('\n');
    expect(value(services.runs.export(2))).toMatchObject({
      run: { unreadable: expect.stringMatching(SENTENCE) },
    });
  });

  it('refuses whatever would train on it by that sentence', async () => {
    const services = await openServices(home, scriptedHost('complete'));
    const answers = [
      services.control.resumeRun(2),
      services.control.extend(2, 1),
      services.control.pause(2),
      services.runs.rename(2, 'other'),
      services.queue.hold(2, true),
      services.control.start(request({ planOf: 2 })),
      await services.control.fork({ id: 2, checkpointId: null, name: '', recipe: request().recipe }),
    ];
    for (const answer of answers) {
      expect(failure(answer)).toEqual({ code: 'data-corrupt', message: expect.stringMatching(SENTENCE) });
    }
  });

  it('deletes it, and trains the others', async () => {
    const services = await openServices(home, scriptedHost('complete'));
    value(services.runs.remove([2]));
    expect(services.runs.list().map(({ id }) => id)).toEqual([3, 1]);
    const started = value(services.control.start(request()));
    expect(value(await services.runs.finished(started.id)).state).toBe('completed');
  });

  it('lets it fail where its turn in the queue comes, and takes the next', async () => {
    const look = statOwn(home);
    const dead = { ownerId: 'dead', owner: { pid: 2 ** 22 + 1, start: null } };
    const bad = look.runs.create(newRun(dead)).id;
    look.db.run('UPDATE runs SET recipe = ? WHERE id = ?', '{"optimizer":"bogus"}', bad);
    const services = await openServices(home, scriptedHost('complete'));
    const good = value(services.control.start(request())).id;
    expect(value(await services.runs.finished(good)).state).toBe('completed');
    expect(value(services.runs.get(bad))).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('cannot be read in the database (its recipe: optimizer must be one of'),
    });
  });

  it('ends it as interrupted where its owner is dead', async () => {
    const look = statOwn(home);
    const { id } = begun(look.db, { ownerId: 'dead', owner: { pid: 2 ** 22 + 1, start: null } });
    look.db.run('UPDATE runs SET machine = ? WHERE id = ?', '{}', id);
    const services = await openServices(home, scriptedHost('complete'));
    expect(value(services.runs.get(id))).toMatchObject({
      state: 'interrupted',
      unreadable: expect.any(String),
    });
  });
});

describe('the command line', () => {
  const type = (...words: string[]): ReturnType<typeof typeIn> => typeIn(...words, '--home', home);

  it('lists it as unreadable, with the reason below', async () => {
    const { code, stdout } = await type('runs', 'list');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => /^ *[123] /.test(line))).toEqual([
      expect.stringMatching(/^ +3 +run 3 +tiny .* stopped /),
      expect.stringMatching(/^ +2 +run 2 +- +- +unreadable( +-)+$/),
      expect.stringMatching(/^ +1 +run 1 +tiny .* stopped /),
    ]);
    expect(lines[lines.length - 1]).toMatch(SENTENCE);
  });

  it('gives as JSON what is known of it, and no stand-ins', async () => {
    const list = JSON.parse((await type('runs', 'list', '--json')).stdout) as unknown[];
    expect(list[1]).toEqual({ id: 2, name: 'run 2', unreadable: expect.stringMatching(SENTENCE) });
    expect(list[0]).toMatchObject({ id: 3, state: 'stopped' });
    const one = JSON.parse((await type('runs', 'show', '2', '--json', '--plan')).stdout) as object;
    expect(Object.keys(one)).toEqual(['id', 'name', 'unreadable', 'plan', 'checkpoints', 'epochs', 'steps']);
  });

  it('shows it with its reason and its epochs', async () => {
    const { code, stdout } = await type('runs', 'show', '2');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^State +unreadable: Run 2 cannot be read in the database/m);
    expect(stdout).toMatch(/^ +1 +2\.0000? /m);
    expect((await type('runs', 'show', '1')).stdout).toMatch(/^State +stopped$/m);
  });

  it('does not release it on, exports it and deletes it', async () => {
    const refused = await type('runs', 'resume', '2');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/^resbench: Run 2 cannot be read in the database .*\n$/);
    expect((await type('runs', 'export', '2', '--format', 'csv')).code).toBe(0);
    expect((await type('runs', 'delete', '2', '--yes')).code).toBe(0);
    expect((await type('runs', 'list')).stdout).not.toContain('unreadable');
  });
});

it('is told of to who watches, once', () => {
  const { db } = statOwn(home);
  const runs = new RunStore(db);
  const changed = runs.changedSince(0);
  expect(changed.filter(({ unreadable }) => unreadable !== undefined).map(({ id }) => id)).toEqual([2]);
  expect(fromColumns(new MetricStore(db).steps(2, 0, 10))).toHaveLength(2);
});
