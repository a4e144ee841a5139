import { flushPromises, type VueWrapper } from '@vue/test-utils';
import { Chart } from 'chart.js';
import { describe, expect, it } from 'vitest';
import { useSettingsStore } from '../../../src/renderer/base/settings-store';
import { useRunsStore } from '../../../src/renderer/features/runs/runs-store';
import CompareView from '../../../src/renderer/views/CompareView.vue';
import type { Run } from '../../../src/shared/run';
import { sampleEpoch, sampleRun } from '../../unit/renderer/features/runs/sample';
import { predictionsOf } from '../../unit/shared/comparison/history';
import { ok, type FakeMain } from '../../unit/renderer/fake-main';
import { chartOf, curvesIn, lengthsOf, marksIn } from '../drawn-charts';
import { byTestId, click, eventually, mountInWindow } from '../mount';
import { sampleSteps, windowWithRuns } from '../runs-of-main';

const one = sampleRun({ id: 1, name: 'one', best: { valAccuracy: 0.7, epoch: 2 }, params: 6e6 });
const two = sampleRun({ id: 2, name: 'two', best: { valAccuracy: 0.5, epoch: 2 }, params: 12e6 });
const stored = {
  1: { steps: sampleSteps(1, 30), epochs: [sampleEpoch(1, 0.6), sampleEpoch(2, 0.7)] },
  2: { steps: sampleSteps(1, 20), epochs: [sampleEpoch(1, 0.4), sampleEpoch(2, 0.5)] },
};

