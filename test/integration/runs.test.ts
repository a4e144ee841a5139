/** Runs with everything real: trainer with TensorFlow, database, and terminals as processes of their own. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAlive } from '../../src/node/processes/process-identity';
import { answerOf } from '../../src/shared/comparison/answer';
import { groupBySetUp } from '../../src/shared/comparison/groups';
import { countBits } from '../../src/shared/predictions';
import { isActive, type Run } from '../../src/shared/run';
import { cleanUps, ENTRIES, home, openServices, request, TINY, until, value } from './services';
import type { Services } from '../../src/main/services';
import { Terminal, tinyFile, trainArguments } from './terminals';
import { fromColumns } from '../../src/shared/step-columns';

/** Long enough that nothing ends by itself. */
const ENDLESS = 10_000;

/** A terminal that trains, as a person would start it. */
function terminalOf(epochs: number): Terminal {
  const file = tinyFile(home);
  writeFileSync(file, JSON.stringify(TINY));
  const terminal = new Terminal(trainArguments(home, file, '--epochs', String(epochs)));
  cleanUps.push(() => terminal.kill());
  return terminal;
}

const trained = (run: Run): boolean => run.step >= 3;

describe('a run', () => {
  it('completes and is stored with every step, also after the program has been started again', async () => {
    const first = await openServices();
    const { id } = value(first.control.start(request()));
    const run = value(await first.runs.finished(id));
    expect(run).toMatchObject({ state: 'completed', reason: null, step: 6, totalSteps: 6, epoch: 2 });
    await first.shutdown();

    const { runs } = await openServices();
    const stored = value(runs.get(id));
    expect(stored).toEqual({ ...run, own: false });
    expect(stored.versions!.tensorflow).toMatch(/^\d+\.\d+\.\d+/);
    expect(stored.dataset!.sha256).toMatch(/^[0-9a-f]{64}$/);
    const steps = fromColumns(value(runs.steps(id)));
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(steps.every(({ loss, crossEntropy }) => loss > crossEntropy && crossEntropy > 0)).toBe(true);
    expect(value(runs.epochs(id)).map(({ epoch, step }) => [epoch, step])).toEqual([
      [1, 3],
      [2, 6],
    ]);
  });

  it('stops within a step of being told', async () => {
    const services = await openServices();
    const { id } = value(services.control.start(request({ epochs: ENDLESS })));
    await until(services, id, trained);
    value(services.control.stop(id));
    const run = value(await services.runs.finished(id));
    expect(run.state).toBe('stopped');
    expect(run.reason).toBe(`Stopped by the user at step ${run.step.toLocaleString('en')}.`);
    expect(fromColumns(value(services.runs.steps(id)))).toHaveLength(run.step);
  });
});

describe.skipIf(process.platform === 'win32')('what a run predicted', () => {
  const LENGTH = 30;

  /** Of its last and of its best epoch; as many are right as their accuracy says. */
  function kept(services: Services, id: number): number[] {
    const run = value(services.runs.get(id));
    const epochs = value(services.runs.epochs(id));
    return value(services.runs.predictions(id)).map(({ epoch, datasetSha256, classes, correct }) => {
      const { valAccuracy } = epochs.find((metric) => metric.epoch === epoch)!;
      expect(classes).toHaveLength(64);
      expect(Math.max(...classes)).toBeLessThan(run.architecture!.classes);
      expect(countBits(correct) / 64).toBe(valAccuracy);
      expect(datasetSha256).toBe(run.dataset!.sha256);
      return epoch;
    });
  }
  const lastAndBest = ({ epoch, best }: Run): number[] => [...new Set([best!.epoch, epoch])];

  it('is kept of its last and best epoch, after a kill and a resume too, and two runs are compared by it', async () => {
    const services = await openServices();
    const recipe = { epochs: LENGTH, learningRate: 0.003 };
    const { id } = value(services.control.start(request(recipe)));
    await until(services, id, ({ epoch }) => epoch >= 2);
    process.kill(services.host.pids[0]!, 'SIGKILL');
    const killed = value(await services.runs.finished(id));
    expect(killed.state).toBe('failed');
    expect(kept(services, id)).toEqual(lastAndBest(killed));

    value(services.control.resumeRun(id));
    const resumed = value(await services.runs.finished(id));
    expect(resumed).toMatchObject({ state: 'completed', epoch: LENGTH });
    expect(kept(services, id)).toEqual(lastAndBest(resumed));

    // One that never stopped predicted the same.
    const twin = value(services.control.start(request(recipe, { planOf: id })));
    await services.runs.finished(twin.id);
    expect(value(services.runs.predictions(twin.id))).toEqual(value(services.runs.predictions(id)));

    const other = value(services.control.start(request({ ...recipe, optimizer: 'sgd' })));
    expect(value(await services.runs.finished(other.id)).state).toBe('completed');
    expect(kept(services, other.id)).toContain(LENGTH);
    const histories = [id, other.id].map((of) => ({
      run: value(services.runs.get(of)),
      epochs: value(services.runs.epochs(of)),
      predictions: value(services.runs.predictions(of)),
    }));
    const answer = answerOf(groupBySetUp(histories), 'valAccuracy', (name) => name)!;
    expect(answer.test).toBe('McNemar');
    const { both, onlyFirst, onlySecond, neither } = answer.paired!;
    const [first, second] = answer.ranking!.map((place) => histories[place]!.run.best!.valAccuracy);
    expect([both + onlyFirst, both + onlySecond, both + onlyFirst + onlySecond + neither]).toEqual([
      64 * first!,
      64 * second!,
      64,
    ]);
  });
});

