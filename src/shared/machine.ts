/** The machine that a run was trained on. */
import type { Numerics } from './numerics';

export interface Machine {
  platform: string;
  cpu: string;
  /** Logical processors. */
  threads: number;
  memoryBytes: number;
  /** Name of the GPU TensorFlow uses, null on the CPU. */
  gpu: string | null;
  /** What chose TensorFlow's kernels. Absent before a run was ready, and in runs of earlier versions. */
  numerics?: Numerics | null;
}
