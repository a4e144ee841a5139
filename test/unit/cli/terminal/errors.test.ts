import { describe, expect, it } from 'vitest';
import { endingOf } from '../../../../src/cli/terminal/errors';
import { EXIT, exitCodeOf } from '../../../../src/cli/terminal/exit-codes';
import { expected, type FailureCode } from '../../../../src/shared/result';

describe('exit codes', () => {
  const codes: [FailureCode, number][] = [
    ['invalid-input', 2],
    ['conflict', 2],
    ['unsupported', 2],
    ['not-found', 3],
    ['data-missing', 4],
    ['data-corrupt', 4],
    ['storage', 5],
    ['newer-database', 5],
    ['trainer', 6],
    ['network', 7],
    ['cancelled', 130],
  ];
  it.each(codes)('%s → %d', (code, exit) => expect(exitCodeOf(code)).toBe(exit));
});

describe('endingOf', () => {
  it('keeps an expected failure as it is', () => {
    expect(endingOf(expected('storage', 'The disk is full.', ['a']))).toEqual({
      failure: { code: 'storage', message: 'The disk is full.', details: ['a'] },
      exit: EXIT.storage,
    });
  });

  it.each([
    ['EACCES', 'storage'],
    ['ENOSPC', 'storage'],
    ['EROFS', 'storage'],
    ['ENOENT', 'not-found'],
  ])('%s of the file system is no bug, and names the path', (code, failure) => {
    const ending = endingOf(Object.assign(new Error('x'), { code, path: '/data/resbench.db' }));
    expect(ending.failure.code).toBe(failure);
    expect(ending.failure.message).toContain('/data/resbench.db');
  });

  it('a bug is one line, without its stack', () => {
    const { failure, exit, bug } = endingOf(new TypeError('x is\nnot a function'));
    expect({ failure, exit, bug: bug instanceof TypeError }).toEqual({
      failure: {
        code: 'unexpected',
        message: 'something went wrong that should not: x is not a function (RESBENCH_DEBUG=1 shows where)',
      },
      exit: EXIT.unexpected,
      bug: true,
    });
  });
});
