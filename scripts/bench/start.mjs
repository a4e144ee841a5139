/** From Start to the first step, and the memory of the trainer: the built trainer itself, given a job as main gives it. */
import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../lib/paths.mjs';
import { lastLines } from '../lib/processes.mjs';

const trainer = join(projectRoot, 'out', 'main', 'trainer.js');

/**
 * Trains on the embedded set. Resolves seconds after the process was started until its first step began (`began`) and
 * was done (`done`), its peak memory in bytes, on Linux as the kernel tells it, elsewhere as it reports itself, and what
 * checks and measurements of lowerings took (`spent`, milliseconds).
 *
 * @param steps after which it is told to stop; null for a whole epoch with its validation
 */
export function startTraining({ electron, env }, architecture, batch, steps) {
  return new Promise((resolve, reject) => {
    const checkpoints = mkdtempSync(join(tmpdir(), 'resbench-bench-'));
    const started = performance.now();
    const since = () => (performance.now() - started) / 1e3;
    const child = fork(trainer, [], {
      // As the product hosts it.
      execPath: env.RESBENCH_NODE || electron,
      env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'json',
    });
    const result = { began: null, done: null, steps: 0, peakMemoryBytes: null, spent: null };
    let ending = null;
    let stopping = false;
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr = (stderr + text).slice(-20_000)));
    child.on('message', (message) => {
      if (message.type === 'ready') result.spent = message.choice?.spent ?? null;
      const seen = peakMemory(child.pid) ?? message.memoryBytes ?? message.epoch?.memoryBytes ?? 0;
      result.peakMemoryBytes = Math.max(result.peakMemoryBytes ?? 0, seen);
      switch (message.type) {
        case 'phase':
          if (message.phase === 'training') result.began ??= since();
          break;
        case 'steps':
          result.done ??= since();
          result.steps += message.steps.length;
          if (steps !== null && result.steps >= steps && !stopping) {
            stopping = true;
            child.send({ type: 'stop' });
          }
          break;
        case 'finished':
        case 'failed':
          ending = message;
          break;
      }
    });
    child.on('error', reject);
    child.on('close', (code) => {
      rmSync(checkpoints, { recursive: true, force: true });
      if (ending?.type === 'finished') resolve(result);
      else reject(new Error(`${ending?.message ?? `exit code ${code}`}\n${lastLines(stderr, 5)}`));
    });
    child.send({
      type: 'start',
      job: {
        architecture,
        recipe: {
          optimizer: 'adam',
          learningRate: 1e-3,
          momentum: 0.9,
          nesterov: false,
          clipNorm: null,
          weightDecay: 0,
          batchSize: batch,
          epochs: 1,
          seed: 1,
          validationSplit: 0,
          splitSeed: 0,
          limitTrain: null,
          limitEval: null,
        },
        dataset: { id: 'shapes', folder: null },
        threads: null,
        plan: null,
        resbench: '0.0.0',
        checkpoints: { folder: checkpoints, everyMinutes: null, known: [] },
        from: null,
        secondsBefore: 0,
      },
    });
  });
}

/** Bytes; null where there is no /proc to tell. */
function peakMemory(pid) {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes ? Number(kilobytes) * 1024 : null;
  } catch {
    return null;
  }
}
