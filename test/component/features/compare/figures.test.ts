import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { useSettingsStore } from '../../../../src/renderer/base/settings-store';
import { useCompareStore } from '../../../../src/renderer/features/compare/compare-store';
import CompareView from '../../../../src/renderer/views/CompareView.vue';
import type { Run } from '../../../../src/shared/run';
import { importedSample, sampleEpoch, sampleRun } from '../../../unit/renderer/features/runs/sample';
import { BLOG_RECIPE } from '../../../../src/shared/blog/experiment';
import { byTestId, click, eventually, mountInWindow, press, type } from '../../mount';
import { windowWithRuns } from '../../runs-of-main';
import { drawnIn } from '../../drawn-charts';

const run = (id: number, name: string, params: number, seed: number, over: Partial<Run> = {}): Run =>
  sampleRun({ id, name, params, recipe: { ...BLOG_RECIPE, seed }, ...over });
const runs = [
  run(1, 'small', 6e6, 1),
  run(2, 'large', 12e6, 2, { recipe: { ...BLOG_RECIPE, learningRate: 0.01, seed: 1 } }),
  run(3, 'small again', 6e6, 3),
  importedSample({ id: 4, name: 'imported' }),
];
const metrics = Object.fromEntries(
  [
    [1, [0.3, 0.5, 0.7]],
    [2, [0.5, 0.6, 0.65]],
    [3, [0.3, 0.52, 0.72]],
    [4, [0.1, 0.5, 0.9]],
  ].map(([id, accuracies]) => [
    id,
    { steps: [], epochs: (accuracies as number[]).map((value, index) => sampleEpoch(index + 1, value)) },
  ]),
);

async function opened(ticked: number[]) {
  const world = await windowWithRuns(runs, metrics);
  useSettingsStore().settings.compare = ticked;
  const mounted = await mountInWindow(CompareView);
  // They come when the curves have been painted.
  await eventually(() => void byTestId('figures-table'));
  return { ...world, page: mounted.wrapper };
}
const rows = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-testid="figures-row"]')];
const names = (): string[] =>
  rows().map(
    (row) => row.querySelector('bdi')!.getAttribute('title') ?? row.querySelector('bdi')!.textContent!,
  );
const cellOf = (row: number, title: string): string => {
  const heads = [...byTestId('figures-table').querySelectorAll('thead th')].map((head) =>
    head.textContent!.trim(),
  );
  return rows()[row]!.children[heads.indexOf(title)]!.textContent!.replace(/\s+/g, ' ').trim();
};

async function choose(id: string, value: string): Promise<void> {
  const select = byTestId<HTMLSelectElement>(id);
  select.value = value;
  select.dispatchEvent(new Event('change', { bubbles: true }));
  await flushPromises();
}

