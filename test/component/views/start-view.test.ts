import { describe, expect, it } from 'vitest';
import { DATASETS } from '../../../src/shared/datasets';
import type { DatasetStatus } from '../../../src/shared/dataset';
import { useRunsStore } from '../../../src/renderer/features/runs/runs-store';
import { notices } from '../../../src/renderer/base/notices';
import StartView from '../../../src/renderer/views/StartView.vue';
import { fail, ok } from '../../unit/renderer/fake-main';
import { sampleRun } from '../../unit/renderer/features/runs/sample';
import { byTestId, click, freshWindow, mountInWindow } from '../mount';

const cifar10 = (over: Partial<DatasetStatus>): DatasetStatus => ({
  ...DATASETS.cifar10,
  state: 'missing',
  detail: '',
  bytes: 0,
  sha256: null,
  copy: null,
  progress: null,
  ...over,
});
const page = () => byTestId('start-page').textContent.replace(/\s+/g, ' ');

describe('the start page', () => {
  it('trains the example by one press: a small net, on data that needs no network', async () => {
    const main = freshWindow({ 'runs.list': () => ok([]), 'runs.start': () => ok(sampleRun({ id: 4 })) });
    const { router } = await mountInWindow(StartView);
    await click(byTestId('door-example'));
    const [, request] = main.calls.find(([method]) => method === 'runs.start')!;
    expect(request).toMatchObject({
      datasetId: 'shapes',
      architecture: { name: 'resnet20' },
      recipe: { limitTrain: 2000 },
    });
    expect(router.currentRoute.value.path).toBe('/runs/4');
  });

  it('stays, and says why, where the example cannot be started', async () => {
    freshWindow({ 'runs.start': () => fail('storage', 'The disk is full.') });
    const { router } = await mountInWindow(StartView);
    await click(byTestId('door-example'));
    expect(router.currentRoute.value.path).toBe('/');
    expect(notices.value.map(({ message }) => message)).toContain('The disk is full.');
  });

  it('leads to the blog’s experiment, which starts nothing by itself', async () => {
    const main = freshWindow();
    const { router } = await mountInWindow(StartView);
    await click(byTestId('door-blog'));
    expect(router.currentRoute.value.path).toBe('/blog');
    expect(main.calls.map(([method]) => method)).not.toContain('runs.start');
  });

  it.each([
    [cifar10({ state: 'missing' }), 'not downloaded (170 MB)'],
    [cifar10({ state: 'missing', copy: '/data/cifar' }), 'a copy is on this machine'],
    [cifar10({ state: 'ready' }), 'downloaded and ready'],
    [cifar10({ state: 'corrupt' }), 'damaged, can be downloaded again'],
    [cifar10({ state: 'preparing' }), 'on its way'],
  ])('says whether the blog’s data is there (%#)', async (status, words) => {
    freshWindow({ 'datasets.list': () => ok([status]) });
    await mountInWindow(StartView);
    expect(page()).toContain(`CIFAR-10: ${words}`);
  });

  it('leads to a model, by the whole card as by its button', async () => {
    freshWindow();
    const { router } = await mountInWindow(StartView);
    await click(byTestId('door-model').closest('article')!);
    expect(router.currentRoute.value.path).toBe('/models/preset:resnet18');
  });

  it('can be left: to Models, or to the runs where there are some', async () => {
    freshWindow();
    const { router } = await mountInWindow(StartView);
    await click(byTestId('start-skip'));
    expect(router.currentRoute.value.path).toBe('/models');
    useRunsStore().byId = new Map([[1, sampleRun()]]);
    await click(byTestId('start-skip'));
    expect(router.currentRoute.value.path).toBe('/runs');
  });
});
