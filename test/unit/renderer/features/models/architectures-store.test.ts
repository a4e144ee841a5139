import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkTable } from '../../../../../src/architecture/block-table';
import { buildNetwork } from '../../../../../src/architecture/network';
import { PRESETS } from '../../../../../src/architecture/presets';
import { formatArchitecture } from '../../../../../src/architecture/text/architecture';
import { ArchitectureService } from '../../../../../src/main/architectures/service';
import { ArchitectureStore } from '../../../../../src/main/db/stores/architectures';
import type { Db } from '../../../../../src/main/db/database';
import { openDatabase } from '../../../../../src/main/db/open';
import { SettingStore } from '../../../../../src/main/db/stores/settings';
import { SettingsService } from '../../../../../src/main/settings/service';
import { editOf, type Edit } from '../../../../../src/renderer/features/models/document';
import { dismiss, notices } from '../../../../../src/renderer/base/notices';
import { useArchitecturesStore } from '../../../../../src/renderer/features/models/architectures-store';
import { useSettingsStore } from '../../../../../src/renderer/base/settings-store';
import { useLibraryStore } from '../../../../../src/renderer/features/models/library-store';
import type { MethodArgs } from '../../../../../src/shared/contract';
import { ok } from '../../../../../src/shared/result';

/** As they are, but counted. */
vi.mock(import('../../../../../src/architecture/network'), async (load) => {
  const network = await load();
  return { ...network, buildNetwork: vi.fn(network.buildNetwork) };
});
vi.mock(import('../../../../../src/architecture/block-table'), async (load) => {
  const table = await load();
  return { ...table, checkTable: vi.fn(table.checkTable) };
});

/** The window's surroundings: the real services on a real database, reached without a process in between. */
let folder: string;
let db: Db;
let services: { architectures: ArchitectureService; settings: SettingsService };
let pageListeners: Map<string, () => void>;
let kept: Map<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resbench-'));
  const opened = openDatabase(join(folder, 'resbench.db'));
  if (!opened.ok) throw new Error(opened.error.message);
  db = opened.value;
  services = {
    architectures: new ArchitectureService(new ArchitectureStore(db)),
    settings: new SettingsService(new SettingStore(db)),
  };
  kept = new Map();
  notices.value = [];
});

