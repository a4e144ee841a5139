/** Histories of other programs become runs: chosen, dropped or pasted, shown as understood, and imported. */
import { flushPromises } from '@vue/test-utils';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Told } from '../../../../src/renderer/features/runs/history-worker';
import ImportDialog from '../../../../src/renderer/features/runs/ImportDialog.vue';
import { notices } from '../../../../src/renderer/base/notices';
import type { MethodArgs } from '../../../../src/shared/contract';
import { readHistory } from '../../../../src/shared/histories/read';
import { findPreset } from '../../../../src/architecture/presets';
import { fail, ok } from '../../../unit/renderer/fake-main';
import { sampleRun } from '../../../unit/renderer/features/runs/sample';
import { byTestId, click, eventually, freshWindow, mountInWindow, type, type Mounted } from '../../mount';

const BLOG = readFileSync(join(__dirname, '../../../unit/shared/histories/files/blog.txt'), 'utf8');
const CSV = 'epoch,loss,lr\n0,1.5,0.1\n1,1.25,0.1\n';
const BROKEN = 'epoch,loss\n0,1.5\n1,low\n';

const file = (name: string, content: string | Uint8Array<ArrayBuffer>): File => new File([content], name);

type Asked = MethodArgs<'runs.import'>;
/** Main imports everything, counting from run 7. */
function freshMain(): { asked: Asked[] } {
  const asked: Asked[] = [];
  freshWindow({
    'datasets.list': () => ok([]),
    'runs.import': (args) => {
      asked.push(args);
      return ok(sampleRun({ id: 6 + asked.length, name: args.name }));
    },
  });
  return { asked };
}

async function open(files: readonly File[] = []): Promise<Mounted> {
  const mounted = await mountInWindow(ImportDialog, { show: true, files });
  await eventually(() => expect(panels()).toHaveLength(files.length));
  return mounted;
}

const panels = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-testid="history"]')];
const within = <E extends HTMLElement = HTMLElement>(panel: HTMLElement, id: string): E | null =>
  panel.querySelector<E>(`[data-testid="${id}"]`);
const submit = (): HTMLButtonElement => byTestId('import-submit');
const status = (): string => byTestId('import-status').textContent;
const cells = (panel: HTMLElement): string[][] =>
  [...panel.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent.trim()),
  );

async function select(element: HTMLElement, value: string): Promise<void> {
  (element as HTMLSelectElement).value = value;
  element.dispatchEvent(new Event('change'));
  await flushPromises();
}

function dragEvent(kind: string, files: readonly File[], types = ['Files']): DragEvent {
  const event = new Event(kind, { bubbles: true, cancelable: true });
  Object.defineProperty(event, 'dataTransfer', { value: { types, files } });
  return event as DragEvent;
}

