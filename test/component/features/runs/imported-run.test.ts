import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { useChartSettings } from '../../../../src/renderer/curves/chart-settings';
import RunsTable from '../../../../src/renderer/features/runs/RunsTable.vue';
import { useRunsStore } from '../../../../src/renderer/features/runs/runs-store';
import RunView from '../../../../src/renderer/views/RunView.vue';
import type { EpochMetric } from '../../../../src/shared/metrics';
import type { Run } from '../../../../src/shared/run';
import { fail, ok, type FakeMain } from '../../../unit/renderer/fake-main';
import { importedSample, sampleEpoch, sampleRun } from '../../../unit/renderer/features/runs/sample';
import { byTestId, click, eventually, mountInWindow } from '../../mount';
import { sampleSteps, windowWithRuns } from '../../runs-of-main';

const unknown = { step: NaN, crossEntropy: NaN, valCrossEntropy: NaN, seconds: NaN, imagesPerSecond: NaN };
const epochs = [1, 2, 3].map((at) =>
  sampleEpoch(at, at === 2 ? NaN : at / 10, { ...unknown, accuracy: at / 10, memoryBytes: NaN }),
);

async function opened(
  over: Partial<Run> = {},
  stored: { epochs?: readonly EpochMetric[]; steps?: ReturnType<typeof sampleSteps> } = { epochs },
  answers: FakeMain['answers'] = {},
) {
  const world = await windowWithRuns([importedSample(over)], { 1: stored }, answers);
  await mountInWindow(RunView, {}, {}, '/runs/1');
  await flushPromises();
  return world;
}
const missing = (id: string): boolean => document.querySelector(`[data-testid="${id}"]`) === null;
const page = (): string => byTestId('imported-run').textContent!;
const axes = (): string[] =>
  [...document.querySelectorAll('[aria-label="Horizontal axis"] span')].map((choice) => choice.textContent!);
const points = (chart: string): number =>
  Number(byTestId(chart).querySelector<HTMLElement>('[data-points]')!.dataset.points);

describe('the page of an imported run', () => {
  it('has its tag, its figures and its epochs, and nothing that its source does not say', async () => {
    await opened();
    expect(byTestId('run-state').textContent).toBe('Imported');
    expect(byTestId('run-state').title).toMatch(/^From history\.csv, imported on /);
    expect(byTestId('run-headline').textContent).toBe('10 epochs');
    const [head, ...rows] = [...byTestId('epochs-table').querySelectorAll('tr')].map((row) =>
      [...row.querySelectorAll('th, td')].map((cell) => cell.textContent!.trim()),
    );
    expect(head).toEqual(['Epoch', 'Loss', 'Accuracy', 'Val loss', 'Val accuracy']);
    expect(rows[0]).toEqual(['1', '2.0000', '10.00 %', '2.1000', '10.00 %']);
    expect(rows[1]!.at(-1)).toBe('–');
    expect(page()).not.toMatch(/NaN|undefined|null|0 of 0/);
  });

  it('offers what can be done without weights', async () => {
    await opened();
    for (const id of ['run-resume', 'run-extend', 'run-fork', 'checkpoints', 'run-plan', 'run-banner'])
      expect(missing(id), id).toBe(true);
    expect(byTestId('run-compare').textContent).toContain('Compare');
    expect(byTestId('run-delete').hasAttribute('disabled')).toBe(false);
  });

  it('draws its epochs over epochs where nothing else is counted, whatever was chosen for others', async () => {
    await opened();
    expect(useChartSettings().axis).toBe('step');
    await eventually(() => expect(points('chart-loss')).toBeGreaterThan(0));
    // There is nothing to choose.
    expect(axes()).toEqual([]);
    expect(byTestId('imported-run').querySelector('[role="progressbar"]')).toBeNull();
    expect(byTestId('chart-loss').textContent).toContain('Training, each epoch');
    expect(page()).not.toContain('Cross-entropy');
  });

  it('has a bar where its source announces more epochs than it has', async () => {
    await opened({ epoch: 10, epochs: 40 });
    expect(byTestId('run-headline').textContent).toBe('10 of 40 epochs');
    expect(
      byTestId('imported-run').querySelector('[role="progressbar"]')!.getAttribute('aria-valuetext'),
    ).toBe('25 %, 10 of 40 epochs');
  });

  it('draws its steps where its source has them', async () => {
    const columns = [{ source: 'train_loss_step', metric: 'stepLoss' as const }];
    await opened(
      { step: 30, totalSteps: 30, seconds: 30, imported: { ...importedSample().imported!, columns } },
      { epochs, steps: sampleSteps(1, 30) },
    );
    expect(axes()).toEqual(['Step', 'Epoch', 'Time']);
    await eventually(() => expect(points('chart-loss')).toBe(30));
    expect(byTestId('chart-loss').textContent).toContain('Training, each step');
  });

  it('says which column is what, and what was left out', async () => {
    await opened();
    const rows = (id: string) =>
      [...byTestId(id).querySelectorAll('tbody tr')].map((row) => row.textContent!.trim());
    expect(rows('source-columns')).toContain('val_accuracyvalidation accuracy');
    expect(rows('source-left-out')).toEqual(['lrResbench has no such metric.']);
    expect(byTestId('run-source').textContent).toContain('history.csv');
  });

  it('shows the source on request, and how much of it', async () => {
    const { main } = await opened(
      {},
      { epochs },
      {
        'runs.source': () => ok({ lines: ['epoch,loss', '0,<b>1</b>'], count: 9000 }),
      },
    );
    expect(missing('source-text')).toBe(true);
    expect(main.calls.some(([method]) => method === 'runs.source')).toBe(false);
    await click(byTestId('source-toggle'));
    expect(byTestId('source-text').textContent).toBe('epoch,loss\n0,<b>1</b>');
    expect(byTestId('run-source').textContent).toContain('The first 2 of 9,000 lines');
    await click(byTestId('source-toggle'));
    expect(missing('source-text')).toBe(true);
    await click(byTestId('source-toggle'));
    expect(main.calls.filter(([method]) => method === 'runs.source')).toHaveLength(1);
  });

  it('asks again for a source that could not be read', async () => {
    let answer: ReturnType<typeof ok> | ReturnType<typeof fail> = fail('storage', 'The disk is gone.');
    await opened({}, { epochs }, { 'runs.source': () => answer as never });
    await click(byTestId('source-toggle'));
    expect(missing('source-text')).toBe(true);
    answer = ok({ lines: ['one'], count: 1 });
    await click(byTestId('source-toggle'));
    expect(byTestId('source-text').textContent).toBe('one');
  });

  it('has details of what its user said alone', async () => {
    const { architecture, dataset, params, macs } = sampleRun();
    await opened({ architecture, dataset, params, macs });
    const titles = [...document.querySelectorAll('.details h2')].map((title) => title.textContent);
    expect(titles).toEqual(['Architecture', 'Data', 'Times']);
    expect(page()).toContain('ResNet-18 on Shapes');
    expect(page()).not.toContain('10,000 training');
  });
});

it('an imported run has its tag in the table, and nothing that is not known', async () => {
  await windowWithRuns([importedSample()]);
  await mountInWindow(RunsTable, { runs: useRunsStore().list });
  const row = document.querySelector<HTMLElement>('[data-row="1"]')!;
  expect(row.textContent).toContain('Imported');
  expect(row.textContent).not.toMatch(/NaN|undefined|null/);
});
