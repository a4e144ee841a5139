/**
 * The services, opened in a process of their own: `PROGRAM SERVICES_JSON`. Says a line of JSON for each call: its name, and the
 * failure where it has one. A call that throws is a bug, and said as one.
 */
import { resolve } from 'node:path';
import { formatProblem } from '../../src/architecture/problem';
import { parseArchitecture } from '../../src/architecture/text/architecture';
import { createServices, type Services } from '../../src/main/services';
import { refusedToOpen } from '../../src/node/files/own-files';
import { childProcessHost } from '../../src/node/processes/process-host';
import { readUserFile } from '../../src/node/files/user-files';
import { ExpectedError, type Result } from '../../src/shared/result';

export interface ServicesJob {
  home: string;
  trust: boolean;
  /** Which calls: all that a folder meets, or one for a file that a user names. */
  calls: 'folder' | 'import' | 'architecture';
  file?: string;
  /** Lets the queue train, and waits for this run. */
  trains?: number;
}

const job = JSON.parse(process.argv[2]!) as ServicesJob;

function say(call: string, failure: unknown = null): void {
  process.stdout.write(`${JSON.stringify({ call, failure })}\n`);
}

async function attempt(call: string, work: () => unknown): Promise<void> {
  try {
    const result = (await work()) as Result<unknown> | undefined;
    const failed = typeof result === 'object' && result !== null && 'ok' in result && !result.ok;
    say(call, failed ? result.error : null);
  } catch (error) {
    say(call, error instanceof ExpectedError ? error.failure : { bug: (error as Error).stack });
  }
}

const read = (file: string): Result<unknown> =>
  parse(readUserFile(file, { wanted: 'a file with an architecture', limit: 2 ** 24 }).toString('utf8'));

function parse(text: string): Result<unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, error: { code: 'invalid-input', message: 'It is not JSON.' } };
  }
  const parsed = parseArchitecture(json);
  if (parsed.ok) return parsed;
  return { ok: false, error: { code: 'invalid-input', message: formatProblem(parsed.problems[0]!) } };
}

/** Everything that the window can ask for about runs that are there. */
async function askAll(services: Services): Promise<void> {
  const { runs, control, queue, checkpoints, datasets, architectures, recipes, settings, home } = services;
  await attempt('settings', () => settings.get());
  await attempt('architectures', () => architectures.list());
  for (const id of [1, 2, 3]) {
    await attempt(`architecture ${id}`, () => architectures.get(id));
    await attempt(`versions ${id}`, () => architectures.versions(id));
    await attempt(`describe ${id}`, () => architectures.describe(id, { starred: true }));
    await attempt(`annotate ${id}`, () => architectures.annotate(id, 1, 'seen'));
    await attempt(`delete architecture ${id}`, () => architectures.delete(id));
    await attempt(`restore architecture ${id}`, () => architectures.restore(id));
  }
  await attempt('recipes', () => recipes.list());
  for (const id of [1, 2, 3]) {
    await attempt(`recipe ${id}`, () => recipes.get(id));
    await attempt(`annotate recipe ${id}`, () => recipes.annotate(id, 1, 'seen'));
    await attempt(`delete recipe ${id}`, () => recipes.delete(id));
    await attempt(`restore recipe ${id}`, () => recipes.restore(id));
  }
  await attempt('datasets', () => datasets.list());
  await attempt('datasets.check', () => datasets.check('cifar10'));
  for (const id of ['own-pets', 'own-acting', 'own-large', 'own-short', 'own-deep', 'own-keys'] as const) {
    await attempt(`status ${id}`, () => datasets.status(id));
    await attempt(`check ${id}`, () => datasets.check(id));
    await attempt(`labels ${id}`, () => datasets.labels(id));
    await attempt(`statistics ${id}`, () => datasets.statistics(id));
  }
  await attempt('remove own-short', () => datasets.remove('own-short'));
  await attempt('runs', () => runs.list());
  for (const id of [1, 2, 3, 99]) {
    await attempt(`get ${id}`, () => runs.get(id));
    await attempt(`steps ${id}`, () => runs.steps(id));
    await attempt(`epochs ${id}`, () => runs.epochs(id));
    await attempt(`plan ${id}`, () => runs.plan(id));
    await attempt(`export ${id}`, () => runs.export(id));
    await attempt(`export csv ${id}`, () => runs.exportCsv(id));
    await attempt(`checkpoints ${id}`, () => checkpoints.list(id));
    await attempt(`space ${id}`, () => checkpoints.space(id));
    await attempt(`log ${id}`, () => opened(runs.logPath(id), 'file'));
    await attempt(`folder ${id}`, () => opened(checkpoints.folder(id), 'folder'));
  }
  await attempt('home', () => opened({ ok: true, value: home }, 'folder'));
  await attempt('rename', () => runs.rename(3, 'another name'));
  await attempt('hold', () => queue.hold(2, true));
  await attempt('move', () => queue.move(2, 1));
  await attempt('extend', () => control.extend(1, 1, 'held'));
  await attempt('resume', () => control.resumeRun(3, 'held'));
  await attempt('fork', () => {
    const run = runs.get(1);
    if (!run.ok) return run;
    return control.fork({
      id: 1,
      checkpointId: null,
      name: 'fork',
      recipe: run.value.recipe!,
      queue: 'held',
    });
  });
  await attempt('pin', () => checkpoints.pin(1, true));
  await attempt('delete checkpoint', () => checkpoints.delete(2));
  await attempt('remove', () => runs.remove([3]));
  await attempt('restore', () => runs.restore([3]));
  await attempt('stop', () => control.stop(2));
}

/** What the handlers of the window give to the desktop, up to there. */
function opened(path: Result<string>, what: 'file' | 'folder'): Result<void> {
  if (!path.ok) return path;
  const refused = refusedToOpen(job.home, path.value, what, 'There is none');
  return refused ? { ok: false, error: refused } : { ok: true, value: undefined };
}

async function main(): Promise<void> {
  if (job.calls === 'architecture') return attempt('architecture', () => read(job.file!));
  const created = await createServices({
    home: job.home,
    host: childProcessHost(resolve('out/main')),
    version: '0.1.0',
    electron: null,
    queue: job.trains === undefined ? 'own' : 'all',
    trust: job.trust,
  });
  if (!created.ok) return say('open', created.error);
  const services = created.value;
  say('open');
  for (const message of services.notices) say('notice', { message });
  await attempt('boot', () => services.boot());
  if (job.calls === 'import') {
    await attempt('import', () => services.datasets.import('cifar10', job.file!));
  } else {
    if (job.trains !== undefined) await attempt('train', () => services.runs.finished(job.trains!));
    await askAll(services);
  }
  await attempt('shutdown', () => services.shutdown());
}

void main();
