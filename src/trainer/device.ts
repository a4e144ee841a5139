/**
 * On what a training computes: on the GPU where TensorFlow can use one, else on the processor. A GPU that is there but
 * cannot be used is reported with the reason, never passed over in silence.
 */
import { execFile } from 'node:child_process';
import { gpuObstacle, gpuUnusable, isHidden, readGpuFacts, type GpuFacts } from '../node/machine/gpu';
import type { DeviceChoice } from '../shared/run';
import { expected } from '../shared/result';
import { bindingPath, tensorflow, type Binding } from './engine/tensorflow';

/** What only TensorFlow can tell. */
export interface TensorFlowFacts {
  /** Whether it lists a GPU among its devices. */
  listed: boolean;
  /** Why a first computation there failed; null where it worked or there is none to try. */
  failed: string | null;
  /** What it logged as it looked for a GPU that it then did not list. */
  log: string;
}

export interface Decision {
  device: 'cpu' | 'gpu';
  /** One sentence that the user must know, null where there is nothing to say. */
  notice: string | null;
}

/**
 * @throws ExpectedError where a GPU is asked for and cannot be used; also where TensorFlow has taken one that does not
 * compute: it would keep using it.
 */
export function decideDevice(
  wanted: DeviceChoice,
  facts: GpuFacts,
  { listed, failed, log }: TensorFlowFacts,
): Decision {
  if (wanted === 'cpu') return { device: 'cpu', notice: null };
  if (listed && failed === null) return { device: 'gpu', notice: null };
  if (listed) throw unusable(`TensorFlow lists it, but could not compute there (${failed})`);
  const obstacle = gpuObstacle(facts) ?? reportedObstacle(log);
  if (wanted === 'gpu') throw unusable(obstacle);
  const isMissed = !isHidden(facts) && (facts.flavour === 'gpu' || facts.card === true);
  return {
    device: 'cpu',
    notice: isMissed ? `Training on the CPU, since the GPU cannot be used: ${obstacle}.` : null,
  };
}

const unusable = (obstacle: string) => expected('unsupported', gpuUnusable(obstacle));

/** Lines of TensorFlow's log that name a cause, the most telling first. */
const CAUSES = [
  /Could not load dynamic library '[^']+'; dlerror: [^;]+/,
  /failed call to cuInit: .+/,
  /kernel version .+ does not match DSO version .+/,
  /Ignoring visible gpu device .+/i,
  /Cannot dlopen some GPU libraries/,
  /Could not find cuda drivers on your machine/,
];

function reportedObstacle(log: string): string {
  for (const cause of CAUSES) {
    const said = cause.exec(log)?.[0];
    if (said !== undefined) return `TensorFlow says "${said.trim().replace(/[.\s]+$/, '')}"`;
  }
  return 'TensorFlow lists no GPU and does not say why; `nvidia-smi` shows whether the driver sees one';
}

/**
 * Loads TensorFlow for the device. Must come before anything else that loads it.
 * @returns a sentence that the user must know, or null.
 */
export async function useDevice(wanted: DeviceChoice): Promise<string | null> {
  if (wanted === 'cpu') {
    // CUDA's own way to hide GPUs, read as the library loads.
    process.env.CUDA_VISIBLE_DEVICES = '-1';
    return null;
  }
  const facts = readGpuFacts();
  const obstacle = gpuObstacle(facts);
  if (wanted === 'gpu' && obstacle !== null) throw unusable(obstacle);
  // By default it takes all of a GPU's memory at once: no second run could train beside it, and nobody could see how much
  // is needed. A setting of the user's own is kept.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  const binding = tensorflow();
  const listed = binding.isUsingGpuDevice();
  return decideDevice(wanted, facts, {
    listed,
    failed: listed ? tryConvolution(binding) : null,
    log: !listed && obstacle === null ? await gpuLog() : '',
  }).notice;
}

/** A convolution, which needs all that training needs: driver, memory, cuDNN, kernels for this card. Null where it works. */
export function tryConvolution(binding: Binding): string | null {
  const { TF_FLOAT, TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_STRING } = binding;
  const ids: number[] = [];
  try {
    ids.push(binding.createTensor([1, 4, 4, 1], TF_FLOAT, new Float32Array(16).fill(1)));
    ids.push(binding.createTensor([3, 3, 1, 1], TF_FLOAT, new Float32Array(9).fill(1)));
    const attributes = [
      { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: 'strides', type: TF_ATTR_INT, value: [1, 1, 1, 1] },
      { name: 'padding', type: TF_ATTR_STRING, value: 'VALID' },
    ];
    const [result] = binding.executeOp('Conv2D', attributes, ids.slice(), 1);
    ids.push(result!.id);
    const [first] = binding.tensorDataSync(result!.id);
    return first === 9 ? null : `nine ones add up to ${first}`;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 300);
  } finally {
    for (const id of ids) binding.deleteTensor(id);
  }
}

/**
 * What TensorFlow logs as it looks for GPUs. A process of its own, because the log goes to stderr, past Node, and
 * this process keeps it short.
 */
function gpuLog(): Promise<string> {
  const env = {
    ...process.env,
    ELECTRON_RUN_AS_NODE: '1',
    TF_CPP_MIN_LOG_LEVEL: '0',
    // Names the library that is missing, which by default is not logged.
    TF_CPP_VMODULE: 'dso_loader=1',
  };
  const code = `require(${JSON.stringify(bindingPath())})`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', code], { env, timeout: 60_000 }, (_, __, stderr) => resolve(stderr));
  });
}
