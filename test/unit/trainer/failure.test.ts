import { expect, test } from 'vitest';
import { expected } from '../../../src/shared/result';
import { failureOf } from '../../../src/trainer/failure';
import { recipe, smallArchitecture } from './fixtures';

const job = {
  architecture: smallArchitecture(),
  recipe: recipe({ batchSize: 4096 }),
  dataset: { id: 'shapes' as const, folder: null },
  threads: null,
};

test('an expected failure is told as it is', () => {
  expect(failureOf(expected('data-missing', 'CIFAR-10 is not there.'), job)).toEqual({
    code: 'data-missing',
    message: 'CIFAR-10 is not there.',
  });
});

test.each([
  ['TensorFlow', new Error('OOM when allocating tensor with shape[4096,112,112,64] and type float')],
  ['the GPU', new Error('Invalid TF_Status: 8\nMessage: failed to allocate memory')],
  ['C++', new Error('std::bad_alloc')],
  ['V8', new RangeError('Array buffer allocation failed')],
])('memory that ran out in %s is told with the batch size', (_, error) => {
  expect(failureOf(error, job).message).toBe(
    'Memory ran out while training with batches of 4,096 images: choose a smaller batch size, a micro-batch size, or a ' +
      'smaller network.',
  );
});

test('memory ran out with a batch that occurs, not with the one that was asked for', () => {
  const small = { ...job, recipe: recipe({ batchSize: 65_536, limitTrain: 640 }) };
  expect(failureOf(new Error('std::bad_alloc'), small).message).toContain('batches of 640 images');
});

test('memory ran out with a part of a batch', () => {
  const parted = { ...job, recipe: recipe({ batchSize: 4096, microBatchSize: 1000 }) };
  expect(failureOf(new Error('std::bad_alloc'), parted).message).toBe(
    'Memory ran out while training with parts of 820 images: choose a smaller micro-batch size or a smaller network.',
  );
});

test('what the file system says is told as such, not as an error that should not happen', () => {
  const error = Object.assign(new Error("ENOSPC: no space left on device, write '/x'"), { code: 'ENOSPC' });
  expect(failureOf(error, job)).toEqual({
    code: 'storage',
    message: 'The disk that holds the data folder is full: free some space and try again.',
  });
});

test.each([
  ['package', "Cannot find module '@tensorflow/tfjs-node-gpu'", 'MODULE_NOT_FOUND'],
  [
    'shared library',
    'libtensorflow.so.2: cannot open shared object file: No such file or directory',
    'ERR_DLOPEN_FAILED',
  ],
  ['binding', 'The Node.js native addon module (tfjs_binding.node) can not be found at path: x', undefined],
])('a missing %s of TensorFlow points to the doctor', (_, message, code) => {
  const { message: sentence } = failureOf(Object.assign(new Error(message), { code }), job);
  expect(sentence).toContain('TensorFlow could not be loaded');
  expect(sentence).toContain('npm run doctor');
});

test('anything else keeps the first line of its cause and no stack', () => {
  const { message } = failureOf(new TypeError('x is undefined\n    at y (z.js:1:1)'), job);
  expect(message).toBe(
    'Training ended by an error that should not happen: TypeError: x is undefined. The log has the details.',
  );
});