describe('the Import dialog', () => {
  it('shows a pasted log as it is understood, and imports it', async () => {
    const { asked } = freshMain();
    const { router, emitted } = await open();
    expect(submit().disabled).toBe(true);
    await type(byTestId('import-paste'), BLOG);
    const [panel] = panels();
    expect(panel!.textContent).toContain('Keras console log: 10 epochs of 782 steps');
    expect(cells(panel!)).toEqual([
      ['loss', 'Loss', '1.7900', '0.8584'],
      ['acc', 'Accuracy', '42.12 %', '80.03 %'],
      ['val_loss', 'Validation loss', '2.2747', '1.3718'],
      ['val_acc', 'Validation accuracy', '34.73 %', '64.65 %'],
      ['time on the progress bar', 'Duration', '17 min 18 s', '18 min 57 s'],
    ]);
    expect(status()).toBe('1 history understood.');
    expect(submit().textContent.trim()).toBe('Import 1 run');
    await type(within(panel!, 'history-name')!, 'the blog');
    await select(within(panel!, 'history-model')!, 'preset:resnet18');
    await select(within(panel!, 'history-dataset')!, 'cifar10');
    await click(submit());
    expect(asked).toEqual([
      {
        text: BLOG,
        file: null,
        name: 'the blog',
        architecture: findPreset('resnet18')!.architecture,
        datasetId: 'cifar10',
        again: false,
      },
    ]);
    expect(emitted['update:show']).toEqual([[false]]);
    expect(router.currentRoute.value.path).toBe('/runs/7');
    expect(notices.value.map(({ message }) => message)).toEqual(['1 run imported.']);
  });

  it('reads several files, says what it leaves out, and imports those that are understood', async () => {
    const { asked } = freshMain();
    const { router, emitted } = await open([file('resnet18.csv', CSV), file('broken.csv', BROKEN)]);
    const [good, bad] = panels();
    expect(within(good!, 'history-left-out')!.textContent).toContain(
      'lr: Resbench keeps no learning rate of an epoch.',
    );
    expect(within<HTMLInputElement>(good!, 'history-name')!.placeholder).toBe('resnet18');
    expect(within(bad!, 'history-problems')!.textContent.trim()).toBe(
      'Line 3: “loss”: “low” is no number; write one, nan, or nothing where it is not known.',
    );
    expect(within(bad!, 'history-name')).toBeNull();
    expect(status()).toBe('1 history understood, 1 not understood.');
    await click(submit());
    expect(asked).toEqual([
      {
        text: CSV,
        file: 'resnet18.csv',
        name: 'resnet18',
        architecture: null,
        datasetId: null,
        again: false,
      },
    ]);
    // What is broken stays, with its reasons.
    expect(panels()).toHaveLength(1);
    expect(emitted['update:show']).toBeUndefined();
    expect(submit().disabled).toBe(true);
    await click(within(panels()[0]!, 'history-remove')!);
    expect(status()).toBe('');
    expect(router.currentRoute.value.path).toBe('/');
  });

  it('goes to the table where it made several', async () => {
    const { asked } = freshMain();
    const { router } = await open([file('a.csv', CSV), file('b.csv', CSV)]);
    expect(submit().textContent.trim()).toBe('Import 2 runs');
    await click(submit());
    expect(asked.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(router.currentRoute.value.path).toBe('/runs');
  });

  it('imports what is there already where that is asked for', async () => {
    const asked: Asked[] = [];
    freshWindow({
      'datasets.list': () => ok([]),
      'runs.import': (args) => {
        asked.push(args);
        return args.again ? ok(sampleRun({ id: 9 })) : fail('conflict', 'It is there already, as run 3.');
      },
    });
    const { router } = await open([file('a.csv', CSV)]);
    await click(submit());
    const [panel] = panels();
    expect(within(panel!, 'history-refusal')!.getAttribute('role')).toBe('alert');
    expect(within(panel!, 'history-refusal')!.textContent).toContain('It is there already, as run 3.');
    expect(submit().disabled).toBe(true);
    await click(within(panel!, 'history-again')!);
    expect(asked.map(({ again }) => again)).toEqual([false, true]);
    expect(router.currentRoute.value.path).toBe('/runs/9');
  });

  it('says why main did not take it, and tries again', async () => {
    const main = freshWindow({ 'runs.import': () => fail('storage', 'The disk is full.') });
    await open([file('a.csv', CSV)]);
    await click(submit());
    expect(byTestId('history-refusal').textContent).toContain('The disk is full.');
    expect(document.querySelector('[data-testid="history-again"]')).toBeNull();
    main.answers['runs.import'] = () => ok(sampleRun({ id: 9 }));
    await click(submit());
    expect(panels()).toEqual([]);
  });

  it('takes dropped files, and files of the chooser', async () => {
    freshMain();
    await open();
    const target = byTestId('import-drop');
    target.dispatchEvent(dragEvent('dragenter', []));
    await flushPromises();
    expect(target.classList.contains('over')).toBe(true);
    expect(target.dispatchEvent(dragEvent('dragover', []))).toBe(false);
    expect(target.dispatchEvent(dragEvent('drop', [file('a.csv', CSV)]))).toBe(false);
    await eventually(() => expect(panels()).toHaveLength(1));
    expect(target.classList.contains('over')).toBe(false);
    // A text that is dragged is none of ours.
    expect(target.dispatchEvent(dragEvent('dragover', [], ['text/plain']))).toBe(true);

    const input = byTestId<HTMLInputElement>('import-files');
    Object.defineProperty(input, 'files', { value: [file('b.csv', CSV), file('c.csv', CSV)] });
    input.dispatchEvent(new Event('change'));
    await eventually(() => expect(panels()).toHaveLength(3));
  });

  it('reads UTF-16 with a mark, and says that a file is none that it can read', async () => {
    freshMain();
    const utf16 = Uint8Array.from([0xff, 0xfe, ...new Uint8Array(Buffer.from(CSV, 'utf16le'))]);
    const huge = file('huge.log', 'x');
    Object.defineProperty(huge, 'size', { value: 90_000_000 });
    const gone = file('gone.log', 'x');
    gone.arrayBuffer = () => Promise.reject(new Error('It was moved.'));
    await open([file('utf16.csv', utf16), huge, gone]);
    const [first, second, third] = panels();
    expect(cells(first!)).toEqual([['loss', 'Loss', '1.5000', '1.2500']]);
    expect(second!.textContent).toContain('The file has 90.0 MB, more than any history');
    expect(third!.textContent).toContain('The file could not be read: It was moved.');
  });

  it('counts the problems that it does not list', async () => {
    freshMain();
    const rows = Array.from({ length: 20 }, (_, epoch) => `${epoch},low`);
    await open([file('a.csv', ['epoch,loss', ...rows].join('\n'))]);
    expect(panels()[0]!.textContent).toContain('and 14 more');
  });

  it('folds up what is left out where it is much, and lists the first of it', async () => {
    freshMain();
    const names = Array.from({ length: 60 }, (_, index) => `extra${index}`);
    await open([file('a.csv', `epoch,loss,${names.join(',')}\n0,1${',0'.repeat(60)}\n`)]);
    const leftOut = byTestId<HTMLDetailsElement>('history-left-out');
    expect(leftOut.open).toBe(false);
    expect(leftOut.querySelectorAll('li')).toHaveLength(51);
    expect(leftOut.textContent).toContain('and 10 more');
  });

  it('says what is wrong with a name, and does not import under it', async () => {
    freshMain();
    await open([file('a.csv', CSV)]);
    await type(byTestId('history-name'), 'a\u202eb');
    expect(byTestId('history-name').getAttribute('aria-invalid')).toBe('true');
    expect(submit().disabled).toBe(true);
  });

  it('forgets what is still being read when it is closed', async () => {
    freshMain();
    const { props } = await mountInWindow(ImportDialog, { show: false, files: [] });
    const slow = file('slow.csv', CSV);
    let give = (_: ArrayBuffer): void => undefined;
    slow.arrayBuffer = () => new Promise((resolve) => (give = resolve));
    props.files = [slow];
    props.show = true;
    await flushPromises();
    expect(status()).toBe('Reading…');
    props.show = false;
    await flushPromises();
    props.files = [];
    props.show = true;
    await flushPromises();
    give(new TextEncoder().encode(CSV).buffer);
    await flushPromises();
    expect([panels(), status()]).toEqual([[], '']);
  });

  it('is labelled, and begins empty each time', async () => {
    freshMain();
    const { props } = await open([file('a.csv', CSV)]);
    expect(document.querySelector('[role="dialog"]')!.getAttribute('aria-labelledby')).toBeTruthy();
    for (const control of document.querySelectorAll<HTMLInputElement>(
      '[role="dialog"] :is(textarea, select, input:not([hidden]))',
    )) {
      const name = control.getAttribute('aria-label') ?? control.labels?.[0]?.textContent;
      expect(name, control.outerHTML).toBeTruthy();
    }
    const panel = panels()[0]!;
    expect(document.getElementById(panel.getAttribute('aria-labelledby')!)!.textContent).toContain('a.csv');
    expect(byTestId('import-status').getAttribute('role')).toBe('status');
    props.show = false;
    await flushPromises();
    props.files = [];
    props.show = true;
    await flushPromises();
    expect(panels()).toEqual([]);
  });
});

/** The program beside the page; the test says what it says. */
class ScriptedWorker extends EventTarget {
  static all: ScriptedWorker[] = [];
  asked: unknown;
  isEnded = false;
  constructor() {
    super();
    ScriptedWorker.all.push(this);
  }
  postMessage(asked: unknown): void {
    this.asked = asked;
  }
  terminate(): void {
    this.isEnded = true;
  }
  async say(told: Told): Promise<void> {
    this.dispatchEvent(new MessageEvent('message', { data: told }));
    await flushPromises();
  }
}

describe('a long history', () => {
  const LONG = `${CSV}${'\n'.repeat(200_000)}`;
  const pending = (): HTMLElement[] => [
    ...document.querySelectorAll<HTMLElement>('[data-testid="history-pending"]'),
  ];
  const workers = (): ScriptedWorker[] => ScriptedWorker.all;
  const read: Told = { kind: 'read', text: LONG, reading: readHistory(LONG) };

  beforeEach(() => {
    ScriptedWorker.all = [];
    vi.stubGlobal('Worker', ScriptedWorker);
    freshMain();
  });
  async function openLong(...names: string[]): Promise<void> {
    const files = names.map((name) => file(name, LONG));
    await mountInWindow(ImportDialog, { show: true, files });
  }

  it('is read beside the page, which says how far that is', async () => {
    await openLong('long.csv');
    const bar = pending()[0]!.querySelector('[role="progressbar"]')!;
    expect(bar.getAttribute('aria-label')).toBe('Reading long.csv');
    expect(bar.getAttribute('aria-valuenow')).toBe('0');
    await workers()[0]!.say({ kind: 'share', share: 0.42 });
    expect(bar.getAttribute('aria-valuenow')).toBe('42');
    expect(status()).toBe('Reading…');
    await workers()[0]!.say(read);
    expect(pending()).toEqual([]);
    expect(cells(panels()[0]!)).toEqual([['loss', 'Loss', '1.5000', '1.2500']]);
    expect(workers()[0]!.isEnded).toBe(true);
  });

  it('is given up while it is read, and the next is read', async () => {
    await openLong('one.csv', 'two.csv');
    expect(pending().map((one) => one.textContent.trim())).toEqual(['one.csvReading… 0 %', 'two.csvWaiting']);
    expect(workers()).toHaveLength(1);
    await click(within(pending()[0]!, 'history-cancel')!);
    expect(workers().map(({ isEnded }) => isEnded)).toEqual([true, false]);
    expect(pending()).toHaveLength(1);
    await workers()[1]!.say(read);
    expect(panels().map((panel) => panel.querySelector('h3')!.textContent.trim())).toEqual(['two.csv']);
  });

  it('is given up before its turn', async () => {
    await openLong('one.csv', 'two.csv');
    await click(within(pending()[1]!, 'history-cancel')!);
    await workers()[0]!.say(read);
    expect(workers()).toHaveLength(1);
    expect(panels()).toHaveLength(1);
    expect(status()).toBe('1 history understood.');
  });

  it('is given up with the dialog', async () => {
    const { props } = await mountInWindow(ImportDialog, { show: true, files: [file('a.csv', LONG)] });
    props.show = false;
    await flushPromises();
    expect(workers()[0]!.isEnded).toBe(true);
  });

  it('that is pasted takes the place of the one before', async () => {
    await openLong();
    await type(byTestId('import-paste'), LONG);
    await type(byTestId('import-paste'), `${LONG} `);
    expect(workers().map(({ isEnded }) => isEnded)).toEqual([true, false]);
    expect(workers()[1]!.asked).toBe(`${LONG} `);
    await workers()[1]!.say(read);
    expect(panels()).toHaveLength(1);
    await type(byTestId('import-paste'), '');
    expect(panels()).toEqual([]);
  });

  it('that cannot be read says so', async () => {
    await openLong('one.csv', 'two.csv');
    await workers()[0]!.say({ kind: 'failed', why: 'it was moved' });
    workers()[1]!.dispatchEvent(new Event('error'));
    await flushPromises();
    expect(panels().map((panel) => within(panel, 'history-problems')!.textContent.trim())).toEqual([
      'The file could not be read: it was moved',
      'The file could not be read: its reader ended',
    ]);
  });
});
