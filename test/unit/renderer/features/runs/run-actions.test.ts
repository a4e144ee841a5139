import { describe, expect, it } from 'vitest';
import {
  actionLabel,
  actionsOf,
  actionTitle,
  describeResumePoint,
  isUnderWay,
} from '../../../../../src/renderer/features/runs/run-actions';
import { RUN_STATES, type Run } from '../../../../../src/shared/run';
import { sampleRun } from './sample';

const NAN = 'The loss became not a number (NaN) at step 731 (epoch 5), so training cannot continue.';
const main = (over: Partial<Run>): string[] => actionsOf(sampleRun(over)).main;
const more = (over: Partial<Run>): string[] => actionsOf(sampleRun(over)).more;

describe('what can be done with a run', () => {
  it.each<[Partial<Run>, string[]]>([
    [{ state: 'preparing' }, ['pause', 'stop']],
    [{ state: 'running', checkpointStep: 5 }, ['pause', 'stop']],
    [{ state: 'pausing' }, ['pause', 'stop']],
    [{ state: 'stopping' }, ['pause', 'stop']],
    [{ state: 'queued', queue: { place: 1, held: false } }, ['hold', 'dequeue']],
    [{ state: 'queued', queue: { place: 2, held: false } }, ['next', 'hold', 'dequeue']],
    [{ state: 'queued', queue: { place: 1, held: true } }, ['next', 'release', 'dequeue']],
    [{ state: 'paused', checkpointStep: 5 }, ['resume', 'fork']],
    [{ state: 'stopped', checkpointStep: null }, ['resume']],
    [{ state: 'interrupted', checkpointStep: 5 }, ['resume', 'fork']],
    [{ state: 'failed', reason: 'No memory.', checkpointStep: 5 }, ['resume', 'fork']],
    [{ state: 'failed', reason: NAN, checkpointStep: 5 }, ['fork']],
    [{ state: 'failed', reason: NAN, checkpointStep: null }, ['again']],
    [{ state: 'completed', checkpointStep: 5 }, ['extend', 'fork']],
  ])('%j', (over, actions) => {
    expect(main(over)).toEqual(actions);
  });

  it('never offers the same twice, and a way on from every state', () => {
    for (const state of RUN_STATES) {
      for (const checkpointStep of [null, 5]) {
        const run = sampleRun({
          state,
          checkpointStep,
          queue: state === 'queued' ? { place: 1, held: false } : null,
        });
        const actions = actionsOf(run);
        const all = [...actions.main, ...actions.more];
        expect(new Set(all).size, state).toBe(all.length);
        expect(actions.main.length, state).toBeGreaterThan(0);
      }
    }
  });

  it('deletes only what no trainer is at work on', () => {
    expect(more({ state: 'running' })).not.toContain('delete');
    expect(more({ state: 'paused' })).toContain('delete');
  });

  it('shows what is under way', () => {
    expect(actionLabel('pause', sampleRun({ state: 'pausing' }))).toBe('Pausing…');
    expect(isUnderWay('pause', { state: 'pausing' })).toBe(true);
    expect(isUnderWay('stop', { state: 'pausing' })).toBe(false);
    expect(isUnderWay('stop', { state: 'stopping' })).toBe(true);
  });

  it('says where a run would resume', () => {
    const parent = { id: 1, step: 1200, images: 76_800 };
    const goesOn = (checkpointStep: number | null, from: Run['parent'] = null) =>
      describeResumePoint({ checkpointStep, parent: from });
    expect(goesOn(1200)).toBe('at step 1,200, exactly as if it had never stopped');
    expect(goesOn(null)).toBe('at its first step, with the same figures again');
    expect(goesOn(1200, parent)).toBe('at step 1,200, where it was forked');
    expect(goesOn(1201, parent)).toBe('at step 1,201, exactly as if it had never stopped');
    expect(actionTitle('resume', sampleRun({ state: 'failed', checkpointStep: 5 }))).toBe(
      'Resumes at step 5, exactly as if it had never stopped (P)',
    );
  });

  it('does not offer to resume where the run would come to the same step again', () => {
    for (const checkpointStep of [null, 5]) {
      const { main, more } = actionsOf(sampleRun({ state: 'failed', reason: NAN, checkpointStep }));
      expect([...main, ...more]).not.toContain('resume');
      expect([...main, ...more]).not.toContain('extend');
      expect([...main, ...more]).toContain('again');
    }
  });

  it('offers only what needs no row of a run that cannot be read', () => {
    const unreadable = 'It cannot be read.';
    for (const state of RUN_STATES) {
      const { main, more } = actionsOf(sampleRun({ state, unreadable, checkpointStep: 5 }));
      const trains = ['preparing', 'running', 'pausing', 'stopping'].includes(state);
      expect(main).toEqual(trains ? ['stop'] : []);
      expect(more).toEqual(['log', 'json', 'csv', ...(trains ? [] : ['delete'])]);
    }
  });
});
