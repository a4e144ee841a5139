import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { computed, effectScope, nextTick, ref, shallowRef } from 'vue';
import { useSettingsStore } from '../../../src/renderer/base/settings-store';
import { curveStyle } from '../../../src/renderer/charts/palette';
import type { Line } from '../../../src/renderer/charts/lines';
import { countOf } from '../../../src/renderer/charts/samples';
import type { XAxis } from '../../../src/renderer/charts/series';
import { useRunCurves } from '../../../src/renderer/curves/run-curves';
import type { Run } from '../../../src/shared/run';
import { sampleEpoch, sampleRun } from '../../unit/renderer/features/runs/sample';
import { eventually } from '../mount';
import { sampleSteps, windowWithRuns } from '../runs-of-main';

const lineOf = (run: Run, over: Partial<Line> = {}): Line =>
  ({
    runId: run.id,
    group: String(run.id),
    label: run.name,
    style: curveStyle(0, true),
    from: 'steps',
    value: 'loss',
    ...over,
  }) as Line;

const running = sampleRun({ state: 'running', step: 40, seconds: 40 });
const other = sampleRun({ id: 2, name: 'two' });

async function opened(first: Run[] = [running], over: { parents?: Run[]; steps?: boolean } = {}) {
  const stored = {
    1: { steps: sampleSteps(1, 40), epochs: [sampleEpoch(1, 0.5)] },
    2: { steps: sampleSteps(1, 10), epochs: [] },
  };
  const world = await windowWithRuns([running, other], stored);
  const runs = shallowRef<readonly Run[]>(first);
  const axis = ref<XAxis>('step');
  const steps = ref(over.steps ?? true);
  const secondsLeft = ref<number | null>(null);
  const scope = effectScope();
  const curves = scope.run(() =>
    useRunCurves({
      runs: () => runs.value,
      parents: () => over.parents ?? [],
      axis: () => axis.value,
      steps: () => steps.value,
      secondsLeft: () => secondsLeft.value,
      emptySentence: () => 'Nothing yet.',
    }),
  )!;
  const lines = computed(() => runs.value.map((run) => lineOf(run)));
  const source = scope.run(() => curves.source(() => lines.value))!;
  const drawn = () => source.value().map(({ label, samples }) => [label, countOf(samples)]);
  return { ...world, runs, axis, steps, secondsLeft, scope, curves, source, drawn };
}

