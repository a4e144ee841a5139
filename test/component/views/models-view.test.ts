import { flushPromises } from '@vue/test-utils';
import { beforeEach, expect, it } from 'vitest';
import { useArchitecturesStore } from '../../../src/renderer/features/models/architectures-store';
import { useSelection } from '../../../src/renderer/features/models/use-selection';
import ModelsView from '../../../src/renderer/views/ModelsView.vue';
import { ok } from '../../unit/renderer/fake-main';
import { freshWindow, mountInWindow } from '../mount';

beforeEach(() => {
  localStorage.clear();
  freshWindow({ 'architectures.list': () => ok([]) });
});

it('keeps what is chosen at the first edit of a preset, and lets it go with the network', async () => {
  const store = useArchitecturesStore();
  await store.load();
  store.select('preset:resnet18');
  await mountInWindow(ModelsView);
  const selection = useSelection();
  selection.choose({ stage: 'stage3' }, 'picture');
  store.apply({ kind: 'count', stage: 0, count: 3 });
  await flushPromises();
  expect(store.current).toBe('draft:1');
  expect(selection.selected).toEqual({ stage: 'stage3' });
  store.select('preset:resnet34');
  await flushPromises();
  expect(selection.selected).toBeNull();
});
