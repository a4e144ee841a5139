import { describe, expect, it } from 'vitest';
import {
  endOf,
  lastLine,
  ownerExited,
  signalOf,
  trainerExited,
  type AtTheEnd,
} from '../../../../src/main/runs/endings';

describe('the signal that ended a process', () => {
  it.each([
    ['by name, from a child process', { code: null, signal: 'SIGKILL' }, 'SIGKILL'],
    ['by number, from a utility process', { code: 9, signal: null }, 'SIGKILL'],
    ['as shells count', { code: 137, signal: null }, 'SIGKILL'],
    ['of a crash', { code: 139, signal: null }, 'SIGSEGV'],
    ['of an abort', { code: 6, signal: null }, 'SIGABRT'],
    ['is none for an exit of its own', { code: 1, signal: null }, null],
    ['is none for success', { code: 0, signal: null }, null],
    ['is none where nothing is known', { code: null, signal: null }, null],
    ['is none for an exit status of Windows', { code: 0xc0000005, signal: null }, null],
  ])('%s', (_what, exit, signal) => {
    expect(signalOf(exit)).toBe(signal);
  });
});

describe('the sentence on a trainer that is gone', () => {
  it.each([
    [
      'SIGKILL',
      { code: null, signal: 'SIGKILL' },
      'ended by SIGKILL (out of memory, or killed from outside)',
    ],
    ['SIGTERM', { code: null, signal: 'SIGTERM' }, 'ended by SIGTERM from outside'],
    ['a segmentation fault', { code: 139, signal: null }, 'crashed (SIGSEGV)'],
    ['an access violation', { code: 0xc0000005, signal: null }, 'crashed (access violation)'],
    ['the same as a signed number', { code: -1073741819, signal: null }, 'crashed (access violation)'],
    ['an exit code', { code: 3, signal: null }, 'ended unexpectedly with exit code 3'],
  ])('names %s, the step, what is kept and from where the run resumes', (_what, exit, part) => {
    const sentence = trainerExited(exit, { step: 1234, checkpointStep: 1200 }, '');
    expect(sentence).toContain(part);
    expect(sentence).toContain(
      'after step 1,234; what was measured until then is kept. Resume the run: it resumes from step 1,200',
    );
  });

  it.each([
    ['before its first step', 0, 'Resume the run: it starts again;'],
    ['before its first checkpoint', 7, 'Resume the run: it starts again from its first step;'],
  ])('says where a run begins whose trainer went %s', (_when, step, part) => {
    expect(trainerExited({ code: 1, signal: null }, { step, checkpointStep: null }, '')).toContain(part);
  });

  it('promises nothing where nothing was measured', () => {
    const sentence = trainerExited({ code: 1, signal: null }, { step: 0, checkpointStep: null }, '');
    expect(sentence).toContain('before its first step');
    expect(sentence).not.toContain('kept');
  });

  it('quotes the last words of one that ended by itself', () => {
    const at = { step: 0, checkpointStep: null };
    expect(trainerExited({ code: 1, signal: null }, at, 'Error: no such op\n    at x.js:1')).toMatch(
      /: Error: no such op$/,
    );
  });
});

it('a run whose owner died says after which step, and not where it resumes: that changes with its checkpoints', () => {
  const reason = ownerExited({ step: 9 });
  expect(reason).toMatch(/ended without stopping it after step 9 \(closed by force, crashed or lost power\)/);
  expect(reason).not.toContain('can be resumed');
});

