/** What integration tests of the services share: a data folder for every test, and real trainers whose ids are known. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Architecture } from '../../src/architecture/architecture';
import { parseArchitecture } from '../../src/architecture/text/architecture';
import { createServices, type Services } from '../../src/main/services';
import type { QueueShare } from '../../src/main/queue/queue';
import { childProcessHost, type ProcessHost } from '../../src/node/processes/process-host';
import { DEFAULT_RECIPE, type Recipe } from '../../src/shared/recipe';
import type { Run, RunRequest } from '../../src/shared/run';
import type { Result } from '../../src/shared/result';
import { TINY } from './terminals';

export const ENTRIES = resolve('out/main');

export { TINY };

/** The data folder of the test that is under way. */
export let home: string;
/** What is done after the test, the last first. */
export const cleanUps: (() => unknown)[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'resbench-runs-'));
});

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  rmSync(home, { recursive: true, force: true, maxRetries: 20 });
});

export function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** Real trainers, whose process ids a test may know. */
export class KnownHost implements ProcessHost {
  readonly pids: number[] = [];
  private readonly host = childProcessHost(ENTRIES);

  readonly fork: ProcessHost['fork'] = (entry) => {
    const child = this.host.fork<never, never>(entry);
    if (child.pid !== undefined) this.pids.push(child.pid);
    return child as never;
  };
}

export async function openServices(queue: QueueShare = 'all'): Promise<Services & { host: KnownHost }> {
  const host = new KnownHost();
  const services = value(await createServices({ home, host, version: '0.1.0', electron: null, queue }));
  cleanUps.push(() => services.shutdown());
  services.boot();
  return { ...services, host };
}

export function tiny(change: Partial<Architecture> = {}): Architecture {
  const parsed = parseArchitecture({ ...TINY, ...change });
  if (!parsed.ok) throw new Error('the architecture of the test is wrong');
  return parsed.value;
}

export function request(recipe: Partial<Recipe> = {}, change: Partial<RunRequest> = {}): RunRequest {
  return {
    name: 'a run',
    architecture: tiny(),
    datasetId: 'shapes',
    recipe: { ...DEFAULT_RECIPE, epochs: 2, batchSize: 32, limitTrain: 96, limitEval: 64, ...recipe },
    ...change,
  };
}

/** Resolves with the run once it is as the condition wants it. */
export function until(services: Services, id: number, condition: (run: Run) => boolean): Promise<Run> {
  return new Promise((done) => {
    const now = services.runs.get(id);
    if (now.ok && condition(now.value)) return done(now.value);
    const end = services.events.on('changed', (run) => {
      if (run.id !== id || !condition(run)) return;
      end();
      done(run);
    });
  });
}
