import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { bundle } from '../bundle';
import { temporaryFolder } from '../../main/fixtures';

it.each([0, 7])(
  'all that was sent arrives at a parent that is busy, before the end with code %i',
  async (code) => {
    const program = await bundle(join(__dirname, 'talkative-program.ts'), temporaryFolder());
    // More than a channel holds that nobody reads.
    const child = fork(program, ['2000', '1000', String(code)], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      serialization: 'json',
    });
    const numbers: number[] = [];
    child.on('message', ({ number }: { number: number }) => numbers.push(number));
    const closed = once(child, 'close');
    // Long enough for the child to have begun and come to its end, were it not held up.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);
    expect(await closed).toEqual([code, null]);
    expect(numbers).toEqual(Array.from({ length: 2000 }, (_, index) => index + 1));
  },
);
