/**
 * What decides, beside the version of the library, which kernels TensorFlow computes with on a processor, and so the last
 * bits of what it computes and its speed.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** Instruction sets that oneDNN and Eigen have kernels for, as Linux names them. */
const INSTRUCTIONS =
  /^(sse4_1|avx|f16c|fma|avx2|avx512\w+|avx_vnni\w*|avx10\w*|amx_\w+|asimd\w*|sve\w*|bf16)$/;

export interface Numerics {
  /** Model of the processor. */
  processor: string;
  /** Its instruction sets; null where the system does not tell. */
  instructions: string[] | null;
  /** Value of TF_ENABLE_ONEDNN_OPTS: `0` keeps TensorFlow to Eigen. Null where it is not set. */
  oneDnn: string | null;
  /** Value of ONEDNN_MAX_CPU_ISA, a limit on oneDNN's instruction sets. Null where it is not set. */
  maxInstructions: string | null;
}

/** Of this machine, for a TensorFlow that is loaded with this environment. */
export function describeNumerics(env: NodeJS.ProcessEnv = process.env): Numerics {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    instructions: instructions(),
    oneDnn: env.TF_ENABLE_ONEDNN_OPTS || null,
    maxInstructions: env.ONEDNN_MAX_CPU_ISA || null,
  };
}

function instructions(): string[] | null {
  try {
    const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1];
    return flags
      ? flags
          .trim()
          .split(/\s+/)
          .filter((flag) => INSTRUCTIONS.test(flag))
          .sort()
      : null;
  } catch {
    return null;
  }
}