describe.skipIf(process.platform === 'win32')('a trainer that is killed', () => {
  it('fails its run in one sentence, keeps what was measured, and the next run works', async () => {
    const services = await openServices();
    const { id } = value(services.control.start(request({ epochs: ENDLESS })));
    await until(services, id, trained);
    process.kill(services.host.pids[0]!, 'SIGKILL');
    const run = value(await services.runs.finished(id));
    expect(run.state).toBe('failed');
    expect(run.reason).toContain('ended by SIGKILL');
    expect(run.reason).toContain(`after step ${run.step.toLocaleString('en')}`);
    expect(fromColumns(value(services.runs.steps(id)))).toHaveLength(run.step);

    const next = value(services.control.start(request()));
    expect(value(await services.runs.finished(next.id))).toMatchObject({ state: 'completed', step: 6 });
  });
});

describe('a terminal that is killed', () => {
  it('leaves a run that is interrupted at the next start, with its metrics', async () => {
    const terminal = terminalOf(ENDLESS);
    const id = await terminal.runId();
    const { step } = await terminal.line((line) => line.event === 'step' && line.step! >= 5);
    terminal.process.kill('SIGKILL');
    await terminal.exited;

    const { runs } = await openServices();
    const run = value(runs.get(id));
    expect(run).toMatchObject({ state: 'interrupted', own: false });
    expect(run.reason).toContain('ended without stopping it');
    expect(run.step).toBeGreaterThanOrEqual(step!);
    expect(fromColumns(value(runs.steps(id))).map((metric) => metric.step)).toEqual(
      Array.from({ length: run.step }, (_, index) => index + 1),
    );
  });

  it('is noticed by who watches its run', async () => {
    const services = await openServices();
    const terminal = terminalOf(ENDLESS);
    const id = await terminal.runId();
    await until(services, id, trained);
    terminal.process.kill('SIGKILL');
    expect((await until(services, id, (run) => !isActive(run.state))).state).toBe('interrupted');
  });
});

describe('two processes on one database', () => {
  it('train at the same time, and each sees the other', async () => {
    const services = await openServices();
    value(services.settings.set({ runsAtOnce: 2 }));
    const seen: number[] = [];
    const own = value(services.control.start(request({ epochs: ENDLESS })));
    const terminal = terminalOf(20);
    const id = await terminal.runId();
    services.events.on('metrics', ({ runId, steps }) => {
      if (runId === id) seen.push(...steps.step);
    });
    const told = new Promise((done) => {
      services.events.on('changed', (run) => {
        if (run.id === id && run.state === 'completed') done(run);
      });
    });
    // The terminal fails with its message where it meets a lock.
    expect(await terminal.exited).toBe(0);
    await told;
    value(services.control.stop(own.id));
    const ended = value(await services.runs.finished(own.id));
    expect(ended).toMatchObject({ state: 'stopped', own: true });
    expect(fromColumns(value(services.runs.steps(own.id)))).toHaveLength(ended.step);
    expect(value(services.runs.get(id))).toMatchObject({ own: false, step: 60 });
    expect(fromColumns(value(services.runs.steps(id)))).toHaveLength(60);
    expect(seen[seen.length - 1]).toBe(60);
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => 61 - seen.length + index));
  });

  it('stop a run of the other', async () => {
    const services = await openServices();
    const terminal = terminalOf(ENDLESS);
    const id = await terminal.runId();
    await until(services, id, trained);
    value(services.control.stop(id));
    expect(value(await services.runs.finished(id))).toMatchObject({
      state: 'stopped',
      reason: expect.stringMatching(/^Stopped from another window or terminal at step [\d,]+\.$/),
    });
    await terminal.line(({ event, state }) => event === 'end' && state === 'stopped');
  });

  it('open a new database at the same moment', async () => {
    const opened = await Promise.all(
      Array.from({ length: 4 }, () => {
        const child = spawn(
          process.execPath,
          [join(ENTRIES, 'cli.js'), 'runs', 'list', '--json', '--home', home],
          {
            env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
            stdio: ['ignore', 'pipe', 'pipe'],
          },
        );
        let output = '';
        child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
        child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
        return new Promise<string>((done) => child.on('close', (code) => done(`${code} ${output.trim()}`)));
      }),
    );
    expect(opened).toEqual(['0 []', '0 []', '0 []', '0 []']);
  });
});

describe('closing the program', () => {
  it('stops its run and takes the trainer with it', async () => {
    const services = await openServices();
    const { id } = value(services.control.start(request({ epochs: ENDLESS })));
    await until(services, id, trained);
    await services.shutdown();
    expect(isAlive({ pid: services.host.pids[0]!, start: null })).toBe(false);
    const { runs } = await openServices();
    expect(value(runs.get(id))).toMatchObject({
      state: 'stopped',
      reason: expect.stringMatching(/^Resbench was closed at step [\d,]+\.$/),
    });
  });

  it('keeps a deleted run for an undo until the next start', async () => {
    const first = await openServices();
    const [kept, gone] = [0, 1].map(() => value(first.control.start(request({ epochs: 1 }))).id) as [
      number,
      number,
    ];
    for (const id of [kept, gone]) await first.runs.finished(id);
    value(first.runs.remove([kept, gone]));
    expect(first.runs.list()).toEqual([]);
    value(first.runs.restore([kept]));
    await first.shutdown();

    const second = await openServices();
    expect(second.runs.list().map(({ id }) => id)).toEqual([kept]);
    expect(fromColumns(value(second.runs.steps(kept)))).toHaveLength(3);
    expect(second.runs.restore([gone])).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });
});
