import { flushPromises } from '@vue/test-utils';
import { beforeEach, describe, expect, it } from 'vitest';
import NewRunDialog from '../../../../src/renderer/features/runs/NewRunDialog.vue';
import { DATASETS } from '../../../../src/shared/datasets';
import type { DatasetStatus } from '../../../../src/shared/dataset';
import {
  RangeCurve,
  DEFAULT_RANGE,
  type RangePoint,
  type RangeResult,
} from '../../../../src/shared/range-test';
import { DEFAULT_RECIPE } from '../../../../src/shared/recipe';
import type { Result } from '../../../../src/shared/result';
import { fail, ok, type FakeMain } from '../../../unit/renderer/fake-main';
import { sampleRun } from '../../../unit/renderer/features/runs/sample';
import { byTestId, click, eventually, freshWindow, mountInWindow, press, type } from '../../mount';

const shapes: DatasetStatus = {
  ...DATASETS.shapes,
  state: 'ready',
  detail: '',
  bytes: 0,
  sha256: null,
  copy: null,
  progress: null,
};

/** A loss that falls between 1e-4 and 1e-1, and rises beyond. */
const points: RangePoint[] = (() => {
  const curve = new RangeCurve(DEFAULT_RANGE);
  const found: RangePoint[] = [];
  for (;;) {
    const log = Math.log10(curve.rate);
    const { point, end } = curve.add(2.5 - Math.min(2, Math.max(0, log + 4)) + 10 ** (2 * log));
    if (point) found.push(point);
    if (end) return found;
  }
})();

let main: FakeMain;
/** Ends the test that is under way. */
let answer: (result: Result<RangeResult>) => void;
beforeEach(() => {
  main = freshWindow({
    'runs.list': () => ok([]),
    'datasets.list': () => ok([shapes]),
    'rangeTest.take': () => new Promise((resolve) => (answer = resolve)),
    'rangeTest.cancel': () => {
      answer(fail('cancelled', 'The range test was cancelled.'));
      return ok();
    },
  });
});

const there = (id: string): boolean => document.querySelector(`[data-testid="${id}"]`) !== null;
const field = (): HTMLInputElement => byTestId('run-learning-rate');
const asked = (): unknown[] =>
  main.calls.filter(([method]) => method === 'rangeTest.take').map(([, args]) => args);

async function open(): Promise<void> {
  await mountInWindow(NewRunDialog, { show: true });
  await click(byTestId('run-find-rate'));
}
async function start(): Promise<void> {
  byTestId('range-dialog')
    .querySelector('form')!
    .dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
  await flushPromises();
}
async function finish(result: Result<RangeResult> = ok({ points, end: 'loss rose' })): Promise<void> {
  answer(result);
  await flushPromises();
}

