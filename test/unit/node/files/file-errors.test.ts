import { expect, it } from 'vitest';
import { fileFailure, storageFailure } from '../../../../src/node/files/file-errors';

const systemError = (code: string, path?: string) => Object.assign(new Error(code), { code, path });

it('says what is wrong with the disk and names the path', () => {
  expect(storageFailure(systemError('ENOSPC'), '/data')?.failure).toEqual({
    code: 'storage',
    message: 'The disk that holds /data is full: free some space and try again.',
  });
  expect(storageFailure(systemError('EROFS', '/data/file'), '/data')?.message).toContain(
    '/data/file lies on a read-only disk',
  );
  expect(storageFailure(systemError('EACCES', '/data/file'), '/data')?.message).toContain(
    'may not use /data/file',
  );
});

it.each(['ESTALE', 'ENODEV', 'ENXIO'])('says that the disk is gone (%s)', (code) => {
  expect(storageFailure(systemError(code), '/data')?.message).toBe(
    'The disk that holds /data is gone: bring it back and try again.',
  );
});

it('leaves bugs and missing files to others', () => {
  expect(storageFailure(systemError('ENOENT', '/x'), '/data')).toBeNull();
  expect(storageFailure(new TypeError('bug'), '/data')).toBeNull();
  expect(storageFailure(null, '/data')).toBeNull();
});

it.each([
  ['ENOENT', /^\/x\/y cannot be made or read: a part of that path is missing/],
  ['ENOSPC', /^The disk that holds \/x\/y is full/],
  ['ELOOP', /^There is a link at \/x\/y, which is not followed or leads in a circle/],
  ['EXDEV', /^\/x\/y cannot be used \(EXDEV\)/],
])('at the edge of a program nothing that the file system says is a bug (%s)', (code, sentence) => {
  const error = Object.assign(systemError(code, '/x/y'), { syscall: 'mkdir' });
  expect(fileFailure(error, '/data')?.failure).toEqual({
    code: 'storage',
    message: expect.stringMatching(sentence) as string,
  });
});

it('at the edge of a program bugs stay bugs, and programs are no files', () => {
  expect(fileFailure(new TypeError('bug'), '/data')).toBeNull();
  expect(fileFailure(null, '/data')).toBeNull();
  expect(
    fileFailure(Object.assign(systemError('ENOENT', 'nvidia-smi'), { syscall: 'spawn nvidia-smi' }), '/data'),
  ).toBeNull();
});
