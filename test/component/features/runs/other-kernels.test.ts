import { describe, expect, it } from 'vitest';
import OtherKernelsDialog from '../../../../src/renderer/features/runs/OtherKernelsDialog.vue';
import QueuePanel from '../../../../src/renderer/features/runs/QueuePanel.vue';
import { useQuestionStore } from '../../../../src/renderer/features/runs/question-store';
import { useRunActions } from '../../../../src/renderer/features/runs/use-run-actions';
import { useRunsStore } from '../../../../src/renderer/features/runs/runs-store';
import { fail, ok } from '../../../unit/renderer/fake-main';
import { sampleRun } from '../../../unit/renderer/features/runs/sample';
import { byTestId, click, freshWindow, mountInWindow, press } from '../../mount';
import { windowWithRuns } from '../../runs-of-main';

const REASON =
  'Its plan computes with kernels that are not here: its numbers agree to rounding, but not bit for bit.';
const run = sampleRun({
  state: 'queued',
  asks: 'other-kernels',
  reason: REASON,
  step: 300,
  checkpointStep: 157,
  queue: { place: 1, held: true },
});

describe('the dialog with what a run asks', () => {
  it('says what differs and where it resumes, and agrees by its button', async () => {
    const main = freshWindow({ 'runs.resume': () => ok({ ...run, state: 'preparing', asks: null }) });
    const { props } = await mountInWindow(OtherKernelsDialog, { run, show: true });
    expect(byTestId('kernels-question').textContent).toBe(REASON);
    expect(byTestId('kernels-dialog').textContent).toContain('It resumes at step 157 once you agree');
    await click(byTestId('kernels-agree'));
    expect(main.calls).toEqual([['runs.resume', { id: run.id, otherKernels: true }]]);
    expect(props.show).toBe(false);
  });

  it.each([
    ['Cancel', () => click(byTestId('kernels-cancel'))],
    ['Escape', () => press(byTestId('kernels-agree'), 'Escape')],
  ])('leaves the run held by %s', async (_, leave) => {
    const main = freshWindow();
    const { props } = await mountInWindow(OtherKernelsDialog, { run, show: true });
    await leave();
    expect(props.show).toBe(false);
    expect(main.calls).toEqual([]);
  });

  it('stays open where main refuses, and says why', async () => {
    freshWindow({ 'runs.resume': () => fail('conflict', 'Resbench is being closed.') });
    const { props } = await mountInWindow(OtherKernelsDialog, { run, show: true });
    await click(byTestId('kernels-agree'));
    expect(byTestId('kernels-dialog').textContent).toContain('Resbench is being closed.');
    expect(props.show).toBe(true);
  });

  it('starts what has no step yet', async () => {
    freshWindow();
    await mountInWindow(OtherKernelsDialog, { run: { ...run, step: 0 }, show: true });
    expect(byTestId('kernels-agree').textContent).toContain('Start with other kernels');
  });
});

describe('a run that asks', () => {
  it('opens its dialog once where it had begun at once for this window', async () => {
    const { change } = await windowWithRuns(
      [sampleRun({ state: 'paused', checkpointStep: 157 })],
      {},
      { 'runs.resume': () => ok(sampleRun({ state: 'preparing', revision: 2 })) },
    );
    const [store, questions] = [useRunsStore(), useQuestionStore()];
    await store.resume(run.id);
    expect(questions.isOpen).toBe(false);
    await change({ ...run, revision: 3 });
    expect(questions).toMatchObject({ isOpen: true, runId: run.id });
    questions.isOpen = false;
    await change({ ...run, revision: 4 });
    expect(questions.isOpen).toBe(false);
  });

  it('of the queue is not opened by itself', async () => {
    const { change } = await windowWithRuns([sampleRun({ state: 'preparing' })]);
    await change({ ...run, revision: 3 });
    expect(useQuestionStore().isOpen).toBe(false);
  });

  it('offers the answer in place of its release', async () => {
    await windowWithRuns([run]);
    const actions = useRunActions();
    expect(actions.offer(run).main.map(({ action }) => action)).toEqual(['answer', 'dequeue']);
    await actions.pauseOrResume(run);
    expect(useQuestionStore().isOpen).toBe(true);
  });

  it('stands in the queue with its reason and a button that answers', async () => {
    await windowWithRuns([run]);
    await mountInWindow(QueuePanel);
    const row = byTestId('queue-row');
    expect(row.textContent).toContain('Asks');
    expect(row.textContent).toContain(REASON);
    expect(row.getAttribute('aria-label')).toContain('held with a question');
    await click(byTestId('queue-answer'));
    expect(useQuestionStore()).toMatchObject({ isOpen: true, runId: run.id });
  });
});
