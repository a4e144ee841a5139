import { flushPromises } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { nextTick } from 'vue';
import { useSettingsStore } from '../../../../src/renderer/base/settings-store';
import { useRunsStore } from '../../../../src/renderer/features/runs/runs-store';
import RunsTable from '../../../../src/renderer/features/runs/RunsTable.vue';
import type { FakeMain } from '../../../unit/renderer/fake-main';
import { ok } from '../../../unit/renderer/fake-main';
import { sampleRun } from '../../../unit/renderer/features/runs/sample';
import { byTestId, click, freshWindow, mountInWindow, press, type Mounted } from '../../mount';

const COUNT = 60;
const runs = Array.from({ length: COUNT }, (_, index) =>
  sampleRun({ id: index + 1, name: `run ${index + 1}`, createdAt: 1e9 - index }),
);

let main: FakeMain;
let table: Mounted;

beforeEach(async () => {
  main = freshWindow({ 'runs.list': () => ok(runs) });
  await useRunsStore().load();
  table = await mountInWindow(RunsTable, { runs });
});

const row = (id: number): HTMLElement => document.querySelector<HTMLElement>(`[data-row="${id}"]`)!;
const heads = (): string[] =>
  [...document.querySelectorAll<HTMLElement>('th[data-column]')].map(({ dataset }) => dataset.column!);
const head = (key: string): HTMLElement => byTestId(`column-${key}`);
const widthOf = (key: string): string =>
  document.querySelectorAll<HTMLElement>('col')[heads().indexOf(key) + 1]!.style.width;
/** What main was last asked to remember; a proxy of Vue's could not be sent there. */
const remembered = (): Record<string, unknown> => {
  const patch = main.calls.filter(([method]) => method === 'settings.set').at(-1)?.[1];
  return structuredClone(patch) as Record<string, unknown>;
};

describe('the rows by keyboard', () => {
  it('are moved between by arrows, Home and End, and only those in sight are in the document', async () => {
    expect(document.querySelectorAll('[data-row]').length).toBeLessThan(COUNT);
    row(1).focus();
    await press(row(1), 'ArrowDown');
    expect(document.activeElement).toBe(row(2));
    await press(row(2), 'ArrowUp');
    expect(document.activeElement).toBe(row(1));
    await press(row(1), 'End');
    expect(document.activeElement).toBe(row(COUNT));
    await press(row(COUNT), 'Home');
    expect(document.activeElement).toBe(row(1));
    expect(row(1).tabIndex).toBe(0);
    expect(row(2).tabIndex).toBe(-1);
  });

  it('are opened by Enter, renamed by F2 and ticked by Space', async () => {
    row(2).focus();
    await press(row(2), 'Enter');
    expect(table.emitted.open).toEqual([[runs[1]]]);
    await press(row(2), 'F2');
    expect(table.emitted.rename).toEqual([[runs[1]]]);
    await press(row(2), ' ');
    expect(remembered()).toEqual({ compare: [2] });
    await press(row(2), ' ');
    expect(remembered()).toEqual({ compare: [] });
  });

  it('leave keys to a control within', async () => {
    const box = row(1).querySelector('input')!;
    await press(box, 'Enter');
    await press(box, 'Delete');
    expect(table.emitted.open).toBeUndefined();
    expect(main.calls.some(([method]) => method === 'runs.delete')).toBe(false);
  });
});

describe('the heads', () => {
  it('sort by whichever part is pressed, and say so', async () => {
    const cell = (key: string): Element => head(key).closest('th')!;
    expect(cell('created').getAttribute('aria-sort')).toBe('descending');
    // A button presses itself by Enter and Space; here it is pressed.
    await click(head('name'));
    expect(remembered()).toEqual({ runSort: { key: 'name', descending: false } });
    expect(cell('name').getAttribute('aria-sort')).toBe('ascending');
    expect(cell('created').getAttribute('aria-sort')).toBe('none');
    await click(head('name'));
    expect(cell('name').getAttribute('aria-sort')).toBe('descending');
    expect(head('name').parentElement).toBe(cell('name'));
    expect(head('name').tagName).toBe('BUTTON');
  });

  it('are moved by Alt with the arrows, and keep the focus', async () => {
    const before = heads();
    head('state').focus();
    await press(head('state'), 'ArrowLeft', { altKey: true });
    const after = heads();
    expect(after.indexOf('state')).toBe(before.indexOf('state') - 1);
    expect(document.activeElement).toBe(head('state'));
    expect((remembered().runColumns as { key: string }[]).map(({ key }) => key)).toEqual(after);
    const said = document.querySelector('table + [role="status"]');
    expect(said?.textContent).toBe(`State is column ${after.indexOf('state') + 1} of ${after.length}.`);
    await press(head('state'), 'ArrowRight', { altKey: true });
    expect(heads()).toEqual(before);
  });

  it('do not leave the ends', async () => {
    const calls = main.calls.length;
    await press(head(heads()[0]!), 'ArrowLeft', { altKey: true });
    await press(head(heads().at(-1)!), 'ArrowRight', { altKey: true });
    expect(main.calls.length).toBe(calls);
  });

  it('are sized by Shift with the arrows', async () => {
    const before = Number.parseInt(widthOf('state'));
    await press(head('state'), 'ArrowRight', { shiftKey: true });
    expect(widthOf('state')).toBe(`${before + 16}px`);
    await press(head('state'), 'ArrowLeft', { shiftKey: true });
    await press(head('state'), 'ArrowLeft', { shiftKey: true });
    expect(widthOf('state')).toBe(`${before - 16}px`);
    expect(remembered().runColumns).toContainEqual({ key: 'state', width: before - 16 });
  });

  it('are left alone by other keys with the arrows', async () => {
    const calls = main.calls.length;
    for (const more of [{}, { ctrlKey: true, altKey: true }, { altKey: true, shiftKey: true }]) {
      expect((await press(head('state'), 'ArrowLeft', more)).defaultPrevented).toBe(false);
    }
    expect(main.calls.length).toBe(calls);
  });

  it('fit their texts when the edge is pressed twice', async () => {
    byTestId('column-edge-created').dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    await flushPromises();
    // 16 characters of 6 pixels, and the padding.
    expect(widthOf('created')).toBe(`${16 * 6 + 20}px`);
  });
});

