/**
 * Measured program: copies of arrays that are larger than the caches, by as many threads as there are processors at once. What
 * a step reads and writes cannot go through memory faster than this.
 */
import { availableParallelism } from 'node:os';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { serve } from './protocol';

/** Bytes that all threads copy together: several times the caches of processors with large ones. */
const BYTES = 2 ** 28;

/** Milliseconds after which a thread that has not answered has failed, for want of memory say. */
const PATIENCE = 60_000;

/** Where threads meet: copies asked for, and threads that are done with theirs. */
const [ASKED, DONE] = [0, 1];

/** A copy by one thread of arrays of its own: those that threads share are copied word by word. */
function copying(threads: number): () => void {
  const from = new Float64Array(BYTES / 8 / threads).fill(1);
  const to = new Float64Array(from.length).fill(2);
  return () => to.set(from);
}

/** Copies each time that it is asked to. */
function help({ meeting, threads }: { meeting: Int32Array; threads: number }): void {
  const copy = copying(threads);
  for (let copies = 0; ; copies++) {
    Atomics.add(meeting, DONE, 1);
    Atomics.notify(meeting, DONE);
    Atomics.wait(meeting, ASKED, copies);
    copy();
  }
}

function lead(): void {
  const threads = availableParallelism();
  const meeting = new Int32Array(new SharedArrayBuffer(8));
  for (let i = 1; i < threads; i++) new Worker(__filename, { workerData: { meeting, threads } }).unref();
  const copy = copying(threads);
  /** Waits for all others; the first time until they have their arrays. */
  const join = () => {
    for (;;) {
      const done = Atomics.load(meeting, DONE);
      if (done === threads - 1) break;
      if (Atomics.wait(meeting, DONE, done, PATIENCE) === 'timed-out')
        throw new Error('A thread that copies does not answer.');
    }
    Atomics.store(meeting, DONE, 0);
  };
  let ready = false;
  serve({
    about: { bytes: 2 * BYTES, threads },
    train() {
      if (!ready) join();
      ready = true;
      Atomics.add(meeting, ASKED, 1);
      Atomics.notify(meeting, ASKED);
      copy();
      join();
      return 0;
    },
  });
}

if (isMainThread) lead();
else help(workerData as { meeting: Int32Array; threads: number });
