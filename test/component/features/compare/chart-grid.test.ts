/** The charts of Compare, as the view has them: what is done to them is remembered. */
import { flushPromises, type VueWrapper } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { useSettingsStore } from '../../../../src/renderer/base/settings-store';
import ChartGrid from '../../../../src/renderer/features/compare/ChartGrid.vue';
import CompareView from '../../../../src/renderer/views/CompareView.vue';
import { sampleEpoch, sampleRun } from '../../../unit/renderer/features/runs/sample';
import { curvesIn, drawnIn, marksIn } from '../../drawn-charts';
import { byTestId, click, eventually, mountInWindow, press } from '../../mount';
import { sampleSteps, windowWithRuns } from '../../runs-of-main';

const runs = [1, 2].map((id) => sampleRun({ id, name: `run ${id}`, best: { valAccuracy: 0.5, epoch: 1 } }));
const metrics = { steps: sampleSteps(1, 30), epochs: [sampleEpoch(1, 0.4), sampleEpoch(2, 0.5)] };

let page: VueWrapper;
async function opened() {
  const world = await windowWithRuns(runs, { 1: metrics, 2: metrics });
  useSettingsStore().settings.compare = [1, 2];
  const mounted = await mountInWindow(CompareView);
  page = mounted.wrapper;
  await flushPromises();
  return { ...world, ...mounted };
}
const cards = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-testid="chart-card"]')];
const titles = (): string[] => cards().map((card) => card.querySelector('h2')!.textContent!);
const remembered = () => useSettingsStore().settings.compareView?.charts ?? [];
const said = (): string => page.findComponent(ChartGrid).find('[role="status"]').text();

/** Opens the menu of a button and chooses what it calls so. */
async function choose(button: HTMLElement, label: string): Promise<void> {
  await click(button);
  await eventually(() => expect(optionsOf()).toContain(label));
  const option = [...document.querySelectorAll<HTMLElement>('.n-dropdown-option-body')].find(
    (one) => one.textContent!.trim() === label,
  )!;
  await click(option);
}
const optionsOf = (): string[] =>
  [...document.querySelectorAll('.n-dropdown-option-body')].map((one) => one.textContent!.trim());
const menu = (index: number): HTMLElement => cards()[index]!.querySelector('[data-testid="card-menu"]')!;
async function select(id: string, value: string): Promise<void> {
  const field = byTestId<HTMLSelectElement>(id);
  field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await flushPromises();
}

