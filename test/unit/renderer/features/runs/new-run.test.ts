import { beforeEach, describe, expect, it } from 'vitest';
import { findPreset } from '../../../../../src/architecture/presets';
import { useSettingsStore } from '../../../../../src/renderer/base/settings-store';
import { useDatasetsStore } from '../../../../../src/renderer/features/data/datasets-store';
import { useNewRun } from '../../../../../src/renderer/features/runs/new-run';
import { useRunsStore } from '../../../../../src/renderer/features/runs/runs-store';
import type { AppInfo } from '../../../../../src/shared/app-info';
import { DATASETS } from '../../../../../src/shared/datasets';
import { DEFAULT_RECIPE } from '../../../../../src/shared/recipe';
import type { RunRequest } from '../../../../../src/shared/run';
import { fakeMain, ok, type FakeMain } from '../../fake-main';
import { sampleRun } from './sample';

const resnet18 = findPreset('resnet18')!.architecture;
const resnet50 = findPreset('resnet50')!.architecture;
const earlier: RunRequest = {
  name: 'earlier',
  architecture: resnet50,
  datasetId: 'shapes',
  recipe: { ...DEFAULT_RECIPE, seed: 5 },
  device: 'cpu',
  planOf: 3,
};

let main: FakeMain;
beforeEach(() => {
  main = fakeMain({
    'datasets.list': () =>
      ok([
        {
          ...DATASETS.shapes,
          state: 'ready',
          detail: '',
          bytes: 0,
          sha256: null,
          copy: null,
          progress: null,
        },
      ]),
  });
});

describe('a new run', () => {
  it('begins with ResNet-18 on Shapes where nothing was asked for yet', () => {
    const run = useNewRun();
    run.begin(null, null);
    expect(run.modelKey.value).toBe('preset:resnet18');
    expect(run.obstacle.value).toBeNull();
    expect(run.request.value).toEqual({
      name: 'ResNet-18 on Shapes',
      architecture: resnet18,
      model: null,
      datasetId: 'shapes',
      recipe: DEFAULT_RECIPE,
      planOf: null,
      device: 'auto',
      queue: 'last',
    });
    expect(run.workload.value?.totalSteps).toBe(10 * Math.ceil(9000 / 64));
  });

  it('begins with what was asked for last, but for its name', async () => {
    main.answers['runs.start'] = () => ok(sampleRun());
    await useRunsStore().start(earlier);
    const run = useNewRun();
    run.name.value = 'left over';
    run.begin(null, null);
    expect(run.request.value).toMatchObject({
      architecture: resnet50,
      recipe: earlier.recipe,
      device: 'cpu',
      planOf: null,
    });
    expect(run.name.value).toBe('');
  });

  it('is another name where runs have the first', async () => {
    main.answers['runs.list'] = () =>
      ok([sampleRun({ name: 'ResNet-18 on Shapes', architecture: resnet18 })]);
    await useRunsStore().load();
    const run = useNewRun();
    run.begin(resnet18, null);
    expect(run.request.value?.name).toBe('ResNet-18 on Shapes (2)');
  });

  it('offers an architecture that is neither preset nor saved as given', () => {
    const run = useNewRun();
    run.begin({ ...resnet18, name: 'edit', l2: 0.5 }, null);
    expect(run.modelKey.value).toBe('given');
    expect(run.groups.value[0]).toMatchObject({ label: 'Yours', options: [{ value: 'given' }] });
    expect(run.request.value?.architecture.name).toBe('edit');
  });

  it('repeats the plan of an earlier run as long as network and batch are the same', () => {
    const run = useNewRun();
    run.begin(null, earlier);
    expect(run.planOf.value).toBe(3);
    run.fields.batchSize = '7';
    expect(run.planOf.value).toBeNull();
    run.fields.batchSize = '64';
    run.modelKey.value = 'preset:resnet18';
    expect(run.planOf.value).toBeNull();
  });

  it('is adapted to its data set until another architecture is chosen', () => {
    const run = useNewRun();
    run.begin({ ...resnet18, classes: 7 }, null);
    expect(run.request.value).toBeNull();
    run.adapt();
    expect(run.isAdapted.value).toBe(true);
    expect(run.request.value?.architecture.classes).toBe(10);
    run.modelKey.value = 'preset:resnet50';
    expect(run.isAdapted.value).toBe(false);
  });
});

describe('what keeps a run from starting', () => {
  it.each([
    ['the name', (run: ReturnType<typeof useNewRun>) => (run.name.value = 'a\u0000'), /^The name must not/],
    [
      'a field',
      (run: ReturnType<typeof useNewRun>) => (run.fields.epochs = '0'),
      /^Epochs must be at least 1/,
    ],
    [
      'the architecture',
      (run: ReturnType<typeof useNewRun>) => (run.modelKey.value = 'own:99'),
      'This architecture no longer exists; choose another one.',
    ],
  ])('is said of %s', (_, change, sentence) => {
    const run = useNewRun();
    run.begin(null, null);
    change(run);
    expect(run.obstacle.value).toMatch(sentence);
    expect(run.request.value).toBeNull();
  });

  it('is said of a GPU that is not there', () => {
    useSettingsStore().info = { gpuObstacle: 'there is no driver' } as AppInfo;
    const run = useNewRun();
    run.begin(null, { ...earlier, device: 'gpu' });
    expect(run.obstacle.value).toBe('The GPU cannot be used here: train on another device.');
  });

  it('is said of a data set that is not ready', async () => {
    await useDatasetsStore().load();
    const run = useNewRun();
    run.begin(null, null);
    expect(run.obstacle.value).toBeNull();
    main.send('dataset.changed', { ...useDatasetsStore().byId.shapes!, state: 'corrupt' });
    expect(run.obstacle.value).toBe('Shapes is not ready yet.');
  });
});
