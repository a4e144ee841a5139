import { describe, expect, it } from 'vitest';
import { bannerOf } from '../../../../../src/renderer/features/runs/banner';
import type { Run } from '../../../../../src/shared/run';
import { sampleRun } from './sample';

const said = (over: Partial<Run>): string | undefined => bannerOf(sampleRun(over))?.sentences.join(' ');
const parent = { id: 1, step: 6, images: 384 };

describe('what stands above a run', () => {
  it.each(['preparing', 'running', 'pausing', 'stopping', 'completed'] as const)(
    'is nothing while it is %s',
    (state) => {
      expect(bannerOf(sampleRun({ state }))).toBeNull();
    },
  );

  it('says why it does not train, and once where it can resume', () => {
    expect(
      said({ state: 'paused', reason: 'Paused by the user at step 9.', step: 9, checkpointStep: 9 }),
    ).toBe('Paused by the user at step 9. It can be resumed at step 9, exactly as if it had never stopped.');
    expect(said({ state: 'stopped', reason: null, step: 9, checkpointStep: null })).toBe(
      'The run was stopped before its end. It can be resumed at its first step, with the same figures again.',
    );
  });

  it('offers a fork where it would diverge again', () => {
    const reason = 'The loss became not a number (NaN) at step 731 (epoch 5), so training cannot continue.';
    expect(said({ state: 'failed', reason, checkpointStep: 700 })).toBe(
      `${reason} The last intact checkpoint is at step 700: a fork continues from it with another recipe.`,
    );
    expect(said({ state: 'failed', reason, checkpointStep: null })).toMatch(
      /no checkpoint to fork from: start it again/,
    );
  });

  it('says of a run in the queue when its turn comes', () => {
    const queued = (over: Partial<Run>) => said({ state: 'queued', step: 0, ...over });
    expect(queued({ queue: { place: 1, held: false } })).toBe(
      'It is next. The next run starts when the current one ends.',
    );
    expect(queued({ queue: { place: 1200, held: false }, step: 9, checkpointStep: 9 })).toBe(
      'It is at place 1,200 in the queue and resumes at step 9, exactly as if it had never stopped. ' +
        'The next run starts when the current one ends.',
    );
    expect(queued({ queue: { place: 1, held: true } })).toMatch(/^The run is held/);
  });

  it('does not say of a fork that waits that it was away', () => {
    const waiting = {
      state: 'queued',
      queue: { place: 1, held: false },
      step: 6,
      checkpointStep: 6,
      parent,
    } as const;
    expect(said(waiting)).toBe(
      'It is next and resumes at step 6, where it was forked. The next run starts when the current one ends.',
    );
  });
});

it('a run that its recipe ended early says why', () => {
  const reason = 'Ended early after epoch 4.';
  expect(bannerOf(sampleRun({ state: 'completed', reason }))).toEqual({
    kind: 'completed',
    sentences: [reason],
  });
});
