import { describe, expect, it } from 'vitest';
import MetricChart from '../../../src/renderer/curves/MetricChart.vue';
import BlogView from '../../../src/renderer/views/BlogView.vue';
import { useRunsStore } from '../../../src/renderer/features/runs/runs-store';
import { useSettingsStore } from '../../../src/renderer/base/settings-store';
import type { DatasetStatus } from '../../../src/shared/dataset';
import { DATASETS } from '../../../src/shared/datasets';
import type { AppInfo } from '../../../src/shared/app-info';
import type { EpochMetric } from '../../../src/shared/metrics';
import type { Run } from '../../../src/shared/run';
import { printedRunRequest, SHORT_FORM } from '../../../src/shared/blog/experiment';
import { fail, ok, type FakeMain } from '../../unit/renderer/fake-main';
import { importedSample } from '../../unit/renderer/features/runs/sample';
import { blogEpochs, blogRun } from '../../unit/shared/blog/sample';
import { byTestId, click, eventually, mountInWindow, type Mounted } from '../mount';
import { windowWithRuns, type RunsOfMain } from '../runs-of-main';

const cifar10 = (state: DatasetStatus['state']): DatasetStatus => ({
  ...DATASETS.cifar10,
  state,
  detail: '',
  bytes: 0,
  sha256: null,
  copy: null,
  progress: null,
});
const printed = importedSample({ id: 40, name: 'The blog’s ResNet-18, as printed' });

interface Given {
  runs?: Run[];
  epochs?: Record<number, EpochMetric[]>;
  data?: DatasetStatus['state'];
  answers?: FakeMain['answers'];
}

async function opened({ runs = [], epochs = {}, data = 'ready', answers = {} }: Given = {}): Promise<
  Mounted & { of: RunsOfMain }
> {
  const stored = Object.fromEntries(Object.entries(epochs).map(([id, of]) => [id, { epochs: of }]));
  const of = await windowWithRuns(runs, stored, {
    'datasets.list': () => ok([cifar10(data)]),
    'runs.ofSource': () => ok(null),
    ...answers,
  });
  const { machine } = blogRun('plain');
  useSettingsStore().info = { machine } as AppInfo;
  return { ...(await mountInWindow(BlogView)), of };
}

const text = (id: string): string => byTestId(id).textContent.replace(/\s+/g, ' ').trim();
/** Curves that the chart is given, each with its number of points. */
const curves = ({ wrapper }: Mounted): [string, number][] =>
  wrapper
    .findComponent(MetricChart)
    .props('source')()
    .map(({ label, samples }) => [label, samples.xs.length]);
const rows = (): string[] =>
  [...byTestId('blog-epochs').querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()).join(' | '),
  );
const choose = (id: string, value: string): Promise<void> =>
  click(byTestId(id).querySelector<HTMLElement>(`input[value="${value}"]`)!);
const started = ({ of }: { of: RunsOfMain }): unknown[] =>
  of.main.calls.filter(([method]) => method === 'runs.start').map(([, request]) => request);

