/** Reads a history without main standing still: a short one at once, a long one by a thread of its own. */
import { Worker } from 'node:worker_threads';
import type { HistoryReading } from '../../shared/histories/history';
import { readHistory } from '../../shared/histories/read';
import { isLongSource } from '../../shared/histories/source';

export type ReadHistory = (text: string) => HistoryReading | Promise<HistoryReading>;

/** @param entry path of the thread's program, src/main/runs/history-thread.ts as it was built */
export const readBeside =
  (entry: string): ReadHistory =>
  (text) =>
    isLongSource(text) ? readByThread(entry, text) : readHistory(text);

function readByThread(entry: string, text: string): Promise<HistoryReading> {
  return new Promise((done, failed) => {
    const thread = new Worker(entry, { workerData: text });
    thread.once('message', done);
    thread.once('error', failed);
    // Where it has said what it read, this comes too late to matter.
    thread.once('exit', (code) =>
      failed(new Error(`The reader of the history ended with exit code ${code}.`)),
    );
  });
}
