import { beforeEach, describe, expect, it, vi } from 'vitest';
import CommandPalette from '../../../src/renderer/app/CommandPalette.vue';
import { usePaletteStore } from '../../../src/renderer/app/palette-store';
import { useRunsStore } from '../../../src/renderer/features/runs/runs-store';
import { useCommandsStore } from '../../../src/renderer/ui/commands-store';
import { sampleRun } from '../../unit/renderer/features/runs/sample';
import { byTestId, click, freshWindow, mountInWindow, press, type } from '../mount';

const options = () => [...document.querySelectorAll<HTMLElement>('[role="option"]')];
const titles = () => options().map((option) => option.querySelector('.title')!.textContent);
const input = () => byTestId<HTMLInputElement>('palette-input');
/** The option that the field points to, which screen readers read out. */
const active = () => document.getElementById(input().getAttribute('aria-activedescendant') ?? '');

const run = vi.fn();
beforeEach(() => {
  localStorage.clear();
  run.mockClear();
  freshWindow();
  useCommandsStore().bind(() => [
    { id: 'run.new', run },
    { id: 'model.save', run, refusal: () => 'Correct the mistakes first.' },
  ]);
  const runs = useRunsStore();
  for (const [id, name] of [
    [7, 'warm batch'],
    [12, 'cold batch'],
    [300, 'sweep'],
  ] as const) {
    runs.byId.set(id, sampleRun({ id, name, createdAt: id }));
  }
});

describe('the palette', () => {
  it('is a combobox with a list, of which one option is active', async () => {
    await mountInWindow(CommandPalette);
    expect(input().getAttribute('role')).toBe('combobox');
    const list = document.getElementById(input().getAttribute('aria-controls')!);
    expect(list?.getAttribute('role')).toBe('listbox');
    expect(active()).toBe(options()[0]);
    expect(options().filter((option) => option.getAttribute('aria-selected') === 'true')).toEqual([active()]);
    expect(byTestId('palette-count').getAttribute('role')).toBe('status');
  });

  it('opens a run by typing and Enter', async () => {
    const { router, emitted } = await mountInWindow(CommandPalette);
    await type(input(), 'cold');
    expect(titles()).toEqual(['cold batch']);
    expect(byTestId('palette-count').textContent).toBe('1 result');
    await press(input(), 'Enter');
    expect(router.currentRoute.value.path).toBe('/runs/12');
    expect(emitted.close).toHaveLength(1);
  });

  it('opens a run by its number, and models and settings by their names', async () => {
    const { router } = await mountInWindow(CommandPalette);
    for (const [query, path] of [
      ['#300', '/runs/300'],
      ['resnet-110', '/models/preset:resnet110'],
      ['runs at once', '/settings?show=runsAtOnce'],
    ] as const) {
      await type(input(), query);
      await press(input(), 'Enter');
      expect(router.currentRoute.value.fullPath, query).toBe(path);
    }
  });

  it('moves by arrow keys around the list, and begins again at its top with other words', async () => {
    await mountInWindow(CommandPalette);
    await type(input(), 'batch');
    expect(titles()).toEqual(['cold batch', 'warm batch']);
    await press(input(), 'ArrowDown');
    expect(active()?.textContent).toContain('warm batch');
    await press(input(), 'ArrowDown');
    expect(active()?.textContent).toContain('cold batch');
    await press(input(), 'ArrowUp');
    expect(active()?.textContent).toContain('warm batch');
    await type(input(), 'bat');
    expect(active()).toBe(options()[0]);
  });

  it('keeps what is chosen where the list changes under it', async () => {
    await mountInWindow(CommandPalette);
    await type(input(), 'batch');
    await press(input(), 'ArrowDown');
    const runs = useRunsStore();
    runs.byId = new Map([...runs.byId, [400, sampleRun({ id: 400, name: 'late batch', createdAt: 400 })]]);
    await press(input(), 'Shift');
    expect(titles()).toEqual(['late batch', 'cold batch', 'warm batch']);
    expect(active()?.textContent).toContain('warm batch');
  });

  it('says why something cannot be chosen, and does not choose it', async () => {
    const { emitted } = await mountInWindow(CommandPalette);
    await type(input(), 'save architecture');
    expect(active()?.getAttribute('aria-disabled')).toBe('true');
    expect(active()?.textContent).toContain('Correct the mistakes first.');
    await press(input(), 'Enter');
    await click(options()[0]!);
    expect([run.mock.calls.length, emitted.close]).toEqual([0, undefined]);
  });

  it('leaves Enter to an input method', async () => {
    const { emitted } = await mountInWindow(CommandPalette);
    await press(input(), 'Enter', { isComposing: true });
    expect(emitted.close).toBeUndefined();
  });

  it('closes by the keys that opened it', async () => {
    const { emitted } = await mountInWindow(CommandPalette);
    await press(input(), 'k', { ctrlKey: true });
    expect(emitted.close).toHaveLength(1);
  });

  it('shows the first of many and says of how many', async () => {
    const runs = useRunsStore();
    runs.byId = new Map(
      Array.from({ length: 5000 }, (_, index) => [
        index + 1,
        sampleRun({ id: index + 1, name: `sweep ${index + 1}` }),
      ]),
    );
    await mountInWindow(CommandPalette);
    await type(input(), 'sweep');
    expect(options()).toHaveLength(50);
    expect(byTestId('palette-count').textContent).toBe('First 50 of 5,000');
    await type(input(), 'no such thing');
    expect(byTestId('palette-count').textContent).toBe('Nothing found');
    expect(input().hasAttribute('aria-activedescendant')).toBe(false);
  });

  it('begins with what was used last, in this window or the one before', async () => {
    const { wrapper } = await mountInWindow(CommandPalette);
    await type(input(), 'warm');
    await press(input(), 'Enter');
    await type(input(), 'new run');
    await click(options()[0]!);
    expect(run).toHaveBeenCalledOnce();
    wrapper.unmount();

    freshWindow();
    useRunsStore().byId.set(7, sampleRun({ id: 7, name: 'warm batch' }));
    useCommandsStore().bind(() => [{ id: 'run.new', run }]);
    usePaletteStore().load();
    await mountInWindow(CommandPalette);
    expect(titles().slice(0, 2)).toEqual(['New run…', 'warm batch']);
  });
});
