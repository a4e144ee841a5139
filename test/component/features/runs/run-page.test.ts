import { flushPromises } from '@vue/test-utils';
import { Chart } from 'chart.js';
import { describe, expect, it } from 'vitest';
import { useRunsStore } from '../../../../src/renderer/features/runs/runs-store';
import { useSettingsStore } from '../../../../src/renderer/base/settings-store';
import type { Run, RunLive } from '../../../../src/shared/run';
import RunView from '../../../../src/renderer/views/RunView.vue';
import { fail, ok, type FakeMain } from '../../../unit/renderer/fake-main';
import { sampleEpoch, sampleRun } from '../../../unit/renderer/features/runs/sample';
import { marksIn } from '../../drawn-charts';
import { byTestId, click, eventually, mountInWindow, press } from '../../mount';
import { sampleSteps, windowWithRuns, type RunsOfMain } from '../../runs-of-main';

const live: RunLive = {
  runId: 1,
  phase: 'training',
  imagesPerSecond: 512,
  secondsLeft: 600,
  memoryBytes: 2 ** 30,
  cores: 1.9,
  gpuMemory: null,
  fraction: null,
  stalled: null,
};
const running = sampleRun({
  state: 'running',
  step: 40,
  epoch: 0,
  best: null,
  last: null,
  checkpointStep: 20,
});
const metricsOf = (steps: number) => ({ steps: sampleSteps(1, steps), epochs: [] });

type Stored = Parameters<typeof windowWithRuns>[1];

/** The page of run 1 as the router shows it. */
async function opened(
  run: Partial<Run>,
  { others = [], stored, answers }: { others?: Run[]; stored?: Stored; answers?: FakeMain['answers'] } = {},
): Promise<RunsOfMain & Awaited<ReturnType<typeof mountInWindow>>> {
  const world = await windowWithRuns([sampleRun(run), ...others], stored, answers);
  const mounted = await mountInWindow(RunView, {}, {}, '/runs/1');
  await flushPromises();
  return { ...world, ...mounted };
}
const missing = (id: string): boolean => document.querySelector(`[data-testid="${id}"]`) === null;
const buttons = (): string[] =>
  [...byTestId('run-page').querySelectorAll<HTMLElement>('.view-header [data-testid^="run-"]')].map(
    (button) => button.dataset.testid!,
  );
const nothing = (chart: string): string => byTestId(chart).querySelector('.nothing')?.textContent ?? '';
const points = (chart: string): number =>
  Number(byTestId(chart).querySelector<HTMLElement>('[data-points]')!.dataset.points);

