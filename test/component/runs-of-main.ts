/** A main that has runs with metrics, as the pages of runs read them. */
import { flushPromises } from '@vue/test-utils';
import { nextTick } from 'vue';
import type { EpochMetric, StepMetric } from '../../src/shared/metrics';
import type { Run } from '../../src/shared/run';
import { toColumns } from '../../src/shared/step-columns';
import { useRunsStore } from '../../src/renderer/features/runs/runs-store';
import { ok, type FakeMain } from '../unit/renderer/fake-main';
import { freshWindow } from './mount';

/** Steps from one to another, both included; the loss falls with them. */
export const sampleSteps = (from: number, to: number): StepMetric[] =>
  Array.from({ length: to - from + 1 }, (_, index) => ({
    step: from + index,
    epoch: 1,
    loss: 100 / (from + index),
    crossEntropy: 90 / (from + index),
    accuracy: 0.5,
    seconds: from + index,
    learningRate: 0.001,
  }));

export interface RunsOfMain {
  main: FakeMain;
  /** How often a method was called for a run. */
  reads(method: 'runs.steps' | 'runs.epochs' | 'runs.predictions', id: number): number;
  /** Main tells of new steps and epochs of a run. */
  metrics(id: number, steps: readonly StepMetric[], epochs?: readonly EpochMetric[]): Promise<void>;
  /** Main tells that a run is another. */
  change(run: Run): Promise<void>;
}

/** A fresh window whose main has these runs and their metrics; the list is read. */
export async function windowWithRuns(
  runs: readonly Run[],
  stored: Readonly<Record<number, { steps?: readonly StepMetric[]; epochs?: readonly EpochMetric[] }>> = {},
  answers: FakeMain['answers'] = {},
): Promise<RunsOfMain> {
  const main = freshWindow({
    'runs.list': () => ok([...runs]),
    'runs.steps': ({ id, after }) =>
      ok(toColumns((stored[id]?.steps ?? []).filter(({ step }) => step > after))),
    'runs.epochs': ({ id }) => ok([...(stored[id]?.epochs ?? [])]),
    'runs.predictions': () => ok([]),
    'runs.plan': () => ok(null),
    'runs.delete': () => ok(undefined),
    'checkpoints.list': () => ok([]),
    'checkpoints.space': () => ok({ bytes: 0, freeBytes: 1e9, problem: null }),
    ...answers,
  });
  await useRunsStore().load();
  const settled = async () => {
    await flushPromises();
    await nextTick();
  };
  return {
    main,
    reads: (method, id) =>
      main.calls.filter(([name, args]) => name === method && (args as { id: number }).id === id).length,
    async metrics(runId, steps, epochs = []) {
      main.send('run.metrics', { runId, steps: toColumns(steps), epochs: [...epochs] });
      await settled();
    },
    async change(run) {
      main.send('run.changed', run);
      await settled();
    },
  };
}