async function opened(
  runs: Run[],
  ticked: number[],
  metrics: typeof stored = stored,
  answers: FakeMain['answers'] = {},
) {
  const world = await windowWithRuns(runs, metrics, answers);
  useSettingsStore().settings.compare = ticked;
  const mounted = await mountInWindow(CompareView);
  page = mounted.wrapper;
  await flushPromises();
  // The figures come when the curves have been painted.
  if (all('chart-compare').length > 0) await eventually(() => expect(all('figures-table')).toHaveLength(1));
  return { ...world, ...mounted };
}
const all = (id: string): HTMLElement[] => [
  ...document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`),
];
let page: VueWrapper;
const marks = () => marksIn(page, 'chart-compare');
const drawn = () => lengthsOf(marks());
const chips = () => all('compare-chip').map((chip) => chip.querySelector('a')!.textContent!.trim());
const select = async (id: string, value: string) => {
  const field = byTestId<HTMLSelectElement>(id);
  field.value = value;
  field.dispatchEvent(new Event('change', { bubbles: true }));
  await flushPromises();
};
const choose = (metric: string) => select('compare-metric', metric);

describe('Compare without runs', () => {
  it('leads to Runs where there are none at all', async () => {
    const { router } = await opened([], []);
    expect(byTestId('compare-empty').textContent).toContain('There are no runs yet.');
    await click(byTestId('compare-choose'));
    await flushPromises();
    expect(router.currentRoute.value.path).toBe('/runs');
  });

  it('says how runs are chosen where none is', async () => {
    await opened([one, two], []);
    expect(byTestId('compare-empty').textContent).toContain('Select two or more runs');
    expect(byTestId('compare-choose').textContent).toContain('Choose runs');
  });
});

describe('Compare with two runs', () => {
  it('overlays their curves, each with the colour of its chip', async () => {
    await opened([one, two], [1, 2]);
    await eventually(() =>
      expect(drawn()).toEqual([
        ['one', 2],
        ['one, best', 1],
        ['two', 2],
        ['two, best', 1],
      ]),
    );
    expect(chips()).toEqual(['one', 'two']);
    // The chips are the legend.
    expect(byTestId('chart-compare').querySelector('.legend')).toBeNull();
    const colors = all('compare-chip').map((chip) => chip.querySelector('line')!.getAttribute('stroke'));
    expect(new Set(colors).size).toBe(2);
    expect([marks()[0]!.color, marks()[2]!.color]).toEqual(colors);
    expect(
      [...byTestId('compare-table').querySelectorAll('thead line')].map((line) =>
        line.getAttribute('stroke'),
      ),
    ).toEqual(colors);
  });

  it('says which is better, and at what cost', async () => {
    await opened([one, two], [1, 2]);
    expect(byTestId('verdict').textContent).toMatch(
      /^one is better than two: best validation accuracy 70\.0 % against 50\.0 %, 20\.0 points more .* one has 50 % fewer parameters\. .*one seed only/,
    );
  });

  it('takes into account what both predicted on the same images, also of an epoch that has just come', async () => {
    // Of 2,000 images the first is right in 1,400 and the other in 1,000 of these.
    const right: Record<number, number> = { 1: 1400, 2: 1000 };
    let epoch = 2;
    const { reads, metrics } = await opened([one, { ...two, state: 'running' }], [1, 2], stored, {
      'runs.predictions': ({ id }) =>
        ok([predictionsOf(id === 1 ? 2 : epoch, 2000, (image) => image < right[id]!)]),
    });
    await eventually(() =>
      expect(byTestId('verdict').textContent).toContain(
        'McNemar’s test on the same 2,000 images, of which one alone has 400 right and two alone 0',
      ),
    );
    expect([reads('runs.predictions', 1), reads('runs.predictions', 2)]).toEqual([1, 1]);
    epoch = 3;
    await metrics(2, [], [sampleEpoch(3, 0.9)]);
    await eventually(() =>
      expect(byTestId('verdict').textContent).toContain('they are compared after 20,000'),
    );
    expect(byTestId('verdict').textContent).not.toContain('McNemar');
    expect([reads('runs.predictions', 1), reads('runs.predictions', 2)]).toEqual([1, 2]);
  });

  it('reads the steps only when a metric of steps is chosen', async () => {
    const { reads } = await opened([one, two], [1, 2]);
    expect(reads('runs.steps', 1)).toBe(0);
    await choose('stepLoss');
    expect([reads('runs.steps', 1), reads('runs.steps', 2)]).toEqual([1, 1]);
    await eventually(() =>
      expect(drawn()).toEqual([
        ['one', 30],
        ['two', 20],
      ]),
    );
  });

  it('grows with a run that trains, and its table with each epoch', async () => {
    const { metrics } = await opened([one, { ...two, state: 'running', epoch: 2, step: 314 }], [1, 2]);
    await metrics(2, [], [sampleEpoch(3, 0.9)]);
    await eventually(() => expect(drawn()).toContainEqual(['two', 3]));
    await eventually(() => expect(byTestId('figures-table').textContent).toContain('90.00 %'));
    expect(byTestId('verdict').textContent).toMatch(
      /so they are compared after 20,000\. one is better than two so far/,
    );
  });

  it('draws what grows by the same source, as seldom as it may', async () => {
    const { metrics } = await opened([one, { ...two, state: 'running', step: 20 }], [1, 2]);
    await choose('stepLoss');
    const source = (): unknown => chartOf(page, 'chart-compare').props('source');
    const before = source();
    await metrics(2, sampleSteps(21, 25));
    await eventually(() => expect(drawn()).toContainEqual(['two', 25]));
    expect(source()).toBe(before);
  });

  it('has a logarithmic scale for losses alone', async () => {
    await opened([one, two], [1, 2]);
    const box = async (): Promise<HTMLInputElement | null> => {
      await click(byTestId('chart-compare').querySelector<HTMLElement>('[data-testid="y-axis"]')!);
      return document.querySelector<HTMLInputElement>('[role="dialog"] input[type="checkbox"]');
    };
    await eventually(() => expect(drawn()).toHaveLength(4));
    expect(await box()).toBeNull();
    await choose('valLoss');
    await eventually(() => expect(drawn()).toHaveLength(4));
    (await box())!.click();
    const scale = () => Chart.getChart(byTestId('chart-compare').querySelector('canvas')!)!.scales.y!;
    await eventually(() => expect(scale().type).toBe('logarithmic'));
    await choose('valAccuracy');
    await eventually(() => expect(scale().type).toBe('linear'));
  });

  it('begins with the steps of runs that never finished an epoch', async () => {
    await opened(
      [
        { ...one, best: null },
        { ...two, best: null },
      ],
      [1, 2],
      { 1: { ...stored[1], epochs: [] }, 2: { ...stored[2], epochs: [] } },
    );
    expect(byTestId<HTMLSelectElement>('compare-metric').value).toBe('stepLoss');
    expect(byTestId('verdict').textContent).toContain('No run has been validated yet');
  });
});

describe('Compare when a run comes or goes', () => {
  it('draws one that is added', async () => {
    await opened([one, two], [1]);
    await eventually(() => expect(drawn()).toHaveLength(2));
    useRunsStore().toggleCompared(2);
    await eventually(() => expect(drawn().map(([label]) => label)).toContain('two'));
  });

  it('keeps the colour of the others when one is taken out', async () => {
    await opened([one, two], [1, 2]);
    await eventually(() => expect(drawn()).toHaveLength(4));
    const { color } = marks()[2]!;
    await click(document.querySelector<HTMLElement>('[aria-label="Remove one from Compare"]')!);
    await eventually(() =>
      expect(drawn()).toEqual([
        ['two', 2],
        ['two, best', 1],
      ]),
    );
    expect(marks()[0]!.color).toBe(color);
    expect(document.body.textContent).toContain('Add a second run to compare this one with.');
  });

  it('goes on without a run that was deleted here or elsewhere', async () => {
    const { main } = await opened([one, two], [1, 2]);
    main.send('run.removed', { id: 1 });
    await flushPromises();
    expect(all('compare-chip')).toHaveLength(1);
    await eventually(() => expect(drawn().map(([label]) => label)).toEqual(['two', 'two, best']));
    await useRunsStore().remove([2]);
    await flushPromises();
    expect(byTestId('compare-empty').textContent).toContain('There are no runs yet.');
  });

  it('was opened with one ticked that does not exist any more', async () => {
    await opened([two], [1, 2]);
    expect(all('compare-chip')).toHaveLength(1);
    await eventually(() => expect(drawn().map(([label]) => label)).toEqual(['two', 'two, best']));
  });
});

describe('Compare with groups', () => {
  const repeated = [1, 2, 3].map((id) =>
    sampleRun({ id, name: `seed ${id}`, recipe: { ...one.recipe, seed: id } }),
  );
  const other = sampleRun({ id: 4, name: 'another', recipe: { ...one.recipe, learningRate: 0.5 } });
  const of = (accuracy: number) => ({
    steps: [],
    epochs: [sampleEpoch(1, accuracy), sampleEpoch(2, accuracy + 0.1)],
  });
  const values = { 1: of(0.4), 2: of(0.5), 3: of(0.6), 4: of(0.2) } as unknown as typeof stored;
  const opening = () => opened([...repeated, other], [1, 2, 3, 4], values);

  it('draws the mean of each with its band, and names the groups in a legend', async () => {
    await opening();
    await select('compare-group', 'seeds');
    await eventually(() =>
      expect(marks().map(({ kind, label }) => [kind, label])).toEqual([
        ['band', 'seed 1'],
        ['path', 'seed 1'],
        ['path', 'another'],
        ['ring', 'another, best'],
      ]),
    );
    const [band, mean] = curvesIn(page, 'chart-compare');
    expect([...mean!.samples.ys.view()].map((y) => y.toFixed(6))).toEqual(['0.500000', '0.600000']);
    expect([...band!.samples.ys.view()].map((y) => y.toFixed(6))).toEqual(['0.400000', '0.500000']);
    expect([...band!.upper!.ys.view()].map((y) => y.toFixed(6))).toEqual(['0.600000', '0.700000']);
    const legend = [...byTestId('chart-compare').querySelectorAll('.legend li')];
    expect(legend.map((entry) => entry.textContent!.trim())).toEqual(['seed 1', 'another']);
  });

  it('draws single runs behind their mean on request, and no band without one', async () => {
    await opening();
    expect(document.querySelector('[data-testid="compare-band"]')).toBeNull();
    await select('compare-group', 'seeds');
    await select('compare-band', 'none');
    await eventually(() => expect(marks().map(({ kind }) => kind)).toEqual(['path', 'path', 'ring']));
    byTestId('compare-traces').click();
    await flushPromises();
    await eventually(() => expect(marks()).toHaveLength(6));
    expect(useSettingsStore().settings.compareView).toMatchObject({
      groupBy: 'seeds',
      band: 'none',
      traces: true,
    });
  });

  it('gives all runs of a group one hue and each another dash', async () => {
    await opening();
    await select('compare-color', 'seeds');
    const lines = all('compare-chip').map((chip) => chip.querySelector('line')!);
    const colors = lines.map((line) => line.getAttribute('stroke'));
    expect(new Set(colors.slice(0, 3)).size).toBe(1);
    expect(colors[3]).not.toBe(colors[0]);
    expect(new Set(lines.slice(0, 3).map((line) => line.getAttribute('stroke-dasharray'))).size).toBe(3);
  });
});

describe('what is pointed at in Compare', () => {
  it('stands out in all charts, from a chip', async () => {
    await opened([one, two], [1, 2]);
    await eventually(() => expect(drawn()).toHaveLength(4));
    const paleness = (chart: string) => marksIn(page, chart).map(({ group, color }) => [group, color]);
    const before = paleness('chart-compare-2');
    all('compare-chip')[0]!.dispatchEvent(new PointerEvent('pointerenter'));
    await eventually(() => expect(paleness('chart-compare-2')).not.toEqual(before));
    for (const chart of ['chart-compare', 'chart-compare-2']) {
      for (const { group, color } of marksIn(page, chart)) {
        const own = all('compare-chip')[Number(group) - 1]!.querySelector('line')!.getAttribute('stroke');
        if (group === '1') expect(color).toBe(own);
        else expect(color).not.toBe(own);
      }
    }
    all('compare-chip')[0]!.dispatchEvent(new PointerEvent('pointerleave'));
    await eventually(() => expect(paleness('chart-compare-2')).toEqual(before));
  });
});