describe('the page of a run', () => {
  it('that waits says for what, and that its curve begins afterwards', async () => {
    await opened({ ...running, state: 'queued', step: 0, startedAt: null, queue: { place: 2, held: false } });
    expect(byTestId('run-page').dataset.state).toBe('queued');
    expect(byTestId('run-banner').textContent).toContain('place 2 in the queue');
    expect(byTestId('run-headline').textContent).toBe('0 of 10 epochs, place 2 in the queue');
    expect(nothing('chart-loss')).toBe('The curve begins when the run has left the queue.');
    expect(buttons()).toEqual(expect.arrayContaining(['run-next', 'run-hold', 'run-dequeue']));
  });

  it('has the average of the weights and the norms, where its recipe asks for them', async () => {
    const recipe = { ...running.recipe!, emaDecay: 0.999, norms: true };
    const test = {
      ...{ at: 1, step: 50, epoch: 1, weightsSha256: 'a'.repeat(64), images: 2000 },
      ...{ seconds: 1 },
    };
    const figures = { loss: 1, crossEntropy: 1, accuracy: 0.5 };
    const tests = [{ ...test, ...figures, views: 'none' as const, average: { ...figures, accuracy: 0.625 } }];
    const steps = sampleSteps(1, 40).map((step) => ({ ...step, gradientNorm: 1.5, weightNorm: 20 }));
    const averaged = sampleEpoch(1, 0.6, { step: 40, emaValLoss: 1.25, emaValAccuracy: 0.7 });
    await opened(
      { state: 'completed', step: 40, recipe, tests, last: averaged },
      { stored: { 1: { steps, epochs: [averaged] } } },
    );
    await eventually(() => expect(points('chart-accuracy')).toBe(42));
    for (const norm of ['gradient', 'weight'])
      await eventually(() => expect(points(`chart-${norm}-norm`)).toBe(40));
    expect(byTestId('epoch-row').textContent).toContain('70.00 %');
    expect(byTestId('test-ema-accuracy').textContent).toBe('62.50 %');
    expect(byTestId('run-page').querySelector('dl')!.textContent).toContain('averaged weights70.00 %');
  });

  it('that trains has its figures and its curves, which grow', async () => {
    const { main, metrics } = await opened(running, { stored: { 1: metricsOf(40) } });
    main.send('run.live', live);
    expect(missing('run-banner')).toBe(true);
    await eventually(() => expect(byTestId('run-headline').textContent).toBe('Epoch 1 of 10, training'));
    expect(byTestId('run-page').querySelector('dl')!.textContent).toContain('512 img/s');
    expect(byTestId<HTMLButtonElement>('run-delete').disabled).toBe(true);
    await eventually(() => expect(points('chart-loss')).toBe(40));
    await metrics(1, sampleSteps(41, 50), [sampleEpoch(1, 0.6, { step: 50 })]);
    await eventually(() => expect(points('chart-loss')).toBe(51));
    await eventually(() => expect(points('chart-accuracy')).toBe(51));
    expect(byTestId('epoch-row').textContent).toContain('60.00 %');
    const canvas = byTestId('chart-loss').querySelector('canvas')!;
    await eventually(() =>
      expect(canvas.getAttribute('aria-label')).toMatch(
        /^Loss of one over step\. Training at step 50: 2\.0000\./,
      ),
    );
    // As planned, not as far as it is.
    expect(Chart.getChart(canvas)!.scales.x!.max).toBe(running.totalSteps);
  });

  it('that begins says what its trainer does instead of a curve', async () => {
    const { main } = await opened({ ...running, state: 'preparing', step: 0, startedAt: null });
    main.send('run.live', { ...live, phase: 'loading TensorFlow' });
    await eventually(() =>
      expect(nothing('chart-loss')).toBe('The curve begins with the first step: loading TensorFlow.'),
    );
  });

  it('that stalls says so, and offers its log', async () => {
    const { main } = await opened(running);
    main.send('run.live', { ...live, stalled: 'Nothing was heard for a minute.' });
    await eventually(() =>
      expect(byTestId('run-stalled').textContent).toContain('Nothing was heard for a minute.'),
    );
    await click(byTestId('run-stalled').querySelector('button')!);
    expect(main.calls).toContainEqual(['runs.openLog', { id: 1 }]);
  });

  it('that is paused says where it would be continued', async () => {
    await opened({ ...running, state: 'paused', checkpointStep: 40 }, { stored: { 1: metricsOf(40) } });
    expect(byTestId('run-banner').textContent).toContain('It can be resumed at step 40');
    expect(buttons()).toEqual(expect.arrayContaining(['run-resume', 'run-fork']));
    const canvas = byTestId('chart-loss').querySelector('canvas')!;
    // Nothing is planned now: the axis ends with the curve.
    await eventually(() => expect(Chart.getChart(canvas)!.scales.x!.max).toBe(40));
  });

  it('that ended before its first step has no curve, and says why', async () => {
    await opened({ ...running, state: 'stopped', step: 0, checkpointStep: null });
    expect(nothing('chart-accuracy')).toBe('The run ended before its first step.');
    expect(byTestId<HTMLButtonElement>('run-delete').disabled).toBe(false);
  });

  it('that is completed has what it reached, and can get more epochs', async () => {
    const epochs = [sampleEpoch(1, 0.5), sampleEpoch(2, 0.7)];
    await opened({ checkpointStep: 1570 }, { stored: { 1: { steps: sampleSteps(1, 1570), epochs } } });
    expect(missing('run-banner')).toBe(true);
    expect(document.querySelectorAll('[data-testid="epoch-row"]')).toHaveLength(2);
    await click(byTestId('run-extend'));
    expect(byTestId('extend-dialog').textContent).toContain('Add epochs');
  });

  it('that diverged offers a fork with a smaller learning rate, and its log', async () => {
    const { main } = await opened({
      ...running,
      state: 'failed',
      reason: 'The loss became not a number (NaN) at step 41 (epoch 1), so training cannot continue.',
    });
    expect(byTestId('run-banner').getAttribute('role')).toBe('alert');
    expect(missing('run-resume')).toBe(true);
    await click(byTestId('banner-log'));
    expect(main.calls).toContainEqual(['runs.openLog', { id: 1 }]);
    await click(byTestId('banner-fork'));
    expect(byTestId('fork-dialog').textContent).toContain('Fork this run');
  });

  it('that cannot be read says why, and what can be done with it still', async () => {
    const { main, router } = await opened({ unreadable: 'Its recipe is damaged.' });
    expect(missing('run-page')).toBe(true);
    expect(byTestId('unreadable-reason').textContent).toContain('Its recipe is damaged.');
    const offered = [...byTestId('unreadable-run').querySelectorAll('button')];
    expect(offered.map((button) => button.textContent!.trim())).toEqual([
      'Open log',
      'Export as JSON…',
      'Export as CSV…',
      'Delete',
    ]);
    await click(offered[2]!);
    expect(main.calls).toContainEqual(['runs.export', { id: 1, format: 'csv' }]);
    expect(document.title).toBe('one – Resbench');
    await click(byTestId('run-delete'));
    await flushPromises();
    expect(router.currentRoute.value.path).toBe('/runs');
  });

  it('that does not exist leads to all others', async () => {
    await opened({ id: 2 });
    expect(document.body.textContent).toContain('There is no run 1');
  });
});

