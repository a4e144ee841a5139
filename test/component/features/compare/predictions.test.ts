import { flushPromises } from '@vue/test-utils';
import { describe, expect, it } from 'vitest';
import { effectScope, nextTick, shallowRef } from 'vue';
import { usePredictions, type ShownRun } from '../../../../src/renderer/features/compare/predictions';
import type { Predictions } from '../../../../src/shared/predictions';
import type { Result } from '../../../../src/shared/result';
import { predictionsOf } from '../../../unit/shared/comparison/history';
import { fail, ok } from '../../../unit/renderer/fake-main';
import { windowWithRuns } from '../../runs-of-main';

/** Answers wait until the test gives them, each by the number of its question. */
async function opened(first: ShownRun[]) {
  const questions: { id: number; answer: (result: Result<Predictions[]>) => Promise<void> }[] = [];
  const world = await windowWithRuns(
    [],
    {},
    {
      'runs.predictions': ({ id }) =>
        new Promise((resolve) => {
          questions.push({
            id,
            answer: async (result) => {
              resolve(result);
              await flushPromises();
            },
          });
        }),
    },
  );
  const runs = shallowRef<readonly ShownRun[]>(first);
  const scope = effectScope();
  const predictions = scope.run(() => usePredictions(() => runs.value))!;
  const show = async (now: ShownRun[]) => {
    runs.value = now;
    await nextTick();
  };
  return { ...world, questions, scope, predictions, show };
}
const kept = (epoch: number): Predictions[] => [predictionsOf(epoch, 20, (image) => image < 10)];

describe('the predictions of compared runs', () => {
  it('are read once, and not for a run without an epoch', async () => {
    const { questions, predictions, show } = await opened([
      { id: 1, epoch: 2 },
      { id: 2, epoch: 0 },
    ]);
    expect(questions.map(({ id }) => id)).toEqual([1]);
    expect([predictions.settled.value, predictions.of(1), predictions.of(2)]).toEqual([false, [], []]);
    await questions[0]!.answer(ok(kept(2)));
    expect([predictions.settled.value, predictions.of(1)]).toEqual([true, kept(2)]);
    await show([
      { id: 2, epoch: 0 },
      { id: 1, epoch: 2 },
    ]);
    expect([predictions.settled.value, questions.length]).toEqual([true, 1]);
  });

  it('are read again when an epoch has come; those before stay until then, and a late answer does not count', async () => {
    const { questions, predictions, show } = await opened([{ id: 1, epoch: 1 }]);
    await questions[0]!.answer(ok(kept(1)));
    await show([{ id: 1, epoch: 2 }]);
    await show([{ id: 1, epoch: 3 }]);
    expect([predictions.settled.value, predictions.of(1)]).toEqual([false, kept(1)]);
    await questions[2]!.answer(ok(kept(3)));
    await questions[1]!.answer(ok(kept(2)));
    expect([predictions.settled.value, predictions.of(1)]).toEqual([true, kept(3)]);
  });

  it('are none where they cannot be read, which is known then', async () => {
    const { questions, predictions } = await opened([{ id: 1, epoch: 1 }]);
    await questions[0]!.answer(fail('storage', 'The disk does not answer.'));
    expect([predictions.settled.value, predictions.of(1)]).toEqual([true, []]);
  });

  it('are forgotten with a run that goes, and read again where it comes back', async () => {
    const { questions, predictions, show, scope } = await opened([{ id: 1, epoch: 1 }]);
    await questions[0]!.answer(ok(kept(1)));
    await show([]);
    expect(predictions.of(1)).toEqual([]);
    await show([{ id: 1, epoch: 1 }]);
    expect([questions.length, predictions.settled.value]).toEqual([2, false]);
    scope.stop();
    await questions[1]!.answer(ok(kept(1)));
    expect(predictions.of(1)).toEqual([]);
  });
});
