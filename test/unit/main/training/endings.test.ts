import { describe, expect, it } from 'vitest';
import {
  goesOnFrom,
  lastLine,
  newestCheckpoint,
  ownerGone,
  signalOf,
  storeFailed,
  thousands,
  trainerGone,
} from '../../../../src/main/training/endings';

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
  ])('names %s, the step, what is kept and from where the run goes on', (_what, exit, part) => {
    const sentence = trainerGone(exit, { step: 1234, checkpointStep: 1200 }, '');
    expect(sentence).toContain(part);
    expect(sentence).toContain(
      'after step 1,234; what was measured until then is kept. Continue the run: it goes on from step 1,200',
    );
  });

  it.each([
    ['before its first step', 0, 'Continue the run: it begins anew;'],
    ['before its first checkpoint', 7, 'Continue the run: it begins at its first step again;'],
  ])('says where a run begins whose trainer went %s', (_when, step, part) => {
    expect(trainerGone({ code: 1, signal: null }, { step, checkpointStep: null }, '')).toContain(part);
  });

  it('promises nothing where nothing was measured', () => {
    const sentence = trainerGone({ code: 1, signal: null }, { step: 0, checkpointStep: null }, '');
    expect(sentence).toContain('before its first step');
    expect(sentence).not.toContain('kept');
  });

  it('quotes the last words of one that ended by itself', () => {
    const at = { step: 0, checkpointStep: null };
    expect(trainerGone({ code: 1, signal: null }, at, 'Error: no such op\n    at x.js:1')).toMatch(
      /: Error: no such op$/,
    );
  });
});

describe('from where a run goes on', () => {
  it.each([
    ['nothing where it is the step at which it ended', { step: 6, checkpointStep: 6 }, null, ''],
    ['nothing where it had not begun', { step: 0, checkpointStep: null }, null, ''],
    ['an older step', { step: 1234, checkpointStep: 1200 }, null, ' It can go on from step 1,200.'],
    ['the first step', { step: 5, checkpointStep: null }, null, ' It can go on from its first step.'],
    [
      'why the newest could not be written',
      { step: 9, checkpointStep: 6 },
      'The disk is full.',
      ' No checkpoint could be written (The disk is full): it can go on from step 6.',
    ],
  ])('says %s', (_what, at, why, sentence) => {
    expect(goesOnFrom(at, why)).toBe(sentence);
  });

  it('is said of a run whose owner died', () => {
    expect(ownerGone({ step: 9, checkpointStep: 6 })).toMatch(/after step 9 .* It can go on from step 6\.$/);
  });

  it('is said of a run that could not be stored', () => {
    expect(storeFailed({ step: 9, checkpointStep: 6 }, 'The disk is full.')).toBe(
      'The run was stopped after step 9: The disk is full. It can go on from step 6.',
    );
  });

  it('is said of a run whose trainer named the cause, which may come again', () => {
    expect(newestCheckpoint(1200)).toBe(' Its newest checkpoint is of step 1,200.');
    expect(newestCheckpoint(null)).toBe('');
  });
});

describe('the last words on standard error', () => {
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

it.each([
  [0, '0'],
  [999, '999'],
  [1000, '1,000'],
  [1234567, '1,234,567'],
])('%d is written %s', (number, text) => {
  expect(thousands(number)).toBe(text);
});
