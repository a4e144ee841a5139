import { describe, expect, it } from 'vitest';
import type { Services } from '../../../../src/main/services';
import { DEFAULT_RECIPE } from '../../../../src/shared/recipe';
import type { Result } from '../../../../src/shared/result';
import type { ImportRequest, Run } from '../../../../src/shared/run';
import { openServices, value } from '../services';
import { scriptedHost, temporaryFolder, tinyArchitecture } from '../fixtures';

const TEXT = 'epoch,loss,lr,val_accuracy\n0,2,0.1,0.4\n1,1,0.1,0.5\n';

const opened = (home = temporaryFolder()): Promise<Services> => openServices(home, scriptedHost('complete'));
const importing = (services: Services, change: Partial<ImportRequest> = {}): Promise<Result<Run>> =>
  services.imports.import({ text: TEXT, file: 'old/history.csv', name: '', ...change });

describe('a history that is imported', () => {
  it('is a run from then on, told to whoever listens, also after another start', async () => {
    const home = temporaryFolder();
    const first = await opened(home);
    const told: number[] = [];
    first.events.on('changed', ({ id }) => told.push(id));
    const run = value(await importing(first));
    expect(run).toMatchObject({
      name: 'history',
      state: 'completed',
      imported: { file: 'history.csv', leftOut: [{ source: 'lr' }] },
      best: { valAccuracy: 0.5, epoch: 2 },
      own: false,
    });
    expect(told).toEqual([run.id]);
    await first.shutdown();
    const second = await opened(home);
    expect(second.runs.list()).toEqual([run]);
    expect(value(second.runs.epochs(run.id)).map(({ loss }) => loss)).toEqual([2, 1]);
    expect(second.notices).toEqual([]);
  });

  it.each([
    ['a name of its own', { name: ' mine ' }, 'mine'],
    ['the name of its file', { file: 'C:\\logs\\resnet.LOG' }, 'resnet'],
    ['a plain name where it was pasted', { file: null }, 'Imported history'],
    ['a name without what acts', { file: 'a\u202eb.csv' }, 'a\ufffdb'],
  ])('has %s', async (_what, change, name) => {
    expect(value(await importing(await opened(), change)).name).toBe(name);
  });

  it('has the architecture and the data that its user names', async () => {
    const run = value(
      await importing(await opened(), { architecture: tinyArchitecture(), datasetId: 'cifar10' }),
    );
    expect(run).toMatchObject({
      architecture: { name: 'tiny' },
      dataset: { id: 'cifar10', sha256: null },
      recipe: null,
    });
    expect(run.params).toBeGreaterThan(0);
    expect(run.macs).toBeGreaterThan(0);
  });

  it('has the version of the library that its user names', async () => {
    const services = await opened();
    const architecture = tinyArchitecture({ name: 'mine' });
    const { id } = value(services.architectures.save(null, architecture));
    const model = { id, version: 1 };
    expect(value(await importing(services, { architecture, model })).model).toEqual(model);
    for (const change of [{ model }, { architecture, model: { id, version: 2 } }])
      expect((await importing(services, { ...change, again: true })).ok).toBe(false);
    expect(value(await importing(services, { architecture, again: true })).model).toBeNull();
  });

  it('is imported again only on request', async () => {
    const services = await opened();
    const { id } = value(await importing(services));
    const refused = await importing(services, { file: 'copy.csv', name: 'another' });
    expect(refused).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(!refused.ok && refused.error.message).toContain(`as run ${id} ("history")`);
    expect(services.runs.list()).toHaveLength(1);
    expect(value(await importing(services, { again: true })).id).toBe(id + 1);
    expect(value(services.imports.ofSource(TEXT))).toMatchObject({ id: id + 1, name: 'history' });
    expect(value(services.imports.ofSource(`${TEXT}2,1,0.1,0.6\n`))).toBeNull();
    value(services.runs.remove([id, id + 1]));
    expect(value(services.imports.ofSource(TEXT))).toBeNull();
    expect((await importing(services)).ok).toBe(true);
  });

  it.each<[string, Partial<ImportRequest>, RegExp]>([
    ['a line that is wrong', { text: 'epoch,loss\n0,1\n1,x\n' }, /^Line 3: /],
    ['no history at all', { text: 'hello' }, /./],
    ['nothing', { text: '' }, /./],
    [
      'too long a text',
      { text: 'x'.repeat(20_000_001) },
      /^The text has 20,000,001 bytes, and a run keeps a source of at most 20,000,000;/,
    ],
    ['a name that acts', { name: 'a\u001bb' }, /^A run's name /],
    [
      'data that does not fit',
      { architecture: tinyArchitecture({ classes: 3 }), datasetId: 'shapes' },
      /takes 3 classes, data set shapes has 10/,
    ],
    [
      'an architecture that does not build',
      { architecture: { ...tinyArchitecture(), table: [[4000, [[4, 3]]]] } },
      /16,007 layers, at most 5,000 are allowed/,
    ],
  ])('is refused with %s, and nothing is left of it', async (_what, change, sentence) => {
    const services = await opened();
    const refused = await importing(services, change);
    if (refused.ok) throw new Error('It was imported.');
    expect(refused.error.code).toBe('invalid-input');
    expect(refused.error.message).toMatch(sentence);
    expect(services.runs.list()).toEqual([]);
  });
});

describe('an imported run', () => {
  it('is never trained', async () => {
    const services = await opened();
    const { id } = value(await importing(services));
    const asked = [
      services.control.resumeRun(id),
      services.control.extend(id, 1),
      services.control.pause(id),
      await services.control.fork({ id, checkpointId: null, name: '', recipe: DEFAULT_RECIPE }),
      services.control.start({
        name: '',
        architecture: tinyArchitecture(),
        datasetId: 'shapes',
        recipe: DEFAULT_RECIPE,
        planOf: id,
      }),
    ];
    const done = ['resumed', 'extended', 'paused', 'forked', 'repeated'];
    expect(asked.map((result) => !result.ok && result.error)).toEqual(
      done.map((what) => ({
        code: 'unsupported',
        message: `An imported run cannot be ${what}: of run ${id} ("history") only the figures are here, no weights.`,
      })),
    );
    expect(services.control.stop(id)).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(services.queue.hold(id, true)).toMatchObject({ ok: false, error: { code: 'conflict' } });
    expect(services.runs.list()).toHaveLength(1);
    expect(value(services.checkpoints.list(id))).toEqual([]);
  });

  it('is renamed, deleted and restored as any other', async () => {
    const services = await opened();
    const { id } = value(await importing(services));
    expect(value(services.runs.rename(id, 'mine')).name).toBe('mine');
    value(services.runs.remove([id]));
    expect(services.runs.list()).toEqual([]);
    value(services.runs.restore([id]));
    expect(services.runs.list()).toMatchObject([{ id, name: 'mine', imported: { file: 'history.csv' } }]);
  });

  it('goes for good with its source', async () => {
    const home = temporaryFolder();
    const first = await opened(home);
    value(first.runs.remove([value(await importing(first)).id]));
    await first.shutdown();
    const second = await opened(home);
    expect(second.imports.source(1)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(value(await importing(second)).id).toBe(2);
  });

  it('is exported with its source, and in CSV with a line for each epoch', async () => {
    const services = await opened();
    const { id } = value(await importing(services));
    expect(value(services.runs.export(id))).toMatchObject({
      source: TEXT,
      run: { imported: { file: 'history.csv' }, recipe: null },
      epochs: [{ epoch: 1, loss: 2 }, { epoch: 2 }],
      steps: [],
      states: [{ state: 'completed' }],
    });
    const [, ...lines] = value(services.runs.exportCsv(id)).trim().split('\r\n');
    expect(lines).toEqual([',1,,,,,,,,2,,,,,0.4,,,,,,,', ',2,,,,,,,,1,,,,,0.5,,,,,,,']);
  });

  it('shows the beginning of its source, line by line', async () => {
    const services = await opened();
    const { id } = value(await importing(services));
    expect(value(services.imports.source(id))).toEqual({ lines: TEXT.trim().split('\n'), count: 3 });
  });

  it('has no source where it was trained here', async () => {
    const services = await opened();
    const { id } = value(
      services.control.start({
        name: '',
        architecture: tinyArchitecture(),
        datasetId: 'shapes',
        recipe: DEFAULT_RECIPE,
        queue: 'held',
      }),
    );
    expect(services.imports.source(id)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(value(services.runs.export(id)).source).toBeNull();
  });
});
