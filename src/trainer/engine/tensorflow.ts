/**
 * The native TensorFlow library, by the binding alone: tfjs around it takes a fifth of a second to load, and only the
 * layers engine needs it. The binding is one file on Node-API, the same in every Node and Electron.
 */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import type { TFJSBinding } from '@tensorflow/tfjs-node-gpu/dist/tfjs_binding';
import type { EngineInfo } from './engine';

export type Binding = TFJSBinding;

/** Where the set-up puts it, and where tfjs-node finds it. */
export function bindingPath(): string {
  const manifest = createRequire(__filename).resolve('@tensorflow/tfjs-node-gpu/package.json');
  return join(dirname(manifest), 'lib', 'napi-v8', 'tfjs_binding.node');
}

/** The library that the binding links with. */
export const tensorflowPath = (): string =>
  join(dirname(bindingPath()), '..', '..', 'deps', 'lib', 'libtensorflow.so');

let loaded: Binding | undefined;

/** Loads the library at the first call: it reads its environment then. In a process with tfjs both share one. */
export function tensorflow(): Binding {
  loaded ??= createRequire(__filename)(bindingPath()) as Binding;
  return loaded;
}

/** Version, device and threads of the library as it was loaded. */
export function describeTensorFlow(): EngineInfo {
  const binding = tensorflow();
  const threads = Number(process.env.TF_NUM_INTRAOP_THREADS);
  return {
    tensorflow: String(binding.TF_Version),
    gpu: binding.isUsingGpuDevice() ? gpuName() : null,
    // TensorFlow takes one thread per logical processor unless told otherwise.
    threads: threads > 0 ? threads : cpus().length,
  };
}

/** TensorFlow computes on the first GPU; its C API does not tell the name, the driver's own tool does. */
function gpuName(): string {
  try {
    const output = execFileSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], {
      encoding: 'utf8',
    });
    return output.split('\n')[0]?.trim() || 'GPU';
  } catch {
    return 'GPU';
  }
}