afterEach(() => {
  pageListeners.get('pagehide')?.();
  vi.unstubAllGlobals();
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the window (again): new stores, the same database. */
async function openWindow() {
  pageListeners = new Map();
  const { architectures, settings } = services;
  const handlers: Record<string, (args: never) => unknown> = {
    'app.info': () => ok({ home: folder }),
    'settings.get': () => ok(settings.get()),
    'settings.set': (change: Parameters<typeof settings.set>[0]) => settings.set(change),
    'architectures.list': () => ok(architectures.list()),
    'architectures.save': ({ id, architecture, note }: MethodArgs<'architectures.save'>) =>
      architectures.save(id, architecture, note),
    'architectures.rename': ({ id, name }: MethodArgs<'architectures.rename'>) =>
      architectures.rename(id, name),
    'architectures.describe': ({ id, ...changes }: MethodArgs<'architectures.describe'>) =>
      architectures.describe(id, changes),
    'architectures.versions': ({ id }: MethodArgs<'architectures.versions'>) => architectures.versions(id),
    'architectures.annotate': ({ id, version, note }: MethodArgs<'architectures.annotate'>) =>
      architectures.annotate(id, version, note),
    'architectures.delete': ({ id }: { id: number }) => architectures.delete(id),
    'architectures.restore': ({ id }: { id: number }) => architectures.restore(id),
  };
  vi.stubGlobal('window', {
    api: { call: async (method: string, args: never) => handlers[method]!(args), on: () => () => undefined },
    addEventListener: (event: string, listener: () => void) => pageListeners.set(event, listener),
    matchMedia: () => ({ matches: false, addEventListener: () => undefined }),
  });
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  setActivePinia(createPinia());
  await useSettingsStore().load();
  const store = useArchitecturesStore();
  await store.load();
  return store;
}

/** Closes the window, which writes what is not saved yet, and opens it again. */
async function reopenWindow() {
  pageListeners.get('pagehide')?.();
  return openWindow();
}

async function undo(): Promise<void> {
  const notice = notices.value.find(({ action }) => action !== null)!;
  dismiss(notice.id);
  await notice.action!.run();
}

const errors = (): string[] =>
  notices.value.filter(({ kind }) => kind === 'error').map(({ message }) => message);
const SMALL = '[[1, [[8, 3]]]]';

describe('a preset', () => {
  it('stays as it is when it is edited: the edit is an unsaved copy', async () => {
    const store = await openWindow();
    store.change({ tableText: SMALL });
    expect(store.current).toBe('draft:1');
    expect(store.edit.name).toBe('resnet18 (edited)');
    expect(store.shown?.architecture.table).toEqual([[1, [[8, 3]]]]);
    store.select('preset:resnet18');
    expect(store.shown?.summary.totalParams).toBe(11_196_042);
  });

  it('can be edited into several copies of different names', async () => {
    const store = await openWindow();
    store.change({ tableText: SMALL });
    store.select('preset:resnet18');
    store.change({ tableText: SMALL });
    expect(store.copies.map(({ name }) => name)).toEqual(['resnet18 (edited)', 'resnet18 (edited 2)']);
  });

  it('is duplicated into a saved architecture', async () => {
    const store = await openWindow();
    await store.duplicate('preset:resnet50');
    await store.duplicate('preset:resnet50');
    expect(services.architectures.list().map(({ architecture }) => architecture.name)).toEqual([
      'resnet50 copy',
      'resnet50 copy 2',
    ]);
    expect(store.current).toBe('own:2');
  });
});

describe('a text with a mistake', () => {
  it('leaves the last valid summary, marked as stale', async () => {
    const store = await openWindow();
    store.change({ tableText: SMALL });
    store.change({ tableText: '[[1, [[8, 3' });
    expect(store.stale).toBe(true);
    expect(store.shown?.architecture.table).toEqual([[1, [[8, 3]]]]);
    expect(store.evaluation.problems).toHaveLength(1);
  });

  it('is still there after looking at another architecture', async () => {
    const store = await openWindow();
    store.change({ tableText: '[[1, [[8, 3' });
    store.select('preset:resnet50');
    expect(store.stale).toBe(false);
    store.select('draft:1');
    expect(store.edit.tableText).toBe('[[1, [[8, 3');
    expect(store.stale).toBe(true);
  });

  it('cannot be saved', async () => {
    const store = await openWindow();
    store.change({ tableText: '[' });
    expect(await store.save()).toBe(false);
    expect(services.architectures.list()).toEqual([]);
  });
});

describe('one edit', () => {
  /** How often a table is checked and a network built by what follows. */
  async function work(edit: () => unknown): Promise<[checks: number, builds: number]> {
    vi.mocked(checkTable).mockClear();
    vi.mocked(buildNetwork).mockClear();
    await edit();
    return [vi.mocked(checkTable).mock.calls.length, vi.mocked(buildNetwork).mock.calls.length];
  }

  it.each<[string, Partial<Edit>]>([
    ['the table', { tableText: '[[2, [[8, 3]]]]' }],
    ['a field', { fields: { ...editOf(PRESETS[0]!.architecture).fields, classes: '12' } }],
    ['a field into a mistake', { fields: { ...editOf(PRESETS[0]!.architecture).fields, classes: 'x' } }],
    ['the name', { name: 'other' }],
    ['the JSON text', { json: formatArchitecture({ ...PRESETS[0]!.architecture, classes: 7 }) }],
  ])(
    'of %s checks the table once at most and builds the network once, whoever shows it',
    async (_what, patch) => {
      const store = await openWindow();
      const change = async (): Promise<void> => {
        const [checks, builds] = await work(() => store.change({ ...patch }));
        // A text that was read before is not read again.
        expect(checks).toBeLessThanOrEqual(1);
        expect(builds).toBe(store.evaluation.architecture === null ? 0 : 1);
      };
      await change();
      expect(
        await work(() => [store.changed, store.stale, store.copies, store.names, store.jsonText]),
      ).toEqual([0, 0]);
      await change();
    },
  );

  it('into a table with a mistake builds one network, for what is wrong with the fields', async () => {
    const store = await openWindow();
    expect(await work(() => store.change({ tableText: '[[1, [[8, 0]]]]' }))).toEqual([1, 1]);
    expect(await work(() => store.change({ tableText: '[[1, [[8, -1]]]]' }))).toEqual([1, 1]);
  });

  it('shows the network that the check built', async () => {
    const store = await openWindow();
    store.change({ tableText: SMALL });
    expect(store.shown?.network).toBe(store.evaluation.network);
    expect(store.shown?.network).toEqual(buildNetwork(store.evaluation.architecture!));
  });

  it('that comes back after looking elsewhere is not worked out again', async () => {
    const store = await openWindow();
    store.change({ tableText: SMALL });
    store.select('preset:resnet50');
    expect(await work(() => store.select('draft:1'))).toEqual([0, 0]);
    expect(store.shown?.architecture.table).toEqual([[1, [[8, 3]]]]);
  });
});

describe('saving', () => {
  it('turns an unsaved copy into an own architecture and keeps its text as typed', async () => {
    const store = await openWindow();
    store.change({ tableText: `# mine\n${SMALL}`, name: 'small' });
    expect(await store.save()).toBe(true);
    expect(store.current).toBe('own:1');
    expect(store.edit.tableText).toBe(`# mine\n${SMALL}`);
    expect([...store.changed]).toEqual([]);
    expect(store.copies).toEqual([]);
    expect(services.architectures.list()[0]?.architecture).toMatchObject({
      name: 'small',
      table: [[1, [[8, 3]]]],
    });
  });

  it('overwrites an own architecture with its changes', async () => {
    const store = await openWindow();
    await store.duplicate('preset:resnet18');
    store.change({ tableText: SMALL });
    expect([...store.changed]).toEqual(['own:1']);
    await store.save();
    expect(services.architectures.list().map(({ architecture }) => architecture.table)).toEqual([
      [[1, [[8, 3]]]],
    ]);
  });

  it('under another name leaves the first as it was saved', async () => {
    const store = await openWindow();
    await store.duplicate('preset:resnet18');
    store.change({ tableText: SMALL });
    await store.save('second');
    expect(store.current).toBe('own:2');
    expect([...store.changed]).toEqual([]);
    store.select('own:1');
    expect(store.shown?.architecture.table).toHaveLength(4);
  });

  it('under a name that is taken says so and keeps the edit', async () => {
    const store = await openWindow();
    await store.duplicate('preset:resnet18');
    store.select('preset:resnet50');
    store.change({ name: 'resnet18 copy' });
    expect(await store.save()).toBe(false);
    expect(errors()).toEqual([expect.stringContaining('"resnet18 copy"')]);
    expect(store.current).toBe('draft:1');
  });
});

describe('the name of an unsaved copy', () => {
  it('is only suggested until its user gives it one', async () => {
    const store = await openWindow();
    expect(store.suggestedName).toBeNull();
    store.change({ tableText: SMALL });
    expect(store.suggestedName).toBe('resnet18 (edited)');
    store.change({ name: 'small' });
    expect(store.suggestedName).toBeNull();
    store.change({ tableText: '[[2, [[8, 3]]]]' });
    expect(store.suggestedName).toBeNull();
  });

  it('follows the variable in the text until its user gives it one', async () => {
    const store = await openWindow();
    store.change({ tableText: `tiny = ${SMALL}` });
    expect([store.edit.name, store.suggestedName]).toEqual(['tiny', 'tiny']);
    store.change({ tableText: `tinier = ${SMALL}` });
    expect(store.edit.name).toBe('tinier');
    store.change({ name: 'mine' });
    store.change({ tableText: `other = ${SMALL}` });
    expect([store.edit.name, store.suggestedName]).toEqual(['mine', null]);
    store.undo();
    store.undo();
    store.undo();
    expect(store.edit.name).toBe('tiny');
  });

  it('stays the same where the variable has the name of a preset', async () => {
    const store = await openWindow();
    store.change({ tableText: `resnet18 = ${SMALL}` });
    expect(store.edit.name).toBe('resnet18 2');
    store.change({ tableText: 'resnet18 = [[2, [[8, 3]]]]' });
    expect(store.edit.name).toBe('resnet18 2');
  });

  it('is nobody’s choice again where a step leads back to it', async () => {
    const store = await openWindow();
    store.change({ tableText: `tiny = ${SMALL}` });
    store.undo();
    expect([store.edit.name, store.suggestedName]).toEqual(['resnet18 (edited)', 'resnet18 (edited)']);
    store.redo();
    expect([store.edit.name, store.suggestedName]).toEqual(['tiny', 'tiny']);
  });

  it('of a saved one is not taken back with the steps before it was renamed', async () => {
    const store = await openWindow();
    store.change({ tableText: SMALL });
    await store.save('first');
    store.seal();
    store.change({ tableText: '[[2, [[8, 3]]]]' });
    await store.rename(1, 'second');
    store.undo();
    expect([store.edit.name, store.edit.tableText]).toEqual(['second', SMALL]);
  });

  it('is none where the JSON text still says the preset', async () => {
    const store = await openWindow();
    store.setJson(true);
    store.change({ json: store.jsonText.replace('"classes": 10', '"classes": 7') });
    expect(store.suggestedName).toBe('resnet18 (edited)');
    store.change({ json: store.jsonText.replace('"resnet18"', '"seven"') });
    expect(store.suggestedName).toBeNull();
  });

  it('is suggested for a new one, and across a restart', async () => {
    const store = await openWindow();
    store.begin(store.shown!.architecture, 'untitled');
    expect(store.suggestedName).toBe('untitled');
    expect((await reopenWindow()).suggestedName).toBe('untitled');
  });

  it('is given once it is saved', async () => {
    const store = await openWindow();
    store.change({ tableText: SMALL });
    await store.save('small');
    expect(store.suggestedName).toBeNull();
    store.change({ tableText: '[[2, [[8, 3]]]]' });
    expect(store.suggestedName).toBeNull();
  });
});

describe('reverting', () => {
  it('an own architecture brings back what was saved, and can be undone', async () => {
    const store = await openWindow();
    await store.duplicate('preset:resnet18');
    store.change({ tableText: SMALL });
    store.revert();
    expect(store.shown?.architecture.table).toHaveLength(4);
    await undo();
    expect(store.edit.tableText).toBe(SMALL);
    expect([...store.changed]).toEqual(['own:1']);
  });

  it('an unsaved copy goes back to the preset, and can be undone', async () => {
    const store = await openWindow();
    store.change({ tableText: SMALL });
    store.revert();
    expect(store.current).toBe('preset:resnet18');
    expect(store.copies).toEqual([]);
    await undo();
    expect(store.current).toBe('draft:1');
    expect(store.edit.tableText).toBe(SMALL);
  });
});

describe('steps', () => {
  type Store = Awaited<ReturnType<typeof openWindow>>;
  /** One press of a key at a time, a moment apart. */
  function typeTable(store: Store, ...texts: string[]): void {
    for (const tableText of texts) {
      store.change({ tableText });
      vi.advanceTimersByTime(100);
    }
  }
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('go over the text and over changes by hand alike, each with its name', async () => {
    const store = await openWindow();
    store.apply({ kind: 'filters', stage: 2, convolution: null, filters: 192 });
    store.apply({ kind: 'conventions', values: { shortcut: 'none' } });
    store.change({ tableText: store.edit.tableText.replace('[2, [[512', '[3, [[512') });
    store.apply({ kind: 'remove-stage', stage: 0 });
    const names: (string | null)[] = [];
    const texts = [store.edit.tableText];
    for (let step = 0; step < 4; step++) {
      names.push(store.undoName);
      store.undo();
      texts.push(store.edit.tableText);
    }
    expect(names).toEqual([
      'remove stage 1',
      'stage 4 blocks 2 → 3',
      'shortcut option B → none',
      'stage 3 filters 256 → 192',
    ]);
    expect([store.undoName, store.redoName]).toEqual([null, 'stage 3 filters 256 → 192']);
    expect(store.shown?.summary.totalParams).toBe(11_196_042);
    for (const text of texts.slice(0, 4).reverse()) {
      store.redo();
      expect(store.edit.tableText).toBe(text);
    }
    expect(store.redoName).toBeNull();
  });

  it('are one while somebody types in one place', async () => {
    const store = await openWindow();
    store.change({ tableText: SMALL });
    vi.advanceTimersByTime(5000);
    typeTable(store, '[[1, [[, 3]]]]', '[[1, [[1, 3]]]]', '[[1, [[16, 3]]]]');
    expect(store.undoName).toBe('stage 1 filters 8 → 16');
    store.undo();
    expect(store.edit.tableText).toBe(SMALL);
  });

  it('end with a pause, and in another place', async () => {
    const store = await openWindow();
    store.change({ tableText: SMALL });
    vi.advanceTimersByTime(5000);
    typeTable(store, '[[1, [[81, 3]]]]', '[[11, [[81, 3]]]]');
    expect(store.undoName).toBe('stage 1 blocks 1 → 11');
    vi.advanceTimersByTime(5000);
    typeTable(store, '[[112, [[81, 3]]]]');
    expect(store.undoName).toBe('stage 1 blocks 11 → 112');
    store.undo();
    store.undo();
    expect(store.undoName).toBe('stage 1 filters 8 → 81');
  });

  it('that only break the text are typing, and the mend is named by what it changed', async () => {
    const store = await openWindow();
    store.change({ tableText: SMALL });
    vi.advanceTimersByTime(5000);
    typeTable(store, '[[1, [[8, 3]]');
    expect(store.undoName).toBe('typing');
    vi.advanceTimersByTime(5000);
    store.change({ tableText: '[[2, [[8, 3]]]]' });
    expect(store.undoName).toBe('stage 1 blocks 1 → 2');
  });

  it('in one field are one until it is left', async () => {
    const store = await openWindow();
    const count = (value: number) => store.apply({ kind: 'count', stage: 0, count: value }, 'count:0');
    count(1);
    count(19);
    vi.advanceTimersByTime(60_000);
    count(192);
    expect(store.undoName).toBe('stage 1 blocks 2 → 192');
    store.seal();
    count(3);
    expect(store.undoName).toBe('stage 1 blocks 192 → 3');
  });

  it('are those of each architecture, and stay with it when it is saved', async () => {
    vi.useRealTimers();
    const store = await openWindow();
    store.apply({ kind: 'count', stage: 0, count: 3 });
    await store.save('mine');
    expect([store.current, store.undoName]).toEqual(['own:1', 'stage 1 blocks 2 → 3']);
    store.undo();
    expect([store.edit.name, [...store.changed]]).toEqual(['mine', ['own:1']]);
    store.select('preset:resnet50');
    expect(store.undoName).toBeNull();
  });

  it('by hand wait while the text has a mistake', async () => {
    const store = await openWindow();
    store.change({ tableText: '[[1, [[8, 3' });
    expect(store.apply({ kind: 'count', stage: 0, count: 3 })).toBe(false);
    expect(store.apply({ kind: 'conventions', values: { bias: false } })).toBe(true);
    expect(store.edit).toMatchObject({ tableText: '[[1, [[8, 3', fields: { bias: false } });
  });
});

describe('what has changed', () => {
  it('since the preset is listed and taken back one by one, as steps', async () => {
    const store = await openWindow();
    store.change({ tableText: store.edit.tableText.replace('[2, [[64', '[5, [[64'), name: 'mine' });
    store.apply({ kind: 'conventions', values: { shortcut: 'none', classes: 7 } });
    expect(store.changes!.map(({ name }) => name)).toEqual([
      'stage 1 blocks 2 → 5',
      'classes 10 → 7',
      'shortcut option B → none',
    ]);
    store.takeBack(store.changes![1]!);
    expect(store.shown?.architecture.classes).toBe(10);
    expect(store.undoName).toBe('take back classes 10 → 7');
    store.takeAllBack();
    expect(store.changes).toEqual([]);
    expect(store.shown?.summary.totalParams).toBe(11_196_042);
    store.undo();
    expect(store.changes).toHaveLength(2);
  });

  it('is nothing that could be said while the text has a mistake', async () => {
    const store = await openWindow();
    store.change({ tableText: '[' });
    expect(store.changes).toBeNull();
  });

  it('of a saved architecture is what differs from it', async () => {
    const store = await openWindow();
    await store.duplicate('preset:resnet18');
    store.change({ name: 'other' });
    expect(store.changes!.map(({ name }) => name)).toEqual(['name resnet18 copy → other']);
  });

  it('of a new one is what differs from what it began from, across a restart', async () => {
    const store = await openWindow();
    store.begin(PRESETS[1]!.architecture, 'untitled');
    expect(store.changes).toEqual([]);
    store.apply({ kind: 'count', stage: 0, count: 9 });
    expect((await reopenWindow()).changes!.map(({ what }) => what)).toEqual(['stage 1 blocks']);
  });
});

describe('deleting', () => {
  it('can be undone, with unsaved changes and all', async () => {
    const store = await openWindow();
    await store.duplicate('preset:resnet18');
    store.change({ tableText: SMALL });
    await store.remove(1);
    expect(services.architectures.list()).toEqual([]);
    expect(store.current).toBe('preset:resnet18');
    await undo();
    expect(services.architectures.list()).toHaveLength(1);
    expect(store.current).toBe('own:1');
    expect(store.edit.tableText).toBe(SMALL);
  });
});

describe('renaming', () => {
  it('keeps unsaved changes apart from the new name', async () => {
    const store = await openWindow();
    await store.duplicate('preset:resnet18');
    store.change({ tableText: SMALL });
    expect(await store.rename(1, 'other')).toBe(true);
    expect(services.architectures.list()[0]?.architecture).toMatchObject({
      name: 'other',
      table: { length: 4 },
    });
    expect(store.edit).toMatchObject({ name: 'other', tableText: SMALL });
  });
});

describe('the JSON tab', () => {
  it('changes nothing by being looked at', async () => {
    const store = await openWindow();
    expect(store.setJson(true)).toBe(true);
    expect(JSON.parse(store.jsonText)).toMatchObject({ name: 'resnet18', classes: 10 });
    store.setJson(false);
    expect(store.current).toBe('preset:resnet18');
    expect([...store.changed]).toEqual([]);
  });

  it('hands a valid edit over to the form', async () => {
    const store = await openWindow();
    store.setJson(true);
    store.change({ json: store.jsonText.replace('"classes": 10', '"classes": 7') });
    expect(store.shown?.architecture.classes).toBe(7);
    expect(store.setJson(false)).toBe(true);
    expect(store.edit).toMatchObject({ json: null, fields: { classes: '7' } });
  });

  it('stays in front while its text has a mistake', async () => {
    const store = await openWindow();
    store.setJson(true);
    store.change({ json: '{' });
    expect(store.setJson(false)).toBe(false);
    expect(store.jsonOpen).toBe(true);
    expect(store.jsonText).toBe('{');
  });

  it('cannot be opened while the form has a mistake', async () => {
    const store = await openWindow();
    store.change({ tableText: '[' });
    expect(store.setJson(true)).toBe(false);
    expect(store.jsonOpen).toBe(false);
  });
});

describe('closing the window', () => {
  it('loses no unsaved edit, valid or not, and comes back to the same architecture', async () => {
    const store = await openWindow();
    await store.duplicate('preset:resnet18');
    store.change({ tableText: SMALL });
    store.select('preset:resnet50');
    store.change({ tableText: '[[1, [[8' });
    const again = await reopenWindow();
    expect(again.current).toBe('draft:1');
    expect(again.edit.tableText).toBe('[[1, [[8');
    again.select('own:1');
    expect(again.edit.tableText).toBe(SMALL);
  });

  it('keeps the edit of an architecture that was deleted elsewhere as an unsaved copy', async () => {
    const store = await openWindow();
    await store.duplicate('preset:resnet18');
    store.change({ tableText: SMALL });
    services.architectures.delete(1);
    const again = await reopenWindow();
    expect(again.saved).toEqual([]);
    again.select('draft:1');
    expect(again.edit.tableText).toBe(SMALL);
  });

  it.each(['nonsense', '{"draft:1":{}}', '{"draft:1":{"base":"preset:resnet18","edit":{"name":5}}}', 'null'])(
    'into stored edits that cannot be read (%s) starts without them',
    async (text) => {
      await openWindow();
      pageListeners.clear();
      kept.set(`resbench.drafts:${folder}`, text);
      const store = await openWindow();
      expect(store.copies).toEqual([]);
      expect(store.current).toBe('preset:resnet18');
    },
  );
});

describe('versions', () => {
  /** A saved architecture with a version before its newest. */
  async function withTwo() {
    const store = await openWindow();
    await store.duplicate('preset:resnet18');
    store.change({ tableText: SMALL });
    await store.save(undefined, 'much smaller');
    return { store, library: useLibraryStore() };
  }

  it('are made by each save, with its note', async () => {
    const { library } = await withTwo();
    const versions = await library.loadVersions(1);
    expect(versions.map(({ version, note }) => [version, note])).toEqual([
      [2, 'much smaller'],
      [1, ''],
    ]);
    expect(notices.value.at(-1)?.message).toBe('Saved resnet18 copy as version 2.');
  });

  it('are read again once there is another one', async () => {
    const { store, library } = await withTwo();
    await library.loadVersions(1);
    store.apply({ kind: 'count', stage: 0, count: 5 });
    await store.save();
    expect(library.versionsOf(1)).toBeNull();
    expect((await library.loadVersions(1)).map(({ version }) => version)).toEqual([3, 2, 1]);
  });

  it('get another note later', async () => {
    const { library } = await withTwo();
    await library.loadVersions(1);
    expect(await library.annotate(1, 1, 'the beginning')).toBe(true);
    expect(library.versionsOf(1)?.at(-1)?.note).toBe('the beginning');
    await library.annotate(1, 1, 'x'.repeat(201));
    expect(errors()).toEqual(['The note of a version must have at most 200 characters, got 201.']);
  });

  it('come back into the editor as one step that can be undone', async () => {
    const { store, library } = await withTwo();
    const [, first] = await library.loadVersions(1);
    store.select('preset:resnet34');
    expect(store.restoreVersion(1, first!)).toBe(true);
    expect([store.current, store.undoName, store.changed.has('own:1')]).toEqual([
      'own:1',
      'restore version 1',
      true,
    ]);
    expect(store.shown?.architecture.table).toEqual(first!.architecture.table);
    store.undo();
    expect([store.edit.tableText, store.changed.has('own:1')]).toEqual([SMALL, false]);
  });

  it('come back over a text with a mistake', async () => {
    const { store, library } = await withTwo();
    const [, first] = await library.loadVersions(1);
    store.change({ tableText: '[[' });
    expect(store.restoreVersion(1, first!)).toBe(true);
    expect(store.evaluation.architecture?.table).toEqual(first!.architecture.table);
  });
});

describe('a library that a terminal changes meanwhile', () => {
  it('is read again, with what was edited', async () => {
    const store = await openWindow();
    await store.duplicate('preset:resnet18');
    store.change({ tableText: SMALL });
    services.architectures.describe(1, { starred: true, tags: ['new'] });
    await store.refreshLibrary();
    expect([useLibraryStore().tags, store.edit.tableText]).toEqual([['new'], SMALL]);
  });

  it('leaves the edit of what is gone as an unsaved copy, in front', async () => {
    const store = await openWindow();
    await store.duplicate('preset:resnet18');
    store.change({ tableText: SMALL });
    services.architectures.delete(1);
    await store.refreshLibrary();
    expect([store.current, store.edit.tableText]).toEqual(['draft:1', SMALL]);
  });

  it('shows the default in place of what is gone unedited', async () => {
    const store = await openWindow();
    await store.duplicate('preset:resnet34');
    services.architectures.delete(1);
    await store.refreshLibrary();
    expect([store.current, store.shown?.architecture.name]).toEqual(['preset:resnet18', 'resnet18']);
  });
});