describe('the end of a run', () => {
  const ended: AtTheEnd = {
    step: 9,
    checkpointStep: 9,
    stopCause: null,
    pauseCause: null,
    checkpointError: null,
    storageError: null,
    endedEarly: null,
  };
  const gone = (signal: string) =>
    ({ kind: 'gone', exit: { code: null, signal: signal as NodeJS.Signals }, stderr: '' }) as const;

  it('is completed with the reason of its recipe where that ended it early', () => {
    const reason = 'Ended early after epoch 8.';
    expect(endOf({ kind: 'completed' }, { ...ended, endedEarly: reason })).toEqual({
      state: 'completed',
      reason,
    });
    expect(endOf({ kind: 'paused' }, { ...ended, endedEarly: reason })).toMatchObject({ state: 'paused' });
  });

  it('is completed without a word', () => {
    expect(endOf({ kind: 'completed' }, ended)).toEqual({ state: 'completed', reason: null });
  });

  it.each([
    ['user', 'Stopped by the user at step 9.'],
    ['elsewhere', 'Stopped from another window or terminal at step 9.'],
    ['closing', 'Resbench was closed at step 9.'],
    [null, 'The training process ended the run at step 9.'],
  ] as const)('that was stopped (%s) says by whom', (stopCause, reason) => {
    expect(endOf({ kind: 'stopped' }, { ...ended, stopCause })).toEqual({ state: 'stopped', reason });
  });

  it.each([
    ['user', 'Paused by the user at step 9.'],
    ['elsewhere', 'Paused from another window or terminal at step 9.'],
  ] as const)('that was paused (%s) says by whom', (pauseCause, reason) => {
    expect(endOf({ kind: 'paused' }, { ...ended, pauseCause })).toEqual({ state: 'paused', reason });
  });

  it('that was stopped after it was told to pause is stopped', () => {
    const both = { ...ended, pauseCause: 'user', stopCause: 'user' } as const;
    expect(endOf({ kind: 'paused' }, both)).toEqual({
      state: 'stopped',
      reason: 'Stopped by the user at step 9.',
    });
  });

  it('says that no checkpoint could be written, without its full stop twice', () => {
    const full = { ...ended, checkpointStep: 6, checkpointError: 'The disk is full.' };
    expect(endOf({ kind: 'paused' }, full).reason).toBe(
      'Paused by the user at step 9. No checkpoint could be written (The disk is full).',
    );
  });

  it('that could not be stored is failed, whatever the trainer said', () => {
    const full = { ...ended, checkpointStep: 6, storageError: 'The disk is full.' };
    expect(endOf({ kind: 'completed' }, full)).toEqual({
      state: 'failed',
      reason: 'The run was stopped after step 9: The disk is full.',
    });
  });

  it.each([
    [1200, 'The loss is not a number. Its newest checkpoint is of step 1,200.'],
    [null, 'The loss is not a number.'],
  ])(
    'whose cause the trainer named, which may come again, names the checkpoint %s',
    (checkpointStep, reason) => {
      const ending = { kind: 'failed', message: 'The loss is not a number.' } as const;
      expect(endOf(ending, { ...ended, checkpointStep })).toEqual({ state: 'failed', reason });
    },
  );

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP'])(
    'by %s is a failure, and stopped where it was to stop',
    (signal) => {
      expect(endOf(gone(signal), ended).state).toBe('failed');
      expect(endOf(gone(signal), { ...ended, stopCause: 'user' }).state).toBe('stopped');
    },
  );

  it('by a crash is a failure where it was to stop, but not where the program closes', () => {
    expect(endOf(gone('SIGSEGV'), { ...ended, stopCause: 'user' }).state).toBe('failed');
    expect(endOf(gone('SIGSEGV'), { ...ended, stopCause: 'closing' }).state).toBe('stopped');
  });
});

describe('the last words on stderr', () => {
  it('are the error, not its stack', () => {
    const stderr = [
      '/app/trainer.js:12',
      '    throw new TypeError("x is missing");',
      '    ^',
      '',
      'TypeError: x is missing',
      '    at Object.<anonymous> (/app/trainer.js:12:9)',
      '    at node:internal/main/run_main_module:22:47',
      '',
      'Node.js v16.17.1',
      '',
    ].join('\n');
    expect(lastLine(stderr)).toBe('TypeError: x is missing');
  });

  it('are the last line where no error is named', () => {
    expect(lastLine('first\r\nF tensorflow: check failed\r\n')).toBe('F tensorflow: check failed');
  });

  it('are cut where they would fill a page', () => {
    expect(lastLine('x'.repeat(5000))).toHaveLength(200);
  });

  it('may be none', () => {
    expect(lastLine(' \n')).toBe('');
  });
});
