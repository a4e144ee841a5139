import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { useSettingsStore } from '../../../../src/renderer/base/settings-store';
import { useCompareStore } from '../../../../src/renderer/features/compare/compare-store';
import CompareControls from '../../../../src/renderer/features/compare/CompareControls.vue';
import { byTestId, click, freshWindow, mountInWindow, type } from '../../mount';

async function shown(over: { smoothable?: boolean; grouped?: boolean } = {}) {
  const main = freshWindow();
  const mounted = await mountInWindow(CompareControls, { smoothable: true, grouped: true, ...over });
  return { main, ...mounted };
}
async function select(id: string, value: string): Promise<void> {
  const field = byTestId<HTMLSelectElement>(id);
  field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await flushPromises();
}
const missing = (id: string): boolean => document.querySelector(`[data-testid="${id}"]`) === null;
const axes = (): string[] =>
  [...document.querySelectorAll('[role="radiogroup"][aria-label="Horizontal axis"] span')].map(
    (one) => one.textContent!,
  );

describe('how all charts are looked at', () => {
  it('is over one of six axes, by powers or not', async () => {
    await shown();
    expect(axes()).toEqual(['Step', 'Epoch', 'Time', 'Wall time', 'Images', 'MACs']);
    document.querySelector<HTMLInputElement>('input[value="macs"]')!.click();
    await click(document.querySelector<HTMLElement>('[aria-label="Curves"] input[type="checkbox"]')!);
    expect(useSettingsStore().settings.compareView).toMatchObject({ axis: 'macs', logarithmicX: true });
  });

  it('is by groups, bands and colours, each remembered', async () => {
    const { main } = await shown();
    await select('compare-group', 'learningRate');
    await select('compare-band', 'interval');
    await select('compare-color', 'architecture');
    await click(byTestId('compare-traces'));
    const view = useSettingsStore().settings.compareView;
    expect(view).toMatchObject({
      groupBy: 'learningRate',
      band: 'interval',
      colorBy: 'architecture',
      traces: true,
    });
    expect(main.calls.at(-1)).toEqual(['settings.set', { compareView: view }]);
  });

  it('has no band where no group has several runs, and no smoothing without steps', async () => {
    await shown({ grouped: false, smoothable: false });
    expect([missing('compare-band'), missing('compare-traces'), missing('smoothing-kind')]).toEqual([
      true,
      true,
      true,
    ]);
    expect(missing('compare-group')).toBe(false);
  });

  it('leaves out the first steps, as soon as a number is typed', async () => {
    await shown();
    const field = byTestId('compare-skip');
    expect(
      (field.matches('input') ? field : field.querySelector('input')!) as HTMLInputElement,
    ).toMatchObject({ value: '0' });
    await type(field, '250');
    expect(useCompareStore().skip).toBe(250);
    for (const text of ['', '-3', '1.5', 'many', '1e3', '9999999999']) {
      await type(field, text);
      expect(useCompareStore().skip, text).toBe(250);
    }
    await type(field, '0');
    expect(useCompareStore().skip).toBe(0);
  });
});
