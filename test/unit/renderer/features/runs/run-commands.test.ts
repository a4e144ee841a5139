import { beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommands } from '../../../../../src/renderer/features/runs/run-commands';
import { useRunActions } from '../../../../../src/renderer/features/runs/use-run-actions';
import { useRunsStore } from '../../../../../src/renderer/features/runs/runs-store';
import type { Run } from '../../../../../src/shared/run';
import { fakeMain, ok, type FakeMain } from '../../fake-main';
import { sampleRun } from './sample';

let main: FakeMain;
beforeEach(() => (main = fakeMain()));
const left = vi.fn();
const forked = vi.fn();
const commands = (run: Run) =>
  runCommands(run, useRunActions({ deleted: left, dialogs: { fork: forked } }), useRunsStore());
const ids = (over: Partial<Run>) => commands(sampleRun(over)).map(({ id }) => id);

describe('runCommands', () => {
  it('pauses what trains and resumes what does not, by one command', () => {
    const running = commands(sampleRun({ state: 'running' })).find(({ id }) => id === 'run.pause');
    const paused = commands(sampleRun({ state: 'paused' })).find(({ id }) => id === 'run.pause');
    expect([running?.title, paused?.title]).toEqual(['Pause: one', 'Resume: one']);
    expect(ids({ state: 'completed' })).not.toContain('run.pause');
  });

  it('offers nothing twice that is under way', () => {
    expect(ids({ state: 'pausing' })).not.toContain('run.pause');
    expect(ids({ state: 'stopping' })).not.toContain('run.stop');
  });

  it('has no comparison of a run that cannot be read, and no deletion of one that trains', () => {
    expect(ids({ unreadable: 'Its recipe is no recipe.' })).toEqual(
      expect.not.arrayContaining(['run.compare']),
    );
    expect(ids({ state: 'running' })).not.toContain('run.delete');
  });

  it('opens the dialogs that there are, and no others', () => {
    const paused = sampleRun({ state: 'paused', checkpointStep: 5 });
    const fork = commands(paused).find(({ id }) => id === 'run.fork')!;
    expect(fork.title).toBe('Fork: one');
    void fork.run();
    expect(forked).toHaveBeenCalledWith(paused);
    expect(ids({ state: 'paused', checkpointStep: 5 })).not.toContain('run.extend');
  });

  it('leaves a run that is deleted, and stays where main refuses', async () => {
    const run = sampleRun();
    useRunsStore().byId.set(run.id, run);
    const remove = commands(run).find(({ id }) => id === 'run.delete')!;
    await remove.run();
    expect(left).not.toHaveBeenCalled();
    main.answers['runs.delete'] = () => ok(undefined);
    await remove.run();
    expect(left).toHaveBeenCalledOnce();
  });
});