describe('the charts of Compare', () => {
  it('are accuracy and loss of the validation at first, and nothing is remembered of that', async () => {
    await opened();
    expect(titles()).toEqual(['Validation accuracy', 'Validation loss']);
    expect(remembered()).toEqual([]);
  });

  it('get another one, which is remembered', async () => {
    const { main } = await opened();
    await choose(byTestId('add-chart'), 'Images per second');
    expect(titles()).toEqual(['Validation accuracy', 'Validation loss', 'Images per second']);
    expect(remembered().map(({ metric }) => metric)).toEqual(['valAccuracy', 'valLoss', 'imagesPerSecond']);
    expect(main.calls).toContainEqual([
      'settings.set',
      expect.objectContaining({ compareView: expect.anything() }),
    ]);
    await eventually(() => expect(marksIn(page, 'chart-compare-3')).toHaveLength(2));
  });

  it('move by their menus, which name the chart that was moved and keep the focus', async () => {
    await opened();
    await choose(menu(0), 'Move after');
    expect(titles()).toEqual(['Validation loss', 'Validation accuracy']);
    expect(said()).toBe('Validation accuracy: chart 2 of 2');
    expect(cards()[1]!.contains(document.activeElement)).toBe(true);
    await choose(menu(1), 'Move before');
    expect(titles()).toEqual(['Validation accuracy', 'Validation loss']);
    expect(said()).toBe('Validation accuracy: chart 1 of 2');
  });

  it('are taken out but for the last, and the name of that which went is said', async () => {
    await opened();
    await choose(byTestId('add-chart'), 'Training loss');
    await choose(menu(2), 'Remove');
    expect(titles()).toEqual(['Validation accuracy', 'Validation loss']);
    expect(said()).toBe('Training loss: removed');
    await choose(menu(0), 'Remove');
    expect(titles()).toEqual(['Validation loss']);
    expect(said()).toBe('Validation accuracy: removed');
    await click(menu(0));
    await eventually(() => expect(optionsOf()).toContain('Taller'));
    expect(optionsOf()).not.toContain('Remove');
  });

  it('offer only places that there are', async () => {
    await opened();
    await click(menu(0));
    await eventually(() =>
      expect(optionsOf()).toEqual(['Full width', 'Taller', 'Lower', 'Move after', 'Remove']),
    );
  });

  it('become wider and higher, by their menus and by their lower edge', async () => {
    await opened();
    await choose(menu(0), 'Full width');
    expect(cards()[0]!.classList).toContain('wide');
    await choose(menu(0), 'Taller');
    expect(cards()[0]!.style.height).toBe('400px');
    const grip = cards()[0]!.querySelector('.grip')!;
    const event = (kind: string, clientY: number) =>
      new PointerEvent(kind, { clientY, pointerId: 1, bubbles: true });
    grip.dispatchEvent(event('pointerdown', 500));
    window.dispatchEvent(event('pointermove', 555));
    await flushPromises();
    expect(cards()[0]!.style.height).toBe('455px');
    window.dispatchEvent(event('pointerup', 555));
    await flushPromises();
    expect(remembered()[0]).toMatchObject({ wide: true, height: 455 });
    // Taken back by Escape.
    grip.dispatchEvent(event('pointerdown', 500));
    window.dispatchEvent(event('pointermove', 700));
    await press(document.body, 'Escape');
    expect(cards()[0]!.style.height).toBe('455px');
    expect(remembered()[0]).toMatchObject({ height: 455 });
  });

  it('are put into another order by dragging', async () => {
    await opened();
    await choose(byTestId('add-chart'), 'Training loss');
    cards()[2]!
      .querySelector('.handle')!
      .dispatchEvent(new Event('dragstart', { bubbles: true }));
    cards()[0]!.dispatchEvent(new Event('drop', { bubbles: true, cancelable: true }));
    await flushPromises();
    expect(titles()).toEqual(['Training loss', 'Validation accuracy', 'Validation loss']);
  });

  it('show another metric, for which the limits of the one before mean nothing', async () => {
    await opened();
    await select('compare-metric', 'loss');
    expect(titles()).toEqual(['Training loss', 'Validation loss']);
    expect(remembered()[0]).toMatchObject({ metric: 'loss', range: { kind: 'all' } });
    await eventually(() =>
      expect([...curvesIn(page, 'chart-compare')[0]!.samples.ys.view()]).toEqual([2, 1]),
    );
  });

  it('remember the limits of each', async () => {
    await opened();
    await eventually(() => expect(drawnIn(page, 'chart-compare-2')).not.toBeNull());
    await click(cards()[1]!.querySelector<HTMLElement>('[data-testid="y-axis"]')!);
    document
      .querySelector<HTMLInputElement>('[role="dialog"] input[value="zero"]')!
      .dispatchEvent(new Event('change'));
    await flushPromises();
    expect(remembered().map(({ range }) => range)).toEqual([{ kind: 'all' }, { kind: 'zero' }]);
    await eventually(() => expect(drawnIn(page, 'chart-compare-2')!.limits.low).toBe(0));
  });

  it('show the same part of the axis, and the same cursor', async () => {
    await opened();
    await eventually(() => expect(marksIn(page, 'chart-compare-2').length).toBeGreaterThan(0));
    await press(byTestId('chart-compare').querySelector('[data-points]')!, '+');
    await eventually(() =>
      expect(['chart-compare', 'chart-compare-2'].map((id) => drawnIn(page, id)!.plot!.shown)).toEqual([
        { from: 0.5, to: 1.5 },
        { from: 0.5, to: 1.5 },
      ]),
    );
    const canvas = byTestId('chart-compare').querySelector('canvas')!;
    const { plot } = drawnIn(page, 'chart-compare')!;
    canvas.dispatchEvent(
      new PointerEvent('pointermove', { clientX: plot!.pixelOf(1), clientY: (plot!.top + plot!.bottom) / 2 }),
    );
    await flushPromises();
    expect(document.querySelectorAll('[data-testid="chart-cursor"]')).toHaveLength(2);
    expect(document.querySelectorAll('[data-testid="chart-cursor"] .box')).toHaveLength(1);
  });

  it('lead to a run by a click on its curve', async () => {
    const { router } = await opened();
    await eventually(() => expect(marksIn(page, 'chart-compare').length).toBeGreaterThan(0));
    const canvas = byTestId('chart-compare').querySelector('canvas')!;
    const { plot } = drawnIn(page, 'chart-compare')!;
    const place = { clientX: plot!.pixelOf(1), clientY: plot!.pixelOfY(0.4), pointerId: 1 };
    for (const kind of ['pointermove', 'pointerdown', 'pointerup']) {
      canvas.dispatchEvent(new PointerEvent(kind, place));
      await flushPromises();
    }
    expect(router.currentRoute.value.path).toMatch(/^\/runs\/[12]$/);
  });
});

describe('charts that were remembered', () => {
  it('come back, without those of another version', async () => {
    await windowWithRuns(runs, { 1: metrics, 2: metrics });
    const { settings } = useSettingsStore();
    settings.compare = [1, 2];
    const card = { wide: true, height: 500, logarithmic: false, range: { kind: 'zero' as const } };
    settings.compareView = {
      charts: [
        { ...card, metric: 'gradientNorm' },
        { ...card, metric: 'memoryBytes' },
      ],
      axis: 'of-another-version',
      logarithmicX: false,
      skip: 0,
      groupBy: 'weather',
      band: 'violin',
      traces: false,
      colorBy: 'run',
      baseline: null,
      budget: 'images',
      target: null,
      ignored: [],
      scatterX: 'parameters',
      scatterY: 'bestAccuracy',
    };
    page = (await mountInWindow(CompareView)).wrapper;
    await flushPromises();
    expect(titles()).toEqual(['Memory of the trainer']);
    expect(cards()[0]!.style.height).toBe('500px');
    expect(byTestId<HTMLSelectElement>('compare-group').value).toBe('run');
  });
});
