import { flushPromises } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Architecture } from '../../../../src/architecture/architecture';
import { findPreset } from '../../../../src/architecture/presets';
import { formatArchitecture } from '../../../../src/architecture/text/architecture';
import { notices } from '../../../../src/renderer/base/notices';
import { useArchitecturesStore } from '../../../../src/renderer/features/models/architectures-store';
import { useLibraryDialogs } from '../../../../src/renderer/features/models/library/library-dialogs';
import LibraryDialogs from '../../../../src/renderer/features/models/library/LibraryDialogs.vue';
import LibraryMenu from '../../../../src/renderer/features/models/library/LibraryMenu.vue';
import type { VersionRun } from '../../../../src/renderer/features/models/library/version-rows';
import ModelList from '../../../../src/renderer/features/models/ModelList.vue';
import type { ArchitectureVersion, SavedArchitecture } from '../../../../src/shared/saved-architecture';
import { savedSample } from '../../../unit/renderer/features/runs/sample';
import { ok, type FakeMain } from '../../../unit/renderer/fake-main';
import { byTestId, click, freshWindow, mountInWindow, press, type } from '../../mount';

const preset = findPreset('resnet18')!.architecture;
const named = (name: string, more: Partial<Architecture> = {}): Architecture => ({
  ...preset,
  name,
  ...more,
});
const [OLD, NOW] = [named('alpha', { bias: false }), named('alpha')];
const VERSIONS: ArchitectureVersion[] = [
  { version: 2, architecture: NOW, note: 'with biases', savedAt: 2 },
  { version: 1, architecture: OLD, note: '', savedAt: 1 },
];

let main: FakeMain;
let saved: SavedArchitecture[];
beforeEach(() => {
  localStorage.clear();
  notices.value = [];
  saved = [
    savedSample({ id: 1, architecture: NOW, version: 2, tags: ['cifar', 'thin'] }),
    savedSample({ id: 2, architecture: named('残差网络'), starred: true, notes: 'slow at first' }),
  ];
  let id = 10;
  main = freshWindow({
    'architectures.list': () => ok(saved),
    'architectures.save': ({ id: known, architecture }) =>
      ok(savedSample({ id: known ?? ++id, architecture, version: known === null ? 1 : 3 })),
    'architectures.describe': ({ id: known, ...changes }) =>
      ok({ ...saved.find((own) => own.id === known)!, ...changes }),
    'architectures.versions': () => ok(VERSIONS),
    'architectures.annotate': ({ version, note }) =>
      ok({ ...VERSIONS.find((one) => one.version === version)!, note }),
    'architectures.delete': () => ok(undefined),
  });
});

const callsOf = (method: string) => main.calls.filter(([name]) => name === method).map(([, args]) => args);
const messages = () => notices.value.map(({ message }) => message);

describe('the list', () => {
  async function open() {
    const store = useArchitecturesStore();
    await store.load();
    return { ...(await mountInWindow(ModelList)), store };
  }
  const yours = () =>
    [...document.querySelectorAll('[aria-label="Yours"] .item .name')].map((name) => name.textContent);
  const tag = (name: string) =>
    [...byTestId('tag-filter').querySelectorAll('button')].find((button) => button.textContent === name)!;

  it('has stars first, and gives and takes them', async () => {
    await open();
    expect(yours()).toEqual(['残差网络', 'alpha']);
    await click(byTestId('star-own:2'));
    expect(callsOf('architectures.describe')).toEqual([{ id: 2, starred: false }]);
    expect(yours()).toEqual(['alpha', '残差网络']);
  });

  it('is narrowed by tags and by what is typed, and says so in vain', async () => {
    await open();
    await click(tag('cifar'));
    expect(tag('cifar').getAttribute('aria-pressed')).toBe('true');
    expect(yours()).toEqual(['alpha']);
    await type(byTestId('models-filter'), 'slow');
    expect(byTestId('models-none').textContent).toContain(
      '“slow” in its name, tags or notes and the tag “cifar”',
    );
    await click(tag('cifar'));
    expect(yours()).toEqual(['残差网络']);
  });

  const dropped = (...files: File[]): DragEvent =>
    Object.assign(new Event('drop', { bubbles: true, cancelable: true }), {
      dataTransfer: { types: ['Files'], files },
    }) as unknown as DragEvent;

  it('takes files that are dropped on it, and names what is wrong with one', async () => {
    const { store } = await open();
    const good = new File([formatArchitecture(named('alpha', { classes: 3 }))], 'good.json');
    byTestId('model-list').dispatchEvent(dropped(good, new File(['{"name": 1}'], 'bad.json')));
    await flushPromises();
    await flushPromises();
    // The name is taken, so it gets a number.
    expect(callsOf('architectures.save')).toMatchObject([
      { id: null, architecture: { name: 'alpha 2', classes: 3 } },
    ]);
    expect(store.current).toBe('own:11');
    expect(messages()[0]).toMatch(/^bad\.json is not an architecture as JSON\. /);
    expect(messages()[1]).toBe('Imported alpha 2.');
  });

  const pasted = (text: string): Event =>
    Object.assign(new Event('paste', { bubbles: true }), {
      clipboardData: { files: [], getData: () => text },
    });

  it('takes what is pasted onto it, once', async () => {
    const { store } = await open();
    byTestId('model-own:1').dispatchEvent(pasted(formatArchitecture(NOW)));
    await flushPromises();
    expect([callsOf('architectures.save'), store.current]).toEqual([[], 'own:1']);
    expect(messages()).toEqual(['alpha is in the library already.']);
    byTestId('models-filter').dispatchEvent(pasted(formatArchitecture(named('new'))));
    await flushPromises();
    expect(callsOf('architectures.save')).toEqual([]);
  });

  it('takes an import back', async () => {
    const { store } = await open();
    byTestId('model-own:1').dispatchEvent(pasted(formatArchitecture(named('new'))));
    await flushPromises();
    await notices.value.at(-1)!.action!.run();
    expect(callsOf('architectures.delete')).toEqual([{ id: 11 }]);
    expect(store.current).toBe('preset:resnet18');
  });

  it('is walked through by arrow keys, one stop of the Tab key', async () => {
    await open();
    const first = byTestId('model-own:2');
    first.focus();
    await press(first, 'ArrowDown');
    expect(document.activeElement).toBe(byTestId('model-own:1'));
    expect([...document.querySelectorAll('.list a[tabindex="0"]')]).toHaveLength(1);
  });
});

