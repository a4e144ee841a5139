import { flushPromises } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { findPreset } from '../../../../src/architecture/presets';
import { useArchitecturesStore } from '../../../../src/renderer/features/models/architectures-store';
import ModelRuns from '../../../../src/renderer/features/runs/ModelRuns.vue';
import RunDetails from '../../../../src/renderer/features/runs/RunDetails.vue';
import { useNewRun } from '../../../../src/renderer/features/runs/new-run';
import { sampleRun, savedSample } from '../../../unit/renderer/features/runs/sample';
import { ok } from '../../../unit/renderer/fake-main';
import { byTestId, click, freshWindow, mountInWindow } from '../../mount';

const preset = findPreset('resnet18')!.architecture;
const mine = { ...preset, name: 'mine', bias: false };

beforeEach(() => {
  localStorage.clear();
  freshWindow({
    'architectures.list': () => ok([savedSample({ id: 4, architecture: mine, version: 3 })]),
    'runs.list': () => ok([]),
  });
});
const text = (id: string): string => byTestId(id).textContent!.replace(/\s+/g, ' ');

describe('the runs of an architecture', () => {
  const runs = [
    { run: sampleRun({ id: 1, name: 'good', best: { valAccuracy: 0.9, epoch: 2 } }), version: 1 },
    { run: sampleRun({ id: 2, name: 'new', best: null, state: 'queued' }), version: 3 },
  ];

  it('are the best in one line, and all of them on demand', async () => {
    const { router } = await mountInWindow(ModelRuns, { runs, newest: 3, of: 'own:4' });
    expect(text('model-runs')).toContain('2 runs');
    expect(text('model-runs')).toContain('best 90.00 %version 1');
    await click(byTestId('model-runs-toggle'));
    const rows = [...byTestId('model-runs').querySelectorAll('li')].map((row) => row.textContent);
    expect(rows).toEqual(['goodversion 1, Completed90.00 %', 'newQueued–']);
    await click(byTestId('model-runs').querySelector<HTMLElement>('li a')!);
    await flushPromises();
    expect(router.currentRoute.value.path).toBe('/runs/1');
  });

  it('are nothing where there are none', async () => {
    await mountInWindow(ModelRuns, { runs: [], newest: null, of: 'own:4' });
    expect(document.querySelector('[data-testid="model-runs"]')).toBeNull();
  });
});

describe('the architecture of a run', () => {
  async function open(over: Parameters<typeof sampleRun>[0]) {
    await useArchitecturesStore().load();
    return mountInWindow(RunDetails, { run: sampleRun({ id: 12, ...over }) });
  }
  const pathOf = (id: string) => byTestId(id).getAttribute('href');

  it('is named with the version that it used, and leads to both', async () => {
    await open({ architecture: { ...mine, l2: 0 }, model: { id: 4, version: 2 } });
    expect(text('run-model-used')).toBe('mine, version 2 (now version 3) ');
    expect(pathOf('run-model-link')).toBe('/models/own:4');
    expect(pathOf('run-model-compare')).toBe('/models/compare/run:12/own:4');
    await click(byTestId('run-look'));
    expect(byTestId('look-dialog').textContent).toContain('L20');
  });

  it('is found by its content where the run does not know it', async () => {
    await open({ architecture: { ...mine, name: 'from a file', classes: 3 }, model: null });
    expect(text('run-model-used')).toBe('mine, version 3');
  });

  it('is a preset, or becomes a copy', async () => {
    await open({ architecture: preset });
    expect(pathOf('run-model-link')).toBe('/models/preset:resnet18');
    await open({ architecture: { ...preset, l2: 0.5 } });
    const copy = [...document.querySelectorAll('button')].find((one) =>
      one.textContent?.includes('Open a copy'),
    );
    await click(copy!);
    expect(useArchitecturesStore().edit.name).toBe('ResNet-18, L2 0.5');
  });
});

describe('a run that is asked for', () => {
  async function ask(
    architecture: typeof mine,
    request: Parameters<ReturnType<typeof useNewRun>['begin']>[1] = null,
  ) {
    await useArchitecturesStore().load();
    const newRun = useNewRun();
    newRun.begin(architecture, request);
    newRun.datasetId.value = 'shapes';
    return newRun;
  }

  it('is of the version in the library, adapted or not', async () => {
    const newRun = await ask(mine);
    expect(newRun.request.value?.model).toEqual({ id: 4, version: 3 });
    newRun.adapt();
    expect(newRun.request.value?.model).toEqual({ id: 4, version: 3 });
  });

  it('is of none where it is a preset, or an edit that is not saved', async () => {
    expect((await ask(preset)).request.value?.model).toBeNull();
    expect((await ask({ ...mine, l2: 0 })).request.value?.model).toBeNull();
  });

  it('that is started again is of the same version, as long as it is the same network', async () => {
    const { recipe, dataset } = sampleRun();
    const earlier = { ...mine, l2: 0 };
    const request = { name: '', architecture: earlier, datasetId: dataset.id, recipe };
    const again = await ask(earlier, { ...request, model: { id: 4, version: 1 } });
    expect(again.request.value?.model).toEqual({ id: 4, version: 1 });
    again.modelKey.value = 'preset:resnet18';
    expect(again.request.value?.model).toBeNull();
    const gone = await ask(earlier, { ...request, model: { id: 9, version: 1 } });
    expect(gone.request.value?.model).toBeNull();
  });
});
