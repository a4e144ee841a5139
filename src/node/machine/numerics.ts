/** What decides on this machine which kernels TensorFlow computes with. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Numerics } from '../../shared/numerics';

/** Instruction sets that oneDNN and Eigen have kernels for, as Linux names them. */
const INSTRUCTIONS =
  /^(sse4_1|avx|f16c|fma|avx2|avx512\w+|avx_vnni\w*|avx10\w*|amx_\w+|asimd\w*|sve\w*|bf16)$/;

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