describe('the range test', () => {
  it('says what it will do, and takes what is in the form, the learning rate there left out', async () => {
    await mountInWindow(NewRunDialog, { show: true });
    await type(field(), 'unknown yet');
    await type(byTestId('run-batch-size'), '32');
    await click(byTestId('run-find-rate'));
    expect(byTestId('range-chart').textContent).toContain('Nothing of it is kept.');
    expect(there('range-use')).toBe(false);
    await type(byTestId('range-steps'), '50');
    await start();
    expect(asked()).toMatchObject([
      {
        datasetId: 'shapes',
        recipe: { ...DEFAULT_RECIPE, batchSize: 32 },
        range: { from: 1e-7, to: 10, steps: 50 },
      },
    ]);
  });

  it('grows while it runs, and suggests a rate that the form gets by the button alone', async () => {
    await open();
    await start();
    expect(byTestId('range-progress').textContent).toContain('Starting');
    main.send('rangeTest.progress', { stage: 'Training', fraction: 0.3, points: points.slice(0, 30) });
    await flushPromises();
    expect(byTestId('range-progress').textContent).toContain('30 of 100 steps');
    expect(byTestId('range-chart').dataset.points).toBe('30');
    await finish();
    expect(byTestId('range-chart').dataset.points).toBe(String(points.length));
    expect(byTestId('range-words').textContent).toContain('Valley: two thirds down the longest fall');
    await eventually(() => expect(byTestId('range-mark-valley').textContent.trim()).toBe('Valley'));
    const use = byTestId('range-use');
    const rate = use.textContent.replace('Use', '').trim();
    expect(Number(rate)).toBeGreaterThan(1e-4);
    expect(Number(rate)).toBeLessThan(0.1);
    expect(field().value).toBe('0.001');
    await click(use);
    expect(field().value).toBe(rate);
  });

  it('lets another rule, or another point by keys, be chosen; Cancel leaves the form as it was', async () => {
    await open();
    await start();
    await finish();
    const shown = (): string => byTestId('range-use').textContent.trim();
    const valley = shown();
    await click(byTestId('range-suggestions').querySelector<HTMLElement>('input[value="minimum"]')!);
    expect(shown()).not.toBe(valley);
    const chart = byTestId('range-chart');
    await press(chart, 'Home');
    expect(shown()).toBe('Use 1e-7');
    expect(chart.getAttribute('aria-valuetext')).toMatch(/^1e-7, smoothed loss /);
    await press(chart, 'PageUp');
    await press(chart, 'ArrowRight');
    expect(chart.getAttribute('aria-valuenow')).toBe('12');
    await click(byTestId('range-cancel'));
    expect(field().value).toBe('0.001');
  });

  it('by a click on the curve, and Enter', async () => {
    await open();
    await start();
    await finish();
    await eventually(() => expect(there('range-mark-valley')).toBe(true));
    byTestId('range-chart').dispatchEvent(new MouseEvent('click', { clientX: 780, bubbles: true }));
    await flushPromises();
    const rate = byTestId('range-use').textContent.replace('Use', '').trim();
    expect(Number(rate)).toBeCloseTo(points.at(-1)!.rate, 1);
    expect((await press(byTestId('range-chart'), 'Enter')).defaultPrevented).toBe(true);
    expect(field().value).toBe(rate);
  });

  it('keeps its curve where it is ended, and suggests by what is there', async () => {
    await open();
    await start();
    main.send('rangeTest.progress', { stage: 'Training', fraction: 0.6, points: points.slice(0, 60) });
    await click(byTestId('range-stop'));
    expect(byTestId('range-words').textContent).toContain('Cancelled after 60 of 100 steps.');
    expect(byTestId('range-start').textContent.trim()).toBe('Test again');
    expect(there('range-use')).toBe(true);
  });

  it('is cancelled with its dialog', async () => {
    await open();
    await start();
    await click(byTestId('range-cancel'));
    expect(main.calls.filter(([method]) => method === 'rangeTest.cancel')).toHaveLength(1);
  });

  it('says why it failed, and that nothing could be suggested', async () => {
    await open();
    await start();
    await finish(fail('trainer', 'Memory ran out.'));
    expect(byTestId('range-problem').textContent).toContain('Memory ran out.');
    expect(there('range-use')).toBe(false);
    await start();
    const rising = points.map((point, index) => ({ ...point, smoothed: 1 + index }));
    await finish(ok({ points: rising, end: 'all steps' }));
    expect(byTestId('range-words').textContent).toContain('nothing is suggested');
  });

  it('is refused with a sentence: wrong rates, and a run that is trained', async () => {
    await open();
    await type(byTestId('range-to'), '1e-7');
    expect(byTestId('range-dialog').textContent).toContain('at least ten times the lowest');
    expect(byTestId<HTMLButtonElement>('range-start').disabled).toBe(true);
    await type(byTestId('range-to'), '1');
    expect(byTestId<HTMLButtonElement>('range-start').disabled).toBe(false);
    main.send('run.changed', sampleRun({ id: 4, name: 'busy', state: 'running' }));
    await flushPromises();
    expect(byTestId('range-dialog').textContent).toContain('Run 4 ("busy") is being trained');
    expect(byTestId<HTMLButtonElement>('range-start').disabled).toBe(true);
    await start();
    expect(asked()).toEqual([]);
  });
});
