import { afterEach, describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick, shallowRef } from 'vue';
import {
  useCheckpoints,
  type Checkpoints,
} from '../../../../../src/renderer/features/runs/checkpoints-store';
import { dismiss, notices } from '../../../../../src/renderer/base/notices';
import type { Checkpoint } from '../../../../../src/shared/checkpoint';
import { fail, fakeMain, ok } from '../../fake-main';
import { sampleCheckpoint, sampleRun } from './sample';

afterEach(() => {
  for (const { id } of notices.value) dismiss(id);
  vi.unstubAllGlobals();
});

async function opened(stored: Checkpoint[]) {
  const main = fakeMain({
    'checkpoints.list': () => ok(stored),
    'checkpoints.space': () => ok({ bytes: 5, freeBytes: 10, problem: null }),
  });
  const run = shallowRef(sampleRun({ checkpointStep: 157 }));
  const scope = effectScope();
  const checkpoints: Checkpoints = scope.run(() => useCheckpoints(() => run.value))!;
  await vi.waitFor(() => expect(checkpoints.list.value).not.toBeNull());
  return { main, run, scope, checkpoints };
}
const reads = (main: ReturnType<typeof fakeMain>): number =>
  main.calls.filter(([method]) => method === 'checkpoints.list').length;

describe('the checkpoints of a run', () => {
  it('are read again when a new one stands, and not when only a step was made', async () => {
    const { main, run, checkpoints, scope } = await opened([sampleCheckpoint()]);
    expect(reads(main)).toBe(1);
    await vi.waitFor(() => expect(checkpoints.space.value?.freeBytes).toBe(10));
    run.value = { ...run.value, step: 158 };
    await nextTick();
    expect(reads(main)).toBe(1);
    main.answers['checkpoints.list'] = () => ok([sampleCheckpoint({ id: 2, step: 314 }), sampleCheckpoint()]);
    run.value = { ...run.value, checkpointStep: 314 };
    await vi.waitFor(() => expect(checkpoints.list.value?.map(({ id }) => id)).toEqual([2, 1]));
    scope.stop();
  });

  it('are pinned with what main says', async () => {
    const { main, checkpoints, scope } = await opened([sampleCheckpoint(), sampleCheckpoint({ id: 2 })]);
    main.answers['checkpoints.pin'] = ({ checkpointId, pinned }) =>
      ok(sampleCheckpoint({ id: checkpointId, pinned }));
    await checkpoints.pin(checkpoints.list.value![1]!, true);
    expect(checkpoints.list.value?.map(({ id, pinned }) => [id, pinned])).toEqual([
      [1, false],
      [2, true],
    ]);
    scope.stop();
  });

  it('stay in the list where main refuses to delete one', async () => {
    const { main, checkpoints, scope } = await opened([sampleCheckpoint()]);
    main.answers['checkpoints.delete'] = () => fail('conflict', 'It is the last intact one.');
    expect(await checkpoints.remove(checkpoints.list.value![0]!)).toBe(false);
    expect(checkpoints.list.value).toHaveLength(1);
    expect(notices.value.map(({ message }) => message)).toEqual(['It is the last intact one.']);

    main.answers['checkpoints.delete'] = () => ok(undefined);
    expect(await checkpoints.remove(checkpoints.list.value![0]!)).toBe(true);
    expect(checkpoints.list.value).toHaveLength(0);
    scope.stop();
  });

  it('say why they could not be read', async () => {
    const { main, checkpoints, scope } = await opened([]);
    main.answers['checkpoints.list'] = () => fail('storage', 'The folder is gone.');
    await checkpoints.reload();
    expect(checkpoints.problem.value).toBe('The folder is gone.');
    scope.stop();
  });

  it('keep the answer to the last question where answers overtake each other', async () => {
    const { main, checkpoints, scope } = await opened([]);
    let answerLate = (_: ReturnType<typeof ok<Checkpoint[]>>): void => {};
    main.answers['checkpoints.list'] = () => new Promise((done) => (answerLate = done));
    const first = checkpoints.reload();
    main.answers['checkpoints.list'] = () => ok([sampleCheckpoint({ id: 5 })]);
    await checkpoints.reload();
    answerLate(ok([sampleCheckpoint({ id: 4 })]));
    await first;
    expect(checkpoints.list.value?.map(({ id }) => id)).toEqual([5]);
    scope.stop();
  });
});
