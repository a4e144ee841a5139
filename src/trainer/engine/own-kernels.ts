/**
 * Kernels of our own (`native/`), which the set-up compiles where it can: ops of TensorFlow in a library that is loaded after it.
 * Where the library is missing, or the processor lacks its instructions, nothing of it is used.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OwnKernels } from '../../shared/numerics';
import { bindingPath, tensorflow } from './tensorflow';

/** What the library says of itself when it is loaded. */
interface Addon {
  version: string;
  instructions: string | null;
  problem: string | null;
  /** `malloc_trim` of glibc; does nothing elsewhere. */
  trimHeap: () => void;
}

/** Beside the binding, where the set-up puts it. */
export const ownKernelsPath = (): string => join(dirname(bindingPath()), 'resbench_kernels.node');

let loaded: { kernels: OwnKernels | null; reason: string | null; trimHeap?: () => void } | undefined;

/** Loads the library at the first call, and TensorFlow before it. Null on a GPU, whose ops are TensorFlow's own. */
export const ownKernels = (): OwnKernels | null => load().kernels;

/** Why there are none, as a clause: `the set-up could not compile them`; null where there are. */
export const whyNoOwnKernels = (): string | null => load().reason;

/** Has the C library return the memory that it holds free to the system, where the library is loaded and it can. */
export const trimHeap = (): void => load().trimHeap?.();

const load = () => (loaded ??= find());

function find(): NonNullable<typeof loaded> {
  const none = (reason: string) => ({ kernels: null, reason });
  if (process.env.RESBENCH_KERNELS === 'off') return none('RESBENCH_KERNELS is off');
  if (tensorflow().isUsingGpuDevice()) return none('TensorFlow computes on a GPU');
  const path = ownKernelsPath();
  if (!existsSync(path)) return none('the set-up could not compile them (`npm run doctor` says why)');
  try {
    const { version, instructions, problem, trimHeap } = createRequire(__filename)(path) as Addon;
    if (problem) return none(`TensorFlow does not take them: ${problem}`);
    if (!instructions) return none('the processor has neither AVX2 nor NEON, or is held to less');
    return { kernels: { version, instructions }, reason: null, trimHeap };
  } catch (error) {
    return none(`they cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}
