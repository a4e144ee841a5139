import { flushPromises } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildNetwork } from '../../../../src/architecture/network';
import { findPreset } from '../../../../src/architecture/presets';
import { summarize } from '../../../../src/architecture/summary';
import SummaryPanel from '../../../../src/renderer/features/models/SummaryPanel.vue';
import { useSettingsStore } from '../../../../src/renderer/base/settings-store';
import { stepKey, type CostRecord } from '../../../../src/shared/cost/record';
import { DEFAULT_RECIPE } from '../../../../src/shared/recipe';
import { ok, type FakeMain } from '../../../unit/renderer/fake-main';
import { byTestId, click, freshWindow, mountInWindow, NO_COSTS, press, type } from '../../mount';

let main: FakeMain;

beforeEach(async () => {
  main = freshWindow();
  const { architecture } = findPreset('resnet18')!;
  const network = buildNetwork(architecture);
  const shown = { architecture, network, summary: summarize(network) };
  await mountInWindow(SummaryPanel, { shown, stale: false });
});

const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-testid="layer-row"]')];
const keys = (): string[] => rows().map(({ dataset }) => dataset.key!);
const row = (key: string): HTMLElement => rows().find(({ dataset }) => dataset.key === key)!;
const cells = (key: string): string[] =>
  [...row(key).querySelectorAll('td')].map(({ textContent }) => textContent!.trim());
const heads = (): string[] =>
  [...document.querySelectorAll<HTMLElement>('th[data-column]')].map(({ dataset }) => dataset.column!);
const detail = (value: string): Promise<void> =>
  click(document.querySelector<HTMLElement>(`[data-testid="layer-detail"] input[value="${value}"]`)!);
const remembered = (): unknown => {
  const patch = main.calls.filter(([method]) => method === 'settings.set').at(-1)?.[1];
  return structuredClone(patch);
};

describe('the rows', () => {
  it('are stages and blocks at first, with subtotals', () => {
    expect(keys().slice(0, 4)).toEqual(['stem', 'stage1', 'stage1/block1', 'stage1/block2']);
    const params = heads().indexOf('params');
    expect(cells('stage1')[params]).toBe('148,736');
    expect(cells('stage1/block1')[params]).toBe('74,368');
  });

  it('fold and unfold by keys, and the focus moves along', async () => {
    row('stage1').focus();
    await press(row('stage1'), 'ArrowLeft');
    expect(row('stage1').getAttribute('aria-expanded')).toBe('false');
    expect(keys()).not.toContain('stage1/block1');
    await press(row('stage1'), 'ArrowRight');
    await press(row('stage1'), 'ArrowRight');
    expect(document.activeElement).toBe(row('stage1/block1'));
    await press(row('stage1/block1'), 'Enter');
    expect(keys()).toContain('stage1/block1/conv1');
    await press(row('stage1/block1'), 'ArrowDown');
    expect(document.activeElement).toBe(row('stage1/block1/conv1'));
    await press(row('stage1/block1/conv1'), 'ArrowLeft');
    expect(document.activeElement).toBe(row('stage1/block1'));
    await press(row('stage1/block1'), ' ');
    expect(keys()).not.toContain('stage1/block1/conv1');
  });

  it('are folded all at once, which is remembered', async () => {
    await detail('stages');
    expect(keys()).toEqual(['stem', 'stage1', 'stage2', 'stage3', 'stage4', 'head']);
    expect(remembered()).toEqual({ layerDetail: 'stages' });
    await detail('list');
    expect(cells('stem/conv')[0]).toBe('stem/conv');
  });

  it('are sorted by a column', async () => {
    await detail('list');
    await click(byTestId('column-macs'));
    expect(remembered()).toEqual({ layerSort: { key: 'macs', descending: true } });
    // Of equal layers the first comes first.
    expect(keys()[0]).toBe('stem/conv');
  });

  it('are found, with what they are part of, and all come back', async () => {
    await type(byTestId('find-layers'), 'shortcut/conv');
    expect(byTestId('found-layers').textContent).toBe('3 layers of 69');
    expect(keys().slice(0, 3)).toEqual(['stage2', 'stage2/block1', 'stage2/block1/shortcut/conv']);
    await type(byTestId('find-layers'), 'lstm');
    expect(keys()).toEqual([]);
    await click(byTestId('clear-layers'));
    expect(keys()).toContain('stem');
  });
});