describe('the page of the blog’s experiment', () => {
  it('has the printed epochs as a curve and as a table, whatever was trained', async () => {
    const page = await opened();
    expect(curves(page)).toEqual([['Printed in the blog', 10]]);
    expect(rows()).toHaveLength(10);
    expect(rows()[0]).toBe('1 | 1.7900 | 42.12 % | 2.2747 | 34.73 % | 17 min 18 s');
    expect(text('blog-networks')).toContain('11,019,530');
    expect(byTestId('blog-model-plain').getAttribute('href')).toBe('/models/preset:resnet18-plain');
    expect(text('blog-differences')).toContain('The dropped sum');
  });

  it('asks for the data before anything can be started', async () => {
    const page = await opened({ data: 'missing', answers: { 'datasets.get': () => ok(cifar10('ready')) } });
    expect(document.querySelector('[data-testid="blog-run"]')).toBeNull();
    expect(text('blog-data')).toBe('not downloaded (170 MB)');
    await click(byTestId('blog-get'));
    expect(page.of.main.calls).toContainEqual(['datasets.get', { id: 'cifar10' }]);
    expect(text('blog-data')).toBe('downloaded and ready');
    expect(byTestId('blog-run')).toBeTruthy();
  });

  it('queues the plain network by the printed recipe', async () => {
    const page = await opened({
      answers: { 'runs.start': () => ok(blogRun('plain', { id: 3, state: 'queued', epoch: 0 })) },
    });
    expect(text('blog-work')).toBe('10 epochs of 782 steps, 50,000 training images');
    expect(text('blog-duration')).toMatch(/^Not known yet/);
    await click(byTestId('blog-run'));
    expect(started(page)).toMatchObject([
      {
        name: 'The blog’s ResNet-18, plain',
        datasetId: 'cifar10',
        architecture: { shortcut: 'none' },
        recipe: { epochs: 10, batchSize: 64, learningRate: 0.001, limitTrain: null, limitEval: null },
      },
    ]);
    expect(text('blog-run-row')).toContain('Run 3');
  });

  it('queues both in short, and says that this is not the same', async () => {
    let id = 5;
    const page = await opened({
      answers: { 'runs.start': () => ok(blogRun('plain', { id: id++, state: 'queued' }, SHORT_FORM)) },
    });
    await choose('blog-variant', 'both');
    await choose('blog-length', 'short');
    expect(text('blog-shorter')).toContain('not the same experiment');
    await click(byTestId('blog-run'));
    expect(started(page)).toMatchObject([
      { architecture: { shortcut: 'none' }, recipe: SHORT_FORM },
      { architecture: { shortcut: 'projection' }, recipe: SHORT_FORM },
    ]);
  });

  it('says why a start was refused', async () => {
    await opened({ answers: { 'runs.start': () => fail('storage', 'The disk is full.') } });
    await click(byTestId('blog-run'));
    expect(text('blog-start')).toContain('The disk is full.');
  });

  it('knows how long it takes once a run has measured it', async () => {
    await opened({ runs: [blogRun('plain', { id: 2, step: 7820, epoch: 10, seconds: 900 })] });
    expect(text('blog-duration')).toBe('About 15 min 00 s, at the pace of run 2 on this processor.');
    await choose('blog-variant', 'both');
    expect(text('blog-duration')).toMatch(/^About 30 min \d\d s/);
  });

  it('lays a run over the printed curve, epoch by epoch, as they come', async () => {
    const live = blogRun('plain', { id: 7, state: 'running', epoch: 1, best: null, endedAt: null });
    const page = await opened({ runs: [live], epochs: { 7: blogEpochs(0.3973) } });
    const ofRuns = (): [string, number][] => curves(page).slice(1);
    expect(ofRuns()).toEqual([['Run 7, plain', 1]]);
    expect(rows()[0]).toMatch(/\| 39\.73 % \+5\.00$/);
    expect(rows()[1]).toMatch(/\| –$/);
    await page.of.metrics(7, [], blogEpochs(0.3973, 0.4655).slice(1));
    expect(ofRuns()).toEqual([
      ['Run 7, plain', 2],
      ['Run 7, plain, best', 1],
    ]);
    await eventually(() => expect(rows()[1]).toMatch(/\| 46\.55 % −1\.00$/));
  });

  it('adds the printed epochs to the runs once, and finds them again', async () => {
    const first = await opened({ answers: { 'runs.import': () => ok(printed) } });
    await click(byTestId('blog-add'));
    expect(first.of.main.calls.find(([method]) => method === 'runs.import')![1]).toMatchObject(
      printedRunRequest(),
    );
    expect(byTestId('blog-printed').getAttribute('href')).toBe('/runs/40');
    first.wrapper.unmount();

    await opened({ runs: [printed], answers: { 'runs.ofSource': () => ok(printed) } });
    expect(byTestId('blog-printed').textContent).toContain('as printed');
    expect(document.querySelector('[data-testid="blog-add"]')).toBeNull();
  });

  it('takes all of them to Compare', async () => {
    const page = await opened({
      runs: [blogRun('plain', { id: 2 })],
      answers: { 'runs.import': () => ok(printed) },
    });
    await click(byTestId('blog-compare'));
    await eventually(() => expect(page.router.currentRoute.value.path).toBe('/compare'));
    expect(useSettingsStore().settings.compare).toEqual([40, 2]);
    expect(useRunsStore().compared.map(({ id }) => id)).toEqual([40, 2]);
  });
});
