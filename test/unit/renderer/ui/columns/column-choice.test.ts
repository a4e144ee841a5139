import { beforeEach, describe, expect, it } from 'vitest';
import { ref } from 'vue';
import { useSettingsStore } from '../../../../../src/renderer/base/settings-store';
import {
  sortedBy,
  useColumnChoice,
  type TableColumns,
} from '../../../../../src/renderer/ui/columns/column-choice';
import type { RunColumn } from '../../../../../src/renderer/features/runs/run-column';
import { RUN_CATALOG } from '../../../../../src/renderer/features/runs/run-columns';
import { DEFAULT_SETTINGS } from '../../../../../src/shared/settings';
import { fakeMain, fail, ok, type FakeMain } from '../../fake-main';

let main: FakeMain;
let choice: TableColumns<RunColumn>;
const room = ref(1800);
beforeEach(() => {
  main = fakeMain({ 'settings.set': (patch) => ok({ ...DEFAULT_SETTINGS, ...patch }) });
  room.value = 1800;
  choice = useColumnChoice({
    catalog: RUN_CATALOG,
    columns: 'runColumns',
    sort: 'runSort',
    usualSort: DEFAULT_SETTINGS.runSort,
    room: () => room.value,
  });
});
const keys = (): string[] => choice.columns.value.map(({ column }) => column.key);

describe('the choice of columns', () => {
  it('follows the room until something is chosen, and no more from then on', () => {
    const wide = keys();
    room.value = 800;
    expect(keys().length).toBeLessThan(wide.length);
    room.value = 1800;
    choice.toggle('seed');
    const chosen = keys();
    expect(chosen).toContain('seed');
    room.value = 800;
    expect(keys()).toEqual(chosen);
    choice.reset();
    expect(keys()).not.toContain('seed');
  });

  it('shows a width that is tried without remembering it', () => {
    choice.tryWidth({ key: 'state', width: 300 });
    expect(choice.columns.value.find(({ column }) => column.key === 'state')?.width).toBe(300);
    expect(main.calls).toEqual([]);
    choice.tryWidth(null);
    expect(choice.columns.value.find(({ column }) => column.key === 'state')?.width).toBe(116);
    choice.resize('state', 300);
    expect(useSettingsStore().settings.runColumns).toContainEqual({ key: 'state', width: 300 });
  });

  it('never loses the name and the column that is sorted by', () => {
    expect(choice.whyKept('name')).not.toBeNull();
    expect(choice.whyKept('created')).toBe('The table is sorted by it');
    choice.toggle('name');
    expect(keys()).toContain('name');
    choice.sortBy('macs');
    expect(choice.sort.value).toEqual({ key: 'macs', descending: true });
    expect(keys()).toContain('macs');
    expect(choice.whyKept('created')).toBeNull();
  });

  it('holds in the window where it could not be stored', () => {
    main.answers['settings.set'] = () => fail('storage', 'The disk is full.');
    choice.move('state', 1);
    expect(keys()[1]).toBe('state');
  });
});

describe('sortedBy', () => {
  it('begins with the largest number, or with A, and turns round when it is asked again', () => {
    const best = sortedBy(RUN_CATALOG, 'best', { key: 'created', descending: true });
    expect(best).toEqual({ key: 'best', descending: true });
    expect(sortedBy(RUN_CATALOG, 'best', best)).toEqual({ key: 'best', descending: false });
    expect(sortedBy(RUN_CATALOG, 'name', best)).toEqual({ key: 'name', descending: false });
  });

  it('stays where there is no such column', () => {
    const sort = { key: 'created', descending: true };
    expect(sortedBy(RUN_CATALOG, 'future', sort)).toBe(sort);
  });
});
