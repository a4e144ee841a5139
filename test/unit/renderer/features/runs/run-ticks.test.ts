import { beforeEach, expect, it } from 'vitest';
import { ref } from 'vue';
import { useSettingsStore } from '../../../../../src/renderer/base/settings-store';
import { useRunTicks } from '../../../../../src/renderer/features/runs/run-ticks';
import { useRunsStore } from '../../../../../src/renderer/features/runs/runs-store';
import type { Run } from '../../../../../src/shared/run';
import { DEFAULT_SETTINGS } from '../../../../../src/shared/settings';
import { fakeMain, ok } from '../../fake-main';
import { sampleRun } from './sample';

const runs = Array.from({ length: 120 }, (_, index) => sampleRun({ id: index + 1 }));
const shown = ref<readonly Run[]>([]);

beforeEach(async () => {
  fakeMain({
    'runs.list': () => ok(runs),
    'settings.set': (patch) => ok({ ...DEFAULT_SETTINGS, ...patch }),
  });
  await useRunsStore().load();
  shown.value = runs.slice(0, 3);
});
const compared = (): number[] => useSettingsStore().settings.compare;

it('ticks all shown beside those that are not shown, and clears them', () => {
  useSettingsStore().settings.compare = [9, 2];
  const ticks = useRunTicks(() => shown.value);
  expect([ticks.all.value, ticks.some.value]).toEqual([false, true]);
  expect(ticks.title.value).toBe('Compare all shown');
  ticks.toggleAll();
  expect(compared()).toEqual([9, 1, 2, 3]);
  expect(ticks.all.value).toBe(true);
  expect(ticks.title.value).toBe('Remove all shown from Compare');
  ticks.toggleAll();
  expect(compared()).toEqual([9]);
});

it('ticks no more than Compare can show, but clears any number', () => {
  shown.value = runs;
  const ticks = useRunTicks(() => shown.value);
  expect(ticks.disabled.value).toBe(true);
  expect(ticks.title.value).toBe('Filter to 100 runs or fewer to compare all');
  useSettingsStore().settings.compare = [4];
  expect(ticks.disabled.value).toBe(false);
  expect(ticks.title.value).toBe('Remove all shown from Compare');
  ticks.toggleAll();
  expect(compared()).toEqual([]);
});

it('has nothing to tick where nothing is shown', () => {
  shown.value = [];
  const ticks = useRunTicks(() => shown.value);
  expect([ticks.disabled.value, ticks.all.value]).toEqual([true, false]);
});
