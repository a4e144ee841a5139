import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { useImportStore } from '../../../src/renderer/features/runs/import-store';
import RunsView from '../../../src/renderer/views/RunsView.vue';
import { BLOG_RECIPE } from '../../../src/shared/blog/experiment';
import type { Run } from '../../../src/shared/run';
import { fail, ok } from '../../unit/renderer/fake-main';
import { sampleRun } from '../../unit/renderer/features/runs/sample';
import { byTestId, click, freshWindow, mountInWindow, press, type } from '../mount';

const runs = [
  sampleRun({ id: 1, name: 'one', createdAt: 3 }),
  sampleRun({ id: 2, name: 'two', createdAt: 2, recipe: { ...BLOG_RECIPE, learningRate: 0.01 } }),
];

async function mountView(list: Run[] = runs): Promise<void> {
  freshWindow({ 'runs.list': () => ok(list) });
  await mountInWindow(RunsView);
}
const names = (): (string | null)[] =>
  [...document.querySelectorAll('[data-testid="run-row"]')].map((row) => row.getAttribute('aria-label'));
const filter = (): HTMLInputElement => byTestId('runs-filter');
const problem = (): string | undefined =>
  document.querySelector('[data-testid="filter-problem"]')?.textContent.trim();

async function fillIn(text: string): Promise<void> {
  filter().focus();
  await type(filter(), text);
}

describe('the view of all runs', () => {
  it('opens the import by its button, and by files that are dropped', async () => {
    await mountView();
    const imports = useImportStore();
    await click(byTestId('import-button'));
    expect([imports.isOpen, imports.files]).toEqual([true, []]);
    imports.isOpen = false;
    const dropped = new File(['epoch,loss'], 'a.csv');
    const event = new Event('drop', { bubbles: true, cancelable: true });
    Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], files: [dropped] } });
    expect(byTestId('runs-table').dispatchEvent(event)).toBe(false);
    expect([imports.isOpen, imports.files]).toEqual([true, [dropped]]);
  });

  it('says that there are none yet, and offers a first one', async () => {
    await mountView([]);
    expect(byTestId('runs-empty').textContent).toContain('No runs yet');
    expect(byTestId('quick-start')).toBeTruthy();
    expect(byTestId('runs-blog').getAttribute('href')).toBe('/blog');
    expect(document.querySelector('[data-testid="runs-filter"]')).toBeNull();
  });

  it('says why they could not be read, and tries again', async () => {
    const main = freshWindow({ 'runs.list': () => fail('storage', 'The disk is gone.') });
    await mountInWindow(RunsView);
    const alert = document.querySelector<HTMLElement>('[role="alert"]')!;
    expect(alert.textContent).toContain('The disk is gone.');
    main.answers['runs.list'] = () => ok(runs);
    await click(alert.querySelector('button')!);
    expect(names()).toEqual(['Run one', 'Run two']);
  });

  it('finds runs by a field', async () => {
    await mountView();
    await fillIn('lr=0.01');
    expect(names()).toEqual(['Run two']);
    expect(document.querySelector('[role="status"]')?.textContent).toBe('1 run of 2');
  });

  it('says that none matches, and clears the filter', async () => {
    await mountView();
    await fillIn('lr=5');
    expect(names()).toEqual([]);
    expect(byTestId('runs-table').parentElement?.textContent).toContain('No run matches the filter.');
    await click(byTestId('clear-filter'));
    expect(filter().value).toBe('');
    expect(names()).toHaveLength(2);
  });

  it('says beside the box what is wrong with a term, and hides no run for it', async () => {
    await mountView();
    await fillIn('lrr=0.01');
    expect(problem()).toMatch(/^There is no field “lrr” \(did you mean lr\?\): the fields are name, /);
    expect(names()).toHaveLength(2);
    const describedBy = filter().getAttribute('aria-describedby')!;
    expect(document.getElementById(describedBy)?.textContent.trim()).toBe(problem());
    expect(filter().getAttribute('aria-invalid')).toBe('true');
    await fillIn('lr=0.01');
    expect(problem()).toBeUndefined();
  });

  it('waits with that while a term is typed', async () => {
    await mountView();
    await fillIn('lr=1e-');
    expect(problem()).toBeUndefined();
    filter().blur();
    await flushPromises();
    expect(problem()).toMatch(/^lr is a number/);
  });

  it('proposes fields and values by keyboard', async () => {
    await mountView();
    await fillIn('one opt');
    const options = (): (string | undefined)[] =>
      [...document.querySelectorAll('[role="option"] .label')].map(({ textContent }) => textContent);
    expect(options()).toEqual(['optimizer=']);
    await press(filter(), 'ArrowDown');
    expect(document.querySelector('[role="option"]')?.getAttribute('aria-selected')).toBe('true');
    await press(filter(), 'Enter');
    expect(filter().value).toBe('one optimizer=');
    expect(options()).toEqual(['optimizer=adam', 'optimizer=sgd', 'optimizer=muon']);
    await press(filter(), 'Escape');
    expect(options()).toEqual([]);
    expect(filter().value).toBe('one optimizer=');
  });

  it('sorts as it did last time', async () => {
    const main = freshWindow({
      'runs.list': () => ok(runs),
    });
    const { useSettingsStore } = await import('../../../src/renderer/base/settings-store');
    await useSettingsStore().set({ runSort: { key: 'learningRate', descending: true } });
    await mountInWindow(RunsView);
    expect(names()).toEqual(['Run two', 'Run one']);
    expect(main.calls[0]).toEqual(['settings.set', { runSort: { key: 'learningRate', descending: true } }]);
  });
});
