import { flushPromises } from '@vue/test-utils';
import { beforeEach, expect, it } from 'vitest';
import { findPreset } from '../../../src/architecture/presets';
import { useArchitecturesStore } from '../../../src/renderer/features/models/architectures-store';
import ModelCompareView from '../../../src/renderer/views/ModelCompareView.vue';
import { sampleRun, savedSample } from '../../unit/renderer/features/runs/sample';
import { ok } from '../../unit/renderer/fake-main';
import { byTestId, click, freshWindow, mountInWindow } from '../mount';

const preset = findPreset('resnet18')!.architecture;
const [first, second] = [
  { ...preset, name: 'mine', l2: 0 },
  { ...preset, name: 'mine', table: preset.table.slice(0, 3) },
];

beforeEach(() => {
  localStorage.clear();
  freshWindow({
    'architectures.list': () => ok([savedSample({ id: 4, architecture: second, version: 2 })]),
    'architectures.versions': () =>
      ok([
        { version: 2, architecture: second, note: 'shorter', savedAt: 2 },
        { version: 1, architecture: first, note: '', savedAt: 1 },
      ]),
    'runs.list': () => ok([sampleRun({ id: 12, name: 'old run', architecture: { ...preset, bias: false } })]),
  });
});

async function open(before: string, after: string) {
  await useArchitecturesStore().load();
  const mounted = await mountInWindow(ModelCompareView, {}, {}, `/models/compare/${before}/${after}`);
  await flushPromises();
  return mounted;
}
const rows = (id: string): string[] =>
  [...byTestId(id).querySelectorAll('tbody tr')].map((row) => row.textContent!.replace(/\s+/g, ' ').trim());

it('holds two versions against each other: totals, stages, conventions, picture', async () => {
  await open('own:4@1', 'own:4@2');
  expect(rows('compare-totals')[0]).toMatch(/^Parameters ?11,196,042 ?2,\d{3},\d{3} ?-8\.\d+ M \(-75 %\)$/);
  expect(rows('compare-stages')[3]).toMatch(/^4 ?−removed ?2 × \(3×3, 512 → 3×3, 512\) ?–$/);
  expect(rows('compare-conventions')).toEqual(['L201e-4']);
  expect(byTestId('difference-picture').querySelector('svg')?.getAttribute('aria-label')).toContain(
    'From mine, version 1 to mine, version 2: 2 blocks removed',
  );
});

it('offers the versions, presets and runs that can stand on either side, and swaps them', async () => {
  const { router } = await open('run:12', 'own:4');
  const options = [...byTestId('compare-before').querySelectorAll('option')].map(({ value }) => value);
  expect(options).toEqual(
    expect.arrayContaining(['own:4', 'own:4@2', 'own:4@1', 'run:12', 'preset:resnet20']),
  );
  expect(rows('compare-conventions')).toEqual(['convolution biasnoyes']);
  await click(byTestId('compare-swap'));
  await flushPromises();
  expect(router.currentRoute.value.path).toBe('/models/compare/own:4/run:12');
  expect(rows('compare-conventions')).toEqual(['convolution biasyesno']);
});

it('says where nothing differs, and where one of the two is gone', async () => {
  const { router } = await open('preset:resnet18', 'preset:resnet18');
  expect(byTestId('compare-same').textContent).toContain('the same in everything but their names');
  await router.push('/models/compare/own:9/preset:resnet18');
  await flushPromises();
  expect(byTestId('model-compare').textContent).toContain('One of the two does not exist');
});

it('follows what is edited meanwhile', async () => {
  const store = useArchitecturesStore();
  await open('own:4@2', 'own:4');
  expect(document.querySelector('[data-testid="compare-same"]')).not.toBeNull();
  store.select('own:4');
  store.apply({ kind: 'conventions', values: { bias: false } });
  await flushPromises();
  expect(rows('compare-conventions')).toEqual(['convolution biasyesno']);
});