describe('the figures of compared runs', () => {
  it('have a row each, with the best of each column marked', async () => {
    await opened([1, 2]);
    expect(names()).toEqual(['small', 'large']);
    expect(cellOf(0, 'Best accuracy')).toBe('70.00 % (best)');
    expect(cellOf(1, 'Best accuracy')).toBe('65.00 %');
  });

  it('are held against a pinned baseline, which is remembered', async () => {
    await opened([1, 2]);
    const pin = rows()[0]!.querySelector<HTMLElement>('[data-testid="pin-baseline"]')!;
    await click(pin);
    expect(cellOf(1, 'Best accuracy')).toBe('65.00 %−5.00 (worse)');
    expect(pin.getAttribute('aria-pressed')).toBe('true');
    expect(useSettingsStore().settings.compareView?.baseline).toBe(1);
    await click(pin);
    expect(cellOf(1, 'Best accuracy')).toBe('65.00 %');
  });

  it('are those of groups where runs are grouped: mean, deviation and number', async () => {
    const { page } = await opened([1, 2, 3]);
    useCompareStore().groupBy = 'seeds';
    await flushPromises();
    expect(names()).toEqual(['small', 'large']);
    expect(rows()[0]!.textContent).toContain('2 runs');
    expect(cellOf(0, 'Best accuracy')).toBe('71.00 % (best)± 1.41');
    // The curve of a group is one line with a band.
    await eventually(() => {
      const kinds = drawnIn(page, 'chart-compare')!.marks.map(({ kind }) => kind);
      expect(kinds).toContain('band');
    });
  });

  it('are of the metric that runs are judged by, which the sentence speaks of and which is remembered', async () => {
    await opened([1, 2]);
    await choose('compare-judge', 'valCrossEntropy');
    expect(useSettingsStore().settings.compareView?.judgedBy).toBe('valCrossEntropy');
    expect(cellOf(0, 'Last cross-entropy')).toBe('0.3667');
    expect(byTestId('verdict').textContent).toMatch(
      /^Lowest validation cross-entropy: 0\.3667 of small against 0\.3667 of large, 0\.0000 less\. One run each cannot tell/,
    );
  });

  it('rank no imported run, nor does the sentence', async () => {
    await opened([1, 4]);
    await click(rows()[0]!.querySelector<HTMLElement>('[data-testid="pin-baseline"]')!);
    expect([cellOf(0, 'Best accuracy'), cellOf(1, 'Best accuracy')]).toEqual(['70.00 %', '90.00 %']);
    expect(cellOf(0, 'Lowest loss')).toBe('0.7000');
    expect(byTestId('verdict').textContent).toContain('so the accuracies cannot be ranked.');
  });

  it('are sorted by a press on their heading, again the other way, then as they were', async () => {
    await opened([1, 2]);
    const button = [...byTestId('figures-table').querySelectorAll<HTMLElement>('thead button')].find((one) =>
      one.textContent!.includes('Parameters'),
    )!;
    await click(button);
    expect(names()).toEqual(['small', 'large']);
    await click(button);
    expect(names()).toEqual(['large', 'small']);
    expect(button.closest('th')!.getAttribute('aria-sort')).toBe('descending');
    await click(button);
    expect(names()).toEqual(['small', 'large']);
  });

  it('say what was spent until a typed accuracy, which a line on the chart shows and moves', async () => {
    await opened([1, 2]);
    await type(byTestId('compare-target'), '60');
    expect(cellOf(0, 'Epochs to 60.0 %')).toBe('3');
    expect(cellOf(1, 'Epochs to 60.0 %')).toBe('2 (best)');
    await eventually(() => expect(byTestId('value-line').getAttribute('aria-valuetext')).toBe('60.0 %'));
    await press(byTestId('value-line'), 'ArrowUp');
    expect(useCompareStore().target).toBeCloseTo(0.601, 9);
    expect(byTestId('value-line').getAttribute('aria-valuetext')).toBe('60.1 %');
  });

  it('keep the last accuracy while something else is typed', async () => {
    await opened([1, 2]);
    await type(byTestId('compare-target'), '60');
    await type(byTestId('compare-target'), 'sixty');
    expect(useCompareStore().target).toBe(0.6);
    await type(byTestId('compare-target'), '');
    expect(useCompareStore().target).toBeNull();
  });
});

describe('the crossings of two curves', () => {
  it('are marked with who overtakes whom, and where', async () => {
    await opened([1, 2]);
    await eventually(() =>
      expect(byTestId('chart-mark').getAttribute('aria-label')).toMatch(
        /^small overtakes large\. 6\d\.\d % at 2\.\d+\.$/,
      ),
    );
  });
});

describe('the crossings of a curve with an imported one', () => {
  it('are none of the validation, of which nobody knows the images', async () => {
    const { page } = await opened([1, 4]);
    await eventually(() => expect(drawnIn(page, 'chart-compare')!.marks.length).toBeGreaterThan(1));
    expect(document.querySelector('[data-testid="chart-mark"]')).toBeNull();
  });
});

describe('a scatter plot of compared runs', () => {
  it('has a dot each, and shows what is chosen', async () => {
    const { page } = await opened([1, 2]);
    await eventually(() => {
      const dots = drawnIn(page, 'chart-scatter')!.marks.filter(
        (mark) => mark.kind === 'path' && mark.dots > 0,
      );
      expect(dots).toHaveLength(2);
    });
    await choose('scatter-x', 'macs');
    expect(useCompareStore().scatterX).toBe('macs');
    expect(byTestId('chart-scatter').getAttribute('aria-label')).toBe('Best accuracy over macs per image');
  });

  it('needs two runs', async () => {
    await opened([1]);
    expect(document.querySelector('[data-testid="chart-scatter"]')).toBeNull();
  });
});

describe('the differences', () => {
  it('can do without a field', async () => {
    await opened([1, 2]);
    const fields = (): string[] =>
      [...document.querySelectorAll('[data-testid="compare-row"]')].map((row) =>
        row.querySelector('th')!.textContent!.trim(),
      );
    expect(fields()).toContain('Learning rate');
    await click(document.querySelector<HTMLElement>('[aria-label="Leave out Learning rate"]')!);
    expect(fields()).not.toContain('Learning rate');
    expect(document.body.textContent).toContain('1 difference left out');
    expect(useSettingsStore().settings.compareView?.ignored).toEqual(['Learning rate']);
  });
});