describe('on the page of a run', () => {
  it('P pauses and resumes, and not while a name is typed', async () => {
    const { main, change } = await opened(running);
    const asked = () => main.calls.map(([method]) => method).filter((method) => /pause|resume/.test(method));
    main.answers['runs.pause'] = () => ok({ ...running, state: 'pausing', revision: 2 });
    await press(document.body, 'p');
    expect(asked()).toEqual(['runs.pause']);
    await press(document.body, 'p');
    expect(asked()).toEqual(['runs.pause']);
    await change({ ...running, state: 'paused', revision: 3 });
    await press(document.body, 'p');
    expect(asked()).toEqual(['runs.pause', 'runs.resume']);
    await click(document.querySelector<HTMLElement>('button[aria-label="Rename the run"]')!);
    await press(byTestId('run-name-input'), 'p');
    await press(byTestId('run-name-input'), 'Escape');
    await click(byTestId('run-fork'));
    await press(document.body, 'p');
    expect(asked()).toHaveLength(2);
  });

  it('the window is named after the run, and follows its name', async () => {
    const { change } = await opened(running);
    expect(document.title).toBe('one – Resbench');
    await change({ ...running, name: 'another', revision: 2 });
    expect(document.title).toBe('another – Resbench');
  });

  it('deletion leads back to the list; where main refuses the page stays', async () => {
    const { main, router } = await opened({});
    main.answers['runs.delete'] = () => fail('conflict', 'It is in use.');
    await click(byTestId('run-delete'));
    expect(router.currentRoute.value.path).toBe('/runs/1');
    expect(missing('run-page')).toBe(false);
    main.answers['runs.delete'] = () => ok(undefined);
    await click(byTestId('run-delete'));
    await flushPromises();
    expect(router.currentRoute.value.path).toBe('/runs');
  });

  it('it is ticked for Compare and taken out', async () => {
    await opened({});
    await click(byTestId('run-compare'));
    expect(useSettingsStore().settings.compare).toEqual([1]);
    expect(byTestId('run-compare').getAttribute('aria-pressed')).toBe('true');
    await click(byTestId('run-compare'));
    expect(useRunsStore().compared).toEqual([]);
  });

  it('the loss can be looked at without its L2 term', async () => {
    const { wrapper } = await opened(running, { stored: { 1: metricsOf(40) } });
    const first = (): unknown => {
      const [mark] = marksIn(wrapper, 'chart-loss');
      return mark?.kind === 'path' && mark.at[0];
    };
    await eventually(() => expect(first()).toEqual({ x: 1, y: 100 }));
    byTestId('run-page').querySelector<HTMLInputElement>('input[value="crossEntropy"]')!.click();
    await eventually(() => expect(first()).toEqual({ x: 1, y: 90 }));
    expect(byTestId('chart-loss').querySelector('h2')!.textContent).toBe('Cross-entropy');
  });

  it('both charts show the same part of the axis', async () => {
    await opened(running, { stored: { 1: metricsOf(40) } });
    await eventually(() => expect(points('chart-loss')).toBe(40));
    await press(byTestId('chart-loss').querySelector('[data-points]')!, '+');
    const limits = (chart: string) => {
      const { min, max } = Chart.getChart(byTestId(chart).querySelector('canvas')!)!.scales.x!;
      return { min, max };
    };
    await eventually(() => expect(limits('chart-accuracy')).toEqual({ min: 392.5, max: 1177.5 }));
    expect(limits('chart-loss')).toEqual(limits('chart-accuracy'));
  });
});

