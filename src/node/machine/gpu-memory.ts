/** Memory of the GPU that TensorFlow computes on, by NVIDIA's `nvidia-smi`, which comes with the driver. */
import { execFile } from 'node:child_process';
import type { GpuMemory } from '../../shared/run';

/** A driver that hangs must not pile up processes. Milliseconds. */
const PATIENCE_MS = 4000;

/**
 * Of the first GPU that CUDA shows to programs, everything that runs there included: the system may hide from one process
 * how much another one holds. Null where there is no such program or it does not tell.
 */
export function gpuMemory(env: NodeJS.ProcessEnv = process.env): Promise<GpuMemory | null> {
  const args = [
    `--id=${firstVisible(env.CUDA_VISIBLE_DEVICES)}`,
    '--query-gpu=memory.used,memory.total',
    '--format=csv,noheader,nounits',
  ];
  return new Promise((done) => {
    execFile('nvidia-smi', args, { env, timeout: PATIENCE_MS, windowsHide: true }, (error, stdout) =>
      done(error ? null : parseMemory(stdout)),
    );
  });
}

/** Its number or UUID, as both CUDA and nvidia-smi take them. */
const firstVisible = (visible: string | undefined): string => visible?.split(',')[0]?.trim() || '0';

/** `1024, 81559`, in MiB; a value that the driver does not tell is `[N/A]`. */
export function parseMemory(output: string): GpuMemory | null {
  const [, used, total] = /^\s*(\d+)\s*,\s*(\d+)\s*$/m.exec(output) ?? [];
  if (used === undefined || total === undefined) return null;
  return { usedBytes: Number(used) * 2 ** 20, totalBytes: Number(total) * 2 ** 20 };
}
