/** Gives memory back to the system that was needed once: while a network was built, say. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { trimHeap } from './engine/own-kernels';

let collect: (() => void) | undefined;

/**
 * Collects garbage of JavaScript, which V8 would keep until it is short of memory, and has the C library return what it holds free.
 * Takes some milliseconds. Memory in TensorFlow's pool stays there.
 */
export function releaseMemory(): void {
  setFlagsFromString('--expose-gc');
  collect ??= runInNewContext('gc') as () => void;
  collect();
  trimHeap();
}
