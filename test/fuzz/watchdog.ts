/** Ends the process where a case never does: nothing within it could. */
import { Worker } from 'node:worker_threads';

/** Of processor time, seconds; a busy machine gives none and does not count. */
const MAX_CPU_SECONDS = 60;
/** A case that waits for what never comes takes no processor time at all. */
const MAX_SECONDS = 600;
const LOOK_EVERY_MS = 500;

const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const { writeSync } = require('node:fs');
let what = '';
let begun = process.cpuUsage();
let at = Date.now();
parentPort.on('message', (message) => {
  what = message;
  begun = process.cpuUsage();
  at = Date.now();
});
setInterval(() => {
  const { user, system } = process.cpuUsage(begun);
  const late = Date.now() - at > workerData.seconds * 1e3;
  if (what === '' || ((user + system) / 1e6 < workerData.cpuSeconds && !late)) return;
  writeSync(2, what + '\\n');
  process.kill(process.pid, 'SIGKILL');
}, workerData.everyMs);
`;

export class Watchdog {
  private readonly worker: Worker;

  constructor() {
    const limits = { cpuSeconds: MAX_CPU_SECONDS, seconds: MAX_SECONDS, everyMs: LOOK_EVERY_MS };
    this.worker = new Worker(PROGRAM, { eval: true, workerData: limits });
    this.worker.unref();
  }

  /** @param sentence what is said where it does not end */
  begin(sentence: string): void {
    this.worker.postMessage(sentence);
  }

  end(): void {
    void this.worker.terminate();
  }
}
