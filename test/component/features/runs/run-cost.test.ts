import { flushPromises } from '@vue/test-utils';
import { beforeEach, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { buildNetwork } from '../../../../src/architecture/network';
import { findPreset } from '../../../../src/architecture/presets';
import { differentParts } from '../../../../src/architecture/step-parts';
import NewRunDialog from '../../../../src/renderer/features/runs/NewRunDialog.vue';
import { useRunsStore } from '../../../../src/renderer/features/runs/runs-store';
import type { KnownCosts } from '../../../../src/shared/cost/known';
import { stepKey, type CostRecord } from '../../../../src/shared/cost/record';
import { DATASETS } from '../../../../src/shared/datasets';
import type { BuiltInId, DatasetState, DatasetStatus } from '../../../../src/shared/dataset';
import { DEFAULT_RECIPE } from '../../../../src/shared/recipe';
import { fail, ok, type FakeMain } from '../../../unit/renderer/fake-main';
import { sampleRun } from '../../../unit/renderer/features/runs/sample';
import { byTestId, click, freshWindow, mountInWindow, NO_COSTS, type } from '../../mount';

const { architecture } = findPreset('resnet18')!;
const parts = Object.fromEntries(
  [...differentParts(buildNetwork(architecture)).keys()].map((key) => [key, { forward: 0.5, backward: 1 }]),
);
const record = (steps: CostRecord['steps'] = {}): CostRecord => ({
  about: { batch: 64, gpu: null, threads: 2, tensorflow: '2.21.0', processor: 'a processor' },
  libraries: [],
  pass: 0,
  parts,
  updates: [{ rule: 'adam-l2', values: 11_186_442, milliseconds: 10 }],
  steps,
});
const taken = {
  milliseconds: 150,
  evaluation: 0.5,
  layers: {},
  foretold: { milliseconds: 120, largeMaps: 0.5 },
  at: 0,
};

const status = (id: BuiltInId, state: DatasetState): DatasetStatus => ({
  ...DATASETS[id],
  state,
  detail: 'Not here.',
  bytes: 0,
  sha256: null,
  copy: null,
  progress: null,
});

let main: FakeMain;
let known: KnownCosts;
let cifar10: DatasetState;
beforeEach(() => {
  known = NO_COSTS;
  cifar10 = 'ready';
  main = freshWindow({
    'runs.list': () => ok([]),
    'datasets.list': () => ok([status('shapes', 'ready'), status('cifar10', cifar10)]),
    'costs.known': () => ok(known),
  });
});
const open = () => mountInWindow(NewRunDialog, { show: true, architecture });
const find = (id: string): HTMLElement | null => document.querySelector(`[data-testid="${id}"]`);
const asked = (method: string): unknown[] =>
  main.calls.filter(([name]) => name === method).map(([, args]) => args);

it('says memory and disk where nothing was measured, and measures by a button that can be cancelled', async () => {
  await open();
  expect(byTestId('cost-time').textContent).toBe('not measured yet');
  expect(byTestId('cost-memory').textContent).toMatch(/^about [\d.]+ [MG]iB$/);
  expect(byTestId('cost-disk').textContent).toBe('403 MB');
  expect(asked('costs.known')).toEqual([{ batch: 64, device: 'auto' }]);

  let answer: (done: ReturnType<typeof ok<KnownCosts>> | ReturnType<typeof fail>) => void = () => {};
  main.answers['costs.measure'] = () => new Promise((resolve) => (answer = resolve));
  main.answers['costs.cancel'] = () => {
    answer(fail('cancelled', 'The measurement was cancelled.'));
    return ok();
  };
  expect(byTestId('cost-measure').textContent.trim()).toBe('Measure');
  await click(byTestId('cost-measure'));
  expect(asked('costs.measure')).toMatchObject([{ architecture, batch: 64, device: 'auto' }]);
  main.send('costs.measuring', { stage: 'Taking steps', fraction: 0.25 });
  await nextTick();
  expect(byTestId('cost-progress').textContent).toBe('Taking steps');
  expect(document.querySelector('[role="progressbar"]')!.getAttribute('aria-valuenow')).toBe('25');
  // One button, so that the keyboard stays where it is.
  expect(byTestId('cost-measure').textContent.trim()).toBe('Cancel measuring');
  await click(byTestId('cost-measure'));
  await flushPromises();
  expect(find('cost-refusal')).toBeNull();

  await click(byTestId('cost-measure'));
  known = { ...NO_COSTS, record: record({ [stepKey(architecture, DEFAULT_RECIPE)]: taken }) };
  answer(ok(known));
  await flushPromises();
  // 45,000 / 64 steps of 150 ms, 5,000 images of 0.5 ms and a checkpoint: 108.4 s.
  expect(byTestId('cost-time').textContent).toBe('about 18 min, 1 min 48 s an epoch');
  expect(byTestId('cost-detail').textContent).toMatch(
    /^150 ms a step\. Steps of this network were measured here/,
  );
  expect(byTestId('cost-measure').textContent.trim()).toBe('Measure again');
  // The proposed one has batches of that size too, but all 50,000 images and the test set.
  expect(byTestId('run-recipe-proposal').textContent).toContain('about 20 min, 2 min 3 s an epoch');
});

it('tells the time by parts with its error, and follows what is typed without another look', async () => {
  known = { ...NO_COSTS, record: record() };
  await open();
  expect(byTestId('cost-detail').textContent).toContain('usually off by about 15 %');
  expect(byTestId('cost-measure')).toBeTruthy();
  const ten = byTestId('cost-time').textContent;
  await type(byTestId('run-epochs'), '2000');
  expect(byTestId('cost-time').textContent).not.toBe(ten);
  expect(byTestId('run-warnings').textContent).toMatch(/more than a day, about \d+ [dh]/);
  expect(asked('costs.known')).toHaveLength(1);
  await type(byTestId('run-batch-size'), '32');
  await flushPromises();
  expect(asked('costs.known')).toEqual([
    { batch: 64, device: 'auto' },
    { batch: 32, device: 'auto' },
  ]);
});

it('names a batch that will not fit with the largest that will, and a disk that is too small', async () => {
  known = { ...NO_COSTS, memory: { totalBytes: 4e9, availableBytes: 3e9 }, freeBytes: 1e8 };
  await open();
  await type(byTestId('run-batch-size'), '20000');
  await flushPromises();
  const text = byTestId('run-warnings').textContent;
  expect(text).toMatch(/choose a batch size or micro-batch size of [\d,]+ or less/);
  expect(text).toContain('Its checkpoints will take 403 MB');
});

it('says that the machine is shared while a run trains, and does not measure beside it', async () => {
  known = { ...NO_COSTS, record: record(), training: [3] };
  main.answers['runs.list'] = () => ok([sampleRun({ id: 3, state: 'running' })]);
  await open();
  await useRunsStore().load();
  await nextTick();
  expect(byTestId('cost-shared').textContent).toContain('Run 3 is being trained on this machine');
  expect(byTestId<HTMLButtonElement>('cost-measure').disabled).toBe(true);
});

it('shows why main did not measure', async () => {
  main.answers['costs.measure'] = () => fail('conflict', 'Run 4 is being trained.');
  await open();
  await click(byTestId('cost-measure'));
  await flushPromises();
  expect(byTestId('cost-refusal').textContent).toBe('Run 4 is being trained.');
});

it('trains on CIFAR-10 by default once it is there', async () => {
  await open();
  expect(byTestId<HTMLInputElement>('run-dataset-cifar10').checked).toBe(true);
});

it('trains on what works at once by default where it is not there', async () => {
  cifar10 = 'missing';
  await open();
  expect(byTestId<HTMLInputElement>('run-dataset-shapes').checked).toBe(true);
});