describe('the heads by pointer', () => {
  const pointer = async (target: EventTarget, kind: string, clientX: number): Promise<void> => {
    target.dispatchEvent(new PointerEvent(kind, { bubbles: true, button: 0, pointerId: 1, clientX }));
    await nextTick();
  };

  it('are dragged to another place, which does not sort', async () => {
    const key = heads()[1]!;
    await pointer(head(key), 'pointerdown', 100);
    await pointer(window, 'pointermove', 700);
    await pointer(window, 'pointerup', 700);
    head(key).dispatchEvent(new MouseEvent('click', { bubbles: true, detail: 1 }));
    await flushPromises();
    expect(heads().at(-1)).toBe(key);
    expect(remembered()).not.toHaveProperty('runSort');
  });

  it('stay where Escape ends the drag', async () => {
    const before = heads();
    await pointer(head(before[1]!), 'pointerdown', 100);
    await pointer(window, 'pointermove', 700);
    await press(document.body, 'Escape');
    await pointer(window, 'pointerup', 700);
    expect(heads()).toEqual(before);
    expect(main.calls.some(([method]) => method === 'settings.set')).toBe(false);
  });

  it('are sized at their edge, and remembered once it is released', async () => {
    const edge = byTestId('column-edge-state');
    await pointer(edge, 'pointerdown', 0);
    await pointer(window, 'pointermove', -600);
    // 800 pixels are what the DOM of the tests says of any element.
    expect(widthOf('state')).toBe('200px');
    expect(main.calls.some(([method]) => method === 'settings.set')).toBe(false);
    await pointer(window, 'pointerup', -600);
    await flushPromises();
    expect(remembered().runColumns).toContainEqual({ key: 'state', width: 200 });
  });
});

describe('the chooser of columns', () => {
  const box = (key: string): HTMLInputElement => byTestId(`show-column-${key}`);

  it('shows and hides columns, and goes back to the usual ones', async () => {
    const usual = heads();
    await click(byTestId('choose-columns'));
    await click(box('momentum'));
    expect(heads()).toContain('momentum');
    await click(box('state'));
    expect(heads()).not.toContain('state');
    await click(byTestId('reset-columns'));
    expect(heads()).toEqual(usual);
    expect(remembered()).toEqual({ runColumns: null });
    expect(byTestId<HTMLButtonElement>('reset-columns').disabled).toBe(true);
  });

  it('keeps the name and the column that is sorted by', async () => {
    await click(byTestId('choose-columns'));
    expect([box('name').disabled, box('created').disabled, box('state').disabled]).toEqual([
      true,
      true,
      false,
    ]);
    expect(box('created').closest('label')?.title).toBe('The table is sorted by it');
    await useSettingsStore().set({ runSort: { key: 'seed', descending: true } });
    await flushPromises();
    expect(heads()).toContain('seed');
  });

  it('finds columns by title, meaning and name in the filter', async () => {
    await click(byTestId('choose-columns'));
    const find = byTestId<HTMLInputElement>('find-column');
    find.value = 'lr';
    find.dispatchEvent(new Event('input', { bubbles: true }));
    await flushPromises();
    const found = [...byTestId('column-chooser').querySelectorAll('input[type="checkbox"]')];
    expect(found.map((one) => (one as HTMLElement).dataset.testid)).toEqual([
      'show-column-learningRate',
      'show-column-minimumRate',
    ]);
  });
});

describe('the box for all', () => {
  it('ticks all shown and clears them', async () => {
    const all = byTestId<HTMLInputElement>('compare-all');
    await click(all);
    expect((remembered().compare as number[]).length).toBe(COUNT);
    await click(all);
    expect(remembered()).toEqual({ compare: [] });
  });
});