describe('the page of a fork', () => {
  const parent = sampleRun({ id: 7, name: 'parent' });
  const fork = { ...running, step: 60, parent: { id: 7, step: 30, images: 1920 } };
  const stored = {
    1: { steps: sampleSteps(31, 60), epochs: [] },
    7: { steps: sampleSteps(1, 90), epochs: [] },
  };
  const legend = (): string[] =>
    [...byTestId('chart-loss').querySelectorAll('li')].map((entry) => entry.textContent!.trim());

  it('shows the curve of its parent up to the fork, and leads to it', async () => {
    await opened(fork, { others: [parent], stored });
    expect(byTestId('run-parent').textContent).toMatch(/Forked from\s+parent\s+at step 30/);
    expect(legend()).toContain('Parent, up to the fork');
    await eventually(() => expect(points('chart-loss')).toBe(30 + 30));
    await eventually(() => expect(document.querySelectorAll('[data-testid="chart-mark"]')).toHaveLength(2));
    expect(byTestId('chart-mark').getAttribute('aria-label')).toContain('Forked here');
  });

  it('is without it over time, which is of another clock', async () => {
    await opened(fork, { others: [parent], stored });
    byTestId('run-page').querySelector<HTMLInputElement>('input[value="time"]')!.click();
    await flushPromises();
    expect(legend()).not.toContain('Parent, up to the fork');
    await eventually(() => expect(points('chart-loss')).toBe(30));
  });

  it('names a parent that was deleted by its number', async () => {
    await opened(fork, { stored });
    expect(byTestId('run-parent').textContent).toMatch(/Forked from\s+run 7, which was deleted\s+at step 30/);
    expect(legend()).not.toContain('Parent, up to the fork');
  });

  it('is named on the page of its parent', async () => {
    await opened(
      {},
      { others: [sampleRun({ ...fork, id: 2, name: 'child', parent: { id: 1, step: 30, images: 1 } })] },
    );
    expect(byTestId('run-forks').textContent).toMatch(/Fork:\s+child\s+at step 30/);
  });
});
