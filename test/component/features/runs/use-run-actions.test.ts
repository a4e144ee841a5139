import { flushPromises } from '@vue/test-utils';
import { describe, expect, it, vi } from 'vitest';
import { useRunActions } from '../../../../src/renderer/features/runs/use-run-actions';
import type { RunAction } from '../../../../src/renderer/features/runs/run-actions';
import type { Run } from '../../../../src/shared/run';
import { fail, ok } from '../../../unit/renderer/fake-main';
import { sampleRun } from '../../../unit/renderer/features/runs/sample';
import { windowWithRuns } from '../../runs-of-main';

const running = sampleRun({ state: 'running' });
const paused = sampleRun({ state: 'paused', checkpointStep: 157 });
const queued = sampleRun({ state: 'queued', startedAt: null, step: 0, queue: { place: 2, held: false } });
const completed = sampleRun({ checkpointStep: 1570 });

const named = (offered: readonly { action: RunAction }[]): RunAction[] => offered.map(({ action }) => action);

describe('what a run offers', () => {
  it('is what its state allows, with label, hint and whether it is under way', async () => {
    await windowWithRuns([running]);
    const { main, deletable } = useRunActions().offer({ ...running, state: 'pausing' });
    expect(main).toMatchObject([
      { action: 'pause', label: 'Pausing…', disabled: true },
      { action: 'stop', label: 'Stop', disabled: false },
    ]);
    expect(deletable).toBe(false);
  });

  it('leaves out what needs a dialog that there is not here', async () => {
    await windowWithRuns([completed]);
    const { main, more, deletable } = useRunActions().offer(completed);
    expect(named(main)).toEqual([]);
    expect(named(more)).toEqual(['log', 'json', 'csv']);
    expect(deletable).toBe(true);
    const dialogs = { fork: () => undefined, extend: () => undefined, again: () => undefined };
    const all = useRunActions({ dialogs }).offer(completed);
    expect(named(all.main)).toEqual(['extend', 'fork']);
    expect(named(all.more)).toEqual(['again', 'log', 'json', 'csv']);
  });
});

describe('what an action does', () => {
  it.each<[RunAction, Run, string, object]>([
    ['pause', running, 'runs.pause', {}],
    ['stop', running, 'runs.stop', {}],
    ['resume', paused, 'runs.resume', {}],
    ['dequeue', queued, 'runs.stop', {}],
    ['next', queued, 'queue.move', { place: 1 }],
    ['hold', queued, 'queue.hold', { held: true }],
    ['release', queued, 'queue.hold', { held: false }],
    ['log', completed, 'runs.openLog', {}],
    ['json', completed, 'runs.export', { format: 'json' }],
    ['csv', completed, 'runs.export', { format: 'csv' }],
  ])('%s', async (action, run, method, args) => {
    const { main } = await windowWithRuns([run]);
    await useRunActions().act(action, run);
    expect(main.calls).toContainEqual([method, expect.objectContaining({ id: 1, ...args })]);
  });

  it('opens the dialog of its run', async () => {
    await windowWithRuns([paused]);
    const fork = vi.fn();
    await useRunActions({ dialogs: { fork } }).act('fork', paused);
    expect(fork).toHaveBeenCalledWith(paused);
  });

  it('tells of a deletion once the run is gone, and not where main refuses', async () => {
    const { main } = await windowWithRuns([completed]);
    const deleted = vi.fn();
    const { act } = useRunActions({ deleted });
    main.answers['runs.delete'] = () => fail('conflict', 'It is in use.');
    await act('delete', completed);
    expect(deleted).not.toHaveBeenCalled();
    main.answers['runs.delete'] = () => ok(undefined);
    await act('delete', completed);
    expect(deleted).toHaveBeenCalledWith(completed);
  });
});

describe('pausing or continuing', () => {
  it.each<[string, Run, string | null]>([
    ['pauses a run that trains', running, 'runs.pause'],
    ['does not ask twice', { ...running, state: 'pausing' }, null],
    ['continues one that is paused', paused, 'runs.resume'],
    ['continues one that was interrupted', { ...paused, state: 'interrupted' }, 'runs.resume'],
    ['leaves one alone that is completed', completed, null],
    ['leaves one alone that waits', queued, null],
    [
      'does not continue one whose loss would diverge again',
      { ...paused, state: 'failed', reason: 'The loss became not a number (NaN) at step 3 (epoch 1), so' },
      null,
    ],
  ])('%s', async (_what, run, method) => {
    const { main } = await windowWithRuns([run]);
    const before = main.calls.length;
    await useRunActions().pauseOrResume(run);
    await flushPromises();
    expect(main.calls.slice(before).map(([name]) => name)).toEqual(method ? [method] : []);
  });
});
