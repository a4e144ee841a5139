/**
 * What decides, beside the version of the library, which kernels TensorFlow computes with on a processor, and so the last
 * bits of what it computes and its speed. Stored with a run as a part of its machine. Pure.
 */

/** Kernels of our own, as far as they decide what is computed. */
export interface OwnKernels {
  version: string;
  /** `avx512`, `avx2` or `portable`. */
  instructions: string;
}

export interface Numerics {
  /** Model of the processor. */
  processor: string;
  /** Its instruction sets that kernels are written for; null where the system does not tell. */
  instructions: string[] | null;
  /** Value of TF_ENABLE_ONEDNN_OPTS: `0` keeps TensorFlow to Eigen. Null where it is not set. */
  oneDnn: string | null;
  /** Value of ONEDNN_MAX_CPU_ISA, a limit on the instruction sets of oneDNN and of our own kernels. Null where it is not set. */
  maxInstructions: string | null;
  /** Kernels of our own that stood ready, null where there were none; absent in runs of earlier versions. */
  ownKernels?: OwnKernels | null;
}

const VARIABLES = [
  ['TF_ENABLE_ONEDNN_OPTS', 'oneDnn'],
  ['ONEDNN_MAX_CPU_ISA', 'maxInstructions'],
] as const;

/**
 * Lets a run be computed as it was before, as far as that can be had here.
 * @param before of the run.
 * @param here of this machine and its environment.
 * @param onGpu whether the run is computed on a GPU, where the processor does not matter.
 * @returns values for variables of the environment before TensorFlow is loaded (null: not set), and a sentence for each
 * thing that the user should know.
 */
export function restoreNumerics(
  before: Numerics,
  here: Numerics,
  onGpu: boolean,
): { env: Record<string, string | null>; notices: string[] } {
  const notices: string[] = [];
  const env: Record<string, string | null> = {};
  for (const [variable, key] of VARIABLES) {
    env[variable] = before[key];
    if (before[key] === here[key] || onGpu) continue;
    const was = before[key] === null ? `without ${variable}` : `with ${variable}=${before[key]}`;
    notices.push(
      `This run was computed ${was} and is again, so that its numbers stay what they would have been.`,
    );
  }
  const isOther =
    before.instructions && here.instructions
      ? before.instructions.join() !== here.instructions.join()
      : before.processor !== here.processor;
  if (isOther && !onGpu) {
    notices.push(
      `This run was computed on another kind of processor (${before.processor}; now ${here.processor}): from here on its ` +
        'numbers may differ in their last bits from what they would have been there.',
    );
  }
  return { env, notices };
}

/** What a run with a plan by kernels of our own has to ask where these are others here, and what is then said of it. */
export interface KernelChange {
  /** One sentence: what differs, and what follows from it. */
  question: string;
  /** One sentence on what is computed otherwise from there on, for the run's history. */
  otherwise: string;
}

/**
 * @param before with which the plan was carried out; null or undefined where that is not known, as of an earlier version
 * @param here null where there are none
 * @param whyNone why there are none here, a clause
 * @returns null where nothing has to be asked
 */
export function kernelChange(
  before: OwnKernels | null | undefined,
  here: OwnKernels | null,
  whyNone: string | null,
): KernelChange | null {
  if (!before) return null;
  if (here && here.version === before.version && here.instructions === before.instructions) return null;
  const kernels = ({ version, instructions }: OwnKernels) => `version ${version}, ${instructions}`;
  const now = here
    ? `here they are of ${kernels(here)}`
    : `there are none here (${whyNone ?? 'not known why'})`;
  const other = here ? 'these' : "TensorFlow's";
  return {
    question:
      `Its plan computes with Resbench's own kernels (${kernels(before)}), and ${now}: with ${other} its numbers agree with ` +
      'what they would have been to rounding, but not bit for bit.',
    otherwise:
      `Computed from here on with ${here ? `Resbench's own kernels of ${kernels(here)}` : "TensorFlow's kernels"} instead of ` +
      `Resbench's own of ${kernels(before)}: the numbers agree to rounding, but not bit for bit.`,
  };
}

/** Whose kernels compute, in a few words. */
export function describeKernels({ oneDnn, maxInstructions }: Numerics): string {
  if (oneDnn === '0') return 'without oneDNN';
  return maxInstructions ? `oneDNN, held to ${maxInstructions}` : 'oneDNN';
}
