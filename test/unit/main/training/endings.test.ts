import { describe, expect, it } from 'vitest';
import { lastLine, signalOf, thousands, trainerGone } from '../../../../src/main/training/endings';

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
  ])('names %s, the step, what is kept and what to do', (_what, exit, part) => {
    const sentence = trainerGone(exit, 1234, '');
    expect(sentence).toContain(part);
    expect(sentence).toContain('after step 1,234; what was measured until then is kept.');
    expect(sentence).toContain('Start the run again');
  });

  it('promises nothing where nothing was measured', () => {
    const sentence = trainerGone({ code: 1, signal: null }, 0, '');
    expect(sentence).toContain('before its first step');
    expect(sentence).not.toContain('kept');
  });

  it('quotes the last words of one that ended by itself', () => {
    expect(trainerGone({ code: 1, signal: null }, 0, 'Error: no such op\n    at x.js:1')).toMatch(
      /: Error: no such op$/,
    );
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
