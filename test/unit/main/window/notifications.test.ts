import { expect, it } from 'vitest';
import { notificationOf, RunNotifier, type RunNotification } from '../../../../src/main/window/notifications';
import type { Run } from '../../../../src/shared/run';
import { aRun } from '../../cli/fake-runs';

it.each<[string, Partial<Run>, Omit<RunNotification, 'runId'>]>([
  [
    'completed',
    { state: 'completed', epochs: 1200, best: { valAccuracy: 0.7123, epoch: 900 } },
    { title: 'small is completed', body: '1,200 epochs; best validation accuracy 71.2 % after epoch 900.' },
  ],
  [
    'failed',
    { state: 'failed', reason: 'The loss became infinite.' },
    { title: 'small failed', body: 'The loss became infinite.' },
  ],
  [
    'paused',
    { state: 'paused', reason: 'Paused from another window or terminal at step 6.' },
    { title: 'small is paused', body: 'Paused from another window or terminal at step 6.' },
  ],
])('a run that is %s is told with what came of it', (_state, change, said) => {
  expect(notificationOf(aRun(change))).toEqual({ runId: 7, ...said });
});

it('a desktop gets no text of others that acts or is long', () => {
  const said = notificationOf(
    aRun({ state: 'failed', name: 'a\u001b[2J\u202eb', reason: 'x'.repeat(20_000) }),
  )!;
  expect(said.title).toBe('a\ufffd[2J\ufffdb failed');
  expect(said.body.length).toBe(300);
});

function notifier({ wanted = true, watched = false } = {}) {
  const shown: RunNotification[] = [];
  const notifications = new RunNotifier({
    wanted: () => wanted,
    watched: () => watched,
    show: (notification) => shown.push(notification),
  });
  return {
    shown,
    after: (...runs: Partial<Run>[]) => runs.forEach((run) => notifications.changed(aRun(run))),
  };
}

it('a run that trained here and is over is told once', () => {
  const { shown, after } = notifier();
  after({ state: 'preparing' }, { state: 'running' }, { state: 'running', step: 5 });
  expect(shown).toEqual([]);
  after({ state: 'failed', reason: 'x' }, { state: 'failed', reason: 'x' });
  expect(shown.map(({ title }) => title)).toEqual(['small failed']);
});

it('a run that is continued is told again at its next end', () => {
  const { shown, after } = notifier();
  after({ state: 'running' }, { state: 'paused' }, { state: 'queued' }, { state: 'running' });
  after({ state: 'completed' });
  expect(shown.map(({ title }) => title)).toEqual(['small is paused', 'small is completed']);
});

it.each<[string, Partial<Run>[], Parameters<typeof notifier>[0]]>([
  ['the user stopped it', [{ state: 'running' }, { state: 'stopping' }, { state: 'stopped' }], {}],
  [
    'another process trained it',
    [
      { state: 'running', own: false },
      { state: 'failed', own: false },
    ],
    {},
  ],
  [
    'its owner died',
    [
      { state: 'running', own: false },
      { state: 'interrupted', own: false },
    ],
    {},
  ],
  ['it is over already when it is first heard of', [{ state: 'completed' }], {}],
  ['the window is in front', [{ state: 'running' }, { state: 'completed' }], { watched: true }],
  ['notifications are switched off', [{ state: 'running' }, { state: 'completed' }], { wanted: false }],
])('nothing is shown of a run where %s', (_why, changes, options) => {
  const { shown, after } = notifier(options);
  after(...changes);
  expect(shown).toEqual([]);
});
