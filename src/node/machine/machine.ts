import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { Machine } from '../../shared/machine';

/** This machine as it is stored with a run; the GPU is known only to the trainer. */
export function describeMachine(): Machine {
  const processors = cpus();
  return {
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: processors[0]?.model.trim() ?? 'unknown processor',
    threads: processors.length,
    memoryBytes: totalmem(),
    gpu: null,
  };
}