describe('tags and notes', () => {
  async function open() {
    await useArchitecturesStore().load();
    useLibraryDialogs().details = 1;
    return mountInWindow(LibraryDialogs, { runs: [] });
  }

  it('are stored together, and tags in use are a press away', async () => {
    await open();
    expect(byTestId<HTMLInputElement>('details-tags').value).toBe('cifar, thin');
    await click(
      [...document.querySelectorAll<HTMLElement>('.known button')].find((one) => one.textContent === 'thin')!,
    );
    await type(byTestId('details-notes'), 'Line one\nLine two');
    byTestId('details-dialog').querySelector('form')!.dispatchEvent(new Event('submit'));
    await flushPromises();
    expect(callsOf('architectures.describe')[0]).toEqual({
      id: 1,
      starred: false,
      tags: ['cifar'],
      notes: 'Line one\nLine two',
    });
    expect(useLibraryDialogs().details).toBeNull();
  });

  it('that cannot be are said at once', async () => {
    await open();
    await type(byTestId('details-tags'), 'x'.repeat(41));
    expect(byTestId('details-dialog').textContent).toContain(
      'A tag must have at most 40 characters, got 41.',
    );
    expect(byTestId<HTMLButtonElement>('details-submit').disabled).toBe(true);
  });
});

describe('the versions', () => {
  const RUNS: VersionRun[] = [
    { id: 7, name: 'best run', version: 1, best: 0.84 },
    { id: 8, name: 'second', version: 1, best: null },
  ];
  async function open() {
    const store = useArchitecturesStore();
    await store.load();
    store.select('own:1');
    const mounted = await mountInWindow(LibraryDialogs, { runs: RUNS });
    useLibraryDialogs().versions = 1;
    await flushPromises();
    return { ...mounted, store };
  }
  const button = (label: string) => document.querySelector<HTMLElement>(`[aria-label="${label}"]`)!;

  it('say what changed, and which runs used them', async () => {
    await open();
    expect(byTestId('version-2').textContent).toContain('convolution bias no → yes');
    expect(byTestId('version-1').textContent).toContain('the first');
    expect(byTestId('version-1').textContent!.replace(/\s+/g, ' ')).toContain('best run 84.00 % and 1 more');
  });

  it('have notes that are edited in their place', async () => {
    await open();
    const note = byTestId<HTMLInputElement>('version-note-1');
    await type(note.parentElement!, 'the beginning');
    await press(note, 'Enter');
    expect(callsOf('architectures.annotate')).toEqual([{ id: 1, version: 1, note: 'the beginning' }]);
    await type(note.parentElement!, 'dropped');
    await press(note, 'Escape');
    expect([note.value, useLibraryDialogs().versions]).toEqual(['the beginning', 1]);
  });

  it('come back into the editor, and lead to their comparison', async () => {
    const { store, router } = await open();
    await click(button('Restore version 1'));
    expect([store.undoName, useLibraryDialogs().versions]).toEqual(['restore version 1', null]);
    expect(store.shown?.architecture.bias).toBe(false);
    useLibraryDialogs().versions = 1;
    await flushPromises();
    await click(button('Compare version 2'));
    expect(router.currentRoute.value.path).toBe('/models/compare/own:1@1/own:1@2');
  });

  it('can be looked at', async () => {
    await open();
    await click(button('Show version 1'));
    expect(byTestId('look-dialog').textContent).toContain('alpha, version 1');
    expect(byTestId('look-dialog').textContent).toContain('Convolution biasno');
  });
});

describe('a save with a note', () => {
  async function open(key: string) {
    const store = useArchitecturesStore();
    await store.load();
    store.select(key);
    await mountInWindow(LibraryMenu);
    await mountInWindow(LibraryDialogs, { runs: [] });
    return store;
  }
  const note = () => press(document.body, 's', { ctrlKey: true, altKey: true, code: 'KeyS' });
  async function submit() {
    byTestId('note-dialog').querySelector('form')!.dispatchEvent(new Event('submit'));
    await flushPromises();
  }

  it('gives the version its note', async () => {
    const store = await open('own:1');
    store.apply({ kind: 'count', stage: 0, count: 5 });
    await note();
    await type(byTestId('note-text'), 'deeper');
    await submit();
    expect(callsOf('architectures.save')).toMatchObject([{ id: 1, note: 'deeper' }]);
    expect(useLibraryDialogs().noting).toBe(false);
  });

  it('begins with the note that is there where nothing has changed', async () => {
    await open('own:1');
    await note();
    await flushPromises();
    expect(byTestId<HTMLInputElement>('note-text').value).toBe('with biases');
  });

  it('of a preset asks for a name as well', async () => {
    await open('preset:resnet34');
    await note();
    expect(byTestId<HTMLInputElement>('note-name').value).toBe('resnet34 copy');
    await type(byTestId('note-name'), 'mine');
    await submit();
    expect(callsOf('architectures.save')).toMatchObject([
      { id: null, architecture: { name: 'mine' }, note: '' },
    ]);
  });
});