describe('the batch size', () => {
  it('changes what is said of memory, and is remembered', async () => {
    const before = byTestId('summary-training').textContent;
    await type(byTestId('layer-batch'), '256');
    expect(remembered()).toEqual({ layerBatch: 256 });
    expect(byTestId('summary-training').textContent).not.toBe(before);
  });

  it.each(['0', '65537', '1.5', 'many', ''])('%j is refused in a sentence', async (text) => {
    await type(byTestId('layer-batch'), text);
    expect(byTestId('layer-batch').getAttribute('aria-invalid')).toBe('true');
    expect(document.querySelector('[role="alert"]')?.textContent).toContain(
      'The batch size must be a whole number from 1 to 65536',
    );
    expect(remembered()).toBeUndefined();
  });
});

describe('the columns', () => {
  it('are chosen, and remembered', async () => {
    await click(byTestId('choose-columns'));
    await click(byTestId('show-column-receptiveField'));
    expect(heads()).toContain('receptiveField');
    expect((remembered() as { layerColumns: { key: string }[] }).layerColumns.map(({ key }) => key)).toEqual(
      heads(),
    );
  });
});

describe('what steps took on this machine', () => {
  const { architecture } = findPreset('resnet18')!;
  const record: CostRecord = {
    about: { batch: 64, gpu: null, threads: 2, tensorflow: '2.21.0', processor: 'a processor' },
    libraries: [],
    pass: 0,
    parts: {},
    updates: [],
    steps: {
      [stepKey(architecture, DEFAULT_RECIPE)]: {
        milliseconds: 40,
        evaluation: 0.1,
        layers: { 'stem/conv': 4, 'stem/bn': 1, 'stage1/block1/conv1': 2, '': 10 },
        foretold: { milliseconds: 38, largeMaps: 0.5 },
        at: 0,
      },
    },
  };

  it('is looked up once a column shows it, measured by a button, and added up', async () => {
    expect(main.calls.some(([method]) => method === 'costs.known')).toBe(false);
    const layerColumns = ['layer', 'time', 'speed', 'stepShare'].map((key) => ({ key, width: null }));
    await useSettingsStore().set({ layerColumns });
    await flushPromises();
    expect(cells('stem').slice(-3)).toEqual(['', '', '']);

    main.answers['costs.measure'] = () => {
      main.answers['costs.known'] = () => ok({ ...NO_COSTS, record });
      return ok({ ...NO_COSTS, record });
    };
    await click(byTestId('cost-measure'));
    await flushPromises();
    expect(main.calls.find(([method]) => method === 'costs.measure')?.[1]).toMatchObject({
      architecture,
      batch: 64,
    });
    // 64 images; 2 · 16 · 16 · 64 · 7 · 7 · 3 FLOPs forward, as many for the kernel's gradient: 617 MFLOP in 5 ms.
    expect(cells('stem').slice(-3)).toEqual(['5.00 ms', '123', '12.5 %']);
    expect(cells('stage1/block1').slice(-3)[2]).toBe('5.0 %');
    expect(byTestId('cost-measure').textContent.trim()).toBe('Measure again');
  });
});

describe('a copy', () => {
  it('has the columns that are shown, as finely as the table is folded', async () => {
    let copied = '';
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: { writeText: (text: string) => Promise.resolve(void (copied = text)) },
    });
    await detail('stages');
    await click(byTestId('copy-summary'));
    const entry = [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')].find(
      ({ textContent }) => textContent === 'Markdown',
    )!;
    await click(entry.querySelector<HTMLElement>('.n-dropdown-option-body') ?? entry);
    const lines = copied.trimEnd().split('\n');
    expect(lines[0]).toBe('| Layer | Type | Output | Parameters | Share | MACs | Training memory |');
    expect(lines).toHaveLength(2 + 6 + 1);
  });
});
