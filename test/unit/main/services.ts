/** What the tests of the services share: services whose trainers are scripted, and looks at their database. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { DatasetService } from '../../../src/main/datasets/service';
import { MetricStore } from '../../../src/main/db/stores/metrics';
import type { Db } from '../../../src/main/db/database';
import { openDatabase } from '../../../src/main/db/open';
import { RunStore } from '../../../src/main/db/stores/runs';
import {
  createServices,
  wireRuns,
  type RunServices,
  type RunWiring,
  type Services,
} from '../../../src/main/services';
import { databasePath } from '../../../src/node/files/home';
import type { ProcessEntry, ProcessHost } from '../../../src/node/processes/process-host';
import { ownIdentity, type ProcessIdentity } from '../../../src/node/processes/process-identity';
import { DEFAULT_RECIPE } from '../../../src/shared/recipe';
import type { Run, RunRequest } from '../../../src/shared/run';
import { DEFAULT_SETTINGS } from '../../../src/shared/settings';
import type { Result } from '../../../src/shared/result';
import type { ToTrainer, TrainingJob } from '../../../src/shared/training-messages';
import { scriptedHost, temporaryFolder, tinyArchitecture, type Behaviour } from './fixtures';

export async function openServices(home: string, host: ProcessHost): Promise<Services> {
  const services = value(
    await createServices({ home, host, version: '0.1.0', electron: null, queue: 'all', trust: true }),
  );
  onTestFinished(() => services.shutdown());
  services.boot();
  return services;
}

export const withBehaviour = (behaviour: Behaviour, home = temporaryFolder()): Promise<Services> =>
  openServices(home, scriptedHost(behaviour));

/** A second look at the database, as any other process would have it. */
export function statOwn(home: string): { db: Db; runs: RunStore; metrics: MetricStore } {
  const db = value(openDatabase(databasePath(home)));
  onTestFinished(() => db.close());
  return { db, runs: new RunStore(db), metrics: new MetricStore(db) };
}

/** The services of runs alone, on a connection at hand. */
export async function serviceOn(
  home: string,
  host: ProcessHost,
  change: Partial<RunWiring> = {},
): Promise<{ db: Db; store: RunStore; services: ReturnType<typeof wireRuns> }> {
  const { db, runs: store } = statOwn(home);
  const services = wireRuns({
    home,
    db,
    host,
    datasets: new DatasetService({ home, host }),
    settings: () => DEFAULT_SETTINGS,
    share: 'all',
    own: { ownerId: 'me', owner: ownIdentity() },
    version: '0.1.0',
    electron: null,
    ...change,
  });
  onTestFinished(() => services.shutdown());
  services.boot();
  return { db, store, services };
}

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

export const failure = (result: Result<unknown>): { code: string; message: string } => {
  if (result.ok) throw new Error('it was not refused');
  return result.error;
};

export const request = (change: Partial<RunRequest> = {}): RunRequest => ({
  name: 'a run',
  architecture: tinyArchitecture(),
  datasetId: 'shapes',
  recipe: { ...DEFAULT_RECIPE, epochs: 2, batchSize: 64, limitTrain: 128, limitEval: 10 },
  ...change,
});

/** Resolves with the run once it is as the condition wants it. */
export function until(services: RunServices, id: number, condition: (run: Run) => boolean): Promise<Run> {
  return new Promise((resolve) => {
    const now = services.runs.get(id);
    if (now.ok && condition(now.value)) return resolve(now.value);
    const end = services.events.on('changed', (run) => {
      if (run.id !== id || !condition(run)) return;
      end();
      resolve(run);
    });
  });
}

export const trained = (run: Run): boolean => run.step > 0;

/** A process that has ended for certain, with what identified it. */
export async function deadProcess(): Promise<ProcessIdentity> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  await once(child, 'exit');
  return { pid: child.pid!, start: 'long ago' };
}

/** Trainers whose jobs a test may look at. */
export function recordingHost(host: ProcessHost): ProcessHost & { jobs: TrainingJob[] } {
  const jobs: TrainingJob[] = [];
  return {
    jobs,
    fork: <In, Out>(entry: ProcessEntry) => {
      const child = host.fork<In, Out>(entry);
      const send = child.send.bind(child);
      child.send = (message) => {
        const sent = message as unknown as ToTrainer;
        if (sent.type === 'start') jobs.push(sent.job);
        send(message);
      };
      return child;
    },
  };
}