describe('the curves of runs', () => {
  it('are empty and without a sentence until the runs have been read', async () => {
    const { curves, drawn } = await opened();
    expect(drawn()).toEqual([['one', 0]]);
    expect(curves.emptySentence.value).toBe('');
    await flushPromises();
    expect(drawn()).toEqual([['one', 40]]);
    expect(curves.emptySentence.value).toBe('Nothing yet.');
  });

  it('grow with the events of main, by the same source', async () => {
    const { curves, source, drawn, metrics } = await opened();
    await flushPromises();
    const [before, { epochs, logs }] = [source.value, curves];
    const [oldEpochs, oldLogs] = [epochs.value, logs.value];
    await metrics(1, sampleSteps(41, 45));
    expect(drawn()).toEqual([['one', 45]]);
    expect(source.value).toBe(before);
    // What is told of several runs is gathered for a moment.
    await eventually(() => expect(logs.value).not.toBe(oldLogs));
    expect(epochs.value).toBe(oldEpochs);
    await metrics(1, [], [sampleEpoch(2, 0.6)]);
    await eventually(() => expect(epochs.value.get(1)).toHaveLength(2));
  });

  it('do not change with those of runs that are not shown', async () => {
    const { curves, metrics } = await opened();
    await flushPromises();
    const before = curves.logs.value;
    await metrics(2, sampleSteps(1, 5));
    expect(curves.logs.value).toBe(before);
  });

  it('have another source where the axis, the smoothing, the lines or the length of a run change', async () => {
    const { source, axis, runs, drawn } = await opened();
    await flushPromises();
    const seen = new Set([source.value]);
    const another = async () => {
      await nextTick();
      const known = seen.has(source.value);
      seen.add(source.value);
      return !known;
    };
    expect(await another()).toBe(false);
    axis.value = 'epoch';
    expect(await another()).toBe(true);
    useSettingsStore().settings.smoothing = 0.5;
    expect(await another()).toBe(true);
    expect(drawn()).toEqual([
      ['one, raw', 40],
      ['one, smoothed', 40],
    ]);
    runs.value = [{ ...running, recipe: { ...running.recipe, epochs: 20 } }];
    expect(await another()).toBe(true);
    runs.value = [running, other];
    expect(await another()).toBe(true);
  });

  it('follow runs that are added, and leave those that are taken out', async () => {
    const { runs, drawn, reads } = await opened();
    await flushPromises();
    runs.value = [running, other];
    await flushPromises();
    expect(drawn()).toEqual([
      ['one', 40],
      ['two', 10],
    ]);
    runs.value = [other];
    await flushPromises();
    expect(drawn()).toEqual([['two', 10]]);
    expect([reads('runs.steps', 1), reads('runs.steps', 2)]).toEqual([1, 1]);
  });

  it('read steps only where they are looked at', async () => {
    const { steps, reads, curves, drawn } = await opened([running], { steps: false });
    await flushPromises();
    expect([reads('runs.epochs', 1), reads('runs.steps', 1)]).toEqual([1, 0]);
    expect(curves.emptySentence.value).toBe('Nothing yet.');
    steps.value = true;
    await nextTick();
    expect(curves.emptySentence.value).toBe('');
    await flushPromises();
    expect(reads('runs.steps', 1)).toBe(1);
    expect(drawn()).toEqual([['one', 40]]);
    expect(curves.emptySentence.value).toBe('Nothing yet.');
  });

  it('are read once more when a run has ended: its last steps may have come without an event', async () => {
    const { runs, reads } = await opened();
    await flushPromises();
    runs.value = [{ ...running, step: 41 }];
    await flushPromises();
    expect(reads('runs.steps', 1)).toBe(1);
    runs.value = [{ ...running, state: 'completed' }];
    await flushPromises();
    expect(reads('runs.steps', 1)).toBe(2);
  });

  it('are not read again when a run that trains is taken out', async () => {
    const { runs, reads } = await opened([running, other]);
    await flushPromises();
    runs.value = [other];
    await flushPromises();
    expect(reads('runs.steps', 1)).toBe(1);
  });

  it('show everything again over another axis', async () => {
    const { curves, axis } = await opened();
    curves.range.value = { from: 10, to: 20 };
    axis.value = 'time';
    await nextTick();
    expect(curves.range.value).toBeNull();
    expect(curves.axis.value.label).toBe('Time');
  });

  it('end as the longest run that trains is planned, whatever becomes of a parent', async () => {
    const parent = { ...running, id: 2, totalSteps: 99_999 };
    const { curves, runs, axis, secondsLeft } = await opened([running], { parents: [parent] });
    expect(curves.plannedEnd.value).toBe(1570);
    runs.value = [running, { ...running, id: 3, totalSteps: 3140 }];
    expect(curves.plannedEnd.value).toBe(3140);
    axis.value = 'time';
    expect(curves.plannedEnd.value).toBe(60);
    secondsLeft.value = 500;
    expect(curves.plannedEnd.value).toBe(600);
    runs.value = [other];
    expect(curves.plannedEnd.value).toBeNull();
  });

  it('stop to follow main with their page', async () => {
    const { curves, scope, metrics } = await opened();
    await flushPromises();
    const before = curves.logs.value;
    scope.stop();
    await metrics(1, sampleSteps(41, 45));
    expect(curves.logs.value).toBe(before);
  });

  it('are there at once when their page is opened again', async () => {
    const { scope, reads } = await opened();
    await flushPromises();
    scope.stop();
    const again = effectScope().run(() =>
      useRunCurves({
        runs: () => [running],
        axis: () => 'step',
        steps: () => true,
        secondsLeft: () => null,
        emptySentence: () => '',
      }),
    )!;
    expect(again.source(() => [lineOf(running)]).value()[0]!.samples.xs).toHaveLength(40);
    await flushPromises();
    expect(reads('runs.steps', 1)).toBe(2);
  });
});
