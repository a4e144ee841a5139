/**
 * TensorFlow's C library and headers in the layout that the binding is built against: `lib/`, `include/` and, with CUDA,
 * `nvidia/`. They come out of a Python wheel; RESBENCH_LIBTENSORFLOW names a folder of one's own instead.
 *
 * The CUDA libraries lie in `nvidia/<name>/lib` beside `lib/`, because that is where the wheel's libraries look for them
 * (their run path has `$ORIGIN/../nvidia/<name>/lib`).
 */
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { nodeModules } from '../lib/paths.mjs';
import { run, which } from '../lib/processes.mjs';
import { unzip } from '../lib/zip.mjs';
import { cacheEntry, linkTree, placeFile, placeFolder } from './cache.mjs';
import { fetchWheel } from './download.mjs';
import { waiting } from './electron.mjs';
import { tensorflowKey, wheelKey } from './keys.mjs';
import * as pins from './pins.mjs';

export const bindingPackage = join(nodeModules, '@tensorflow', 'tfjs-node-gpu');

/** Names in the wheel, names that the binding's build looks for. */
const libraries = {
  linux: {
    'libtensorflow.so': 'libtensorflow_cc.so.2',
    'libtensorflow_framework.so': 'libtensorflow_framework.so.2',
  },
  darwin: { 'libtensorflow.2.dylib': 'libtensorflow_cc.2.dylib' },
};

/** The headers that the C API consists of; the wheel has 12,000 more. */
const HEADERS =
  /^tensorflow\/include\/(tensorflow\/c\/|xla\/tsl\/c\/|tensorflow\/core\/platform\/ctstring|tsl\/platform\/ctstring)/;
const LIBRARY = /^tensorflow\/(libtensorflow_(cc|framework)\.(so\.2|2\.dylib))$/;

/** How to get a C library where no wheel can be linked with. */
export const ownTensorflow = (platform) =>
  platform.startsWith('win32')
    ? "TensorFlow's wheels for Windows export the C functions only from a DLL that needs Python. Unpack TensorFlow's own " +
      'archive of the C library (libtensorflow, CPU, Windows) and set RESBENCH_LIBTENSORFLOW to its folder.'
    : `There is no TensorFlow ${pins.tensorflow.version} wheel for ${platform}. Set RESBENCH_LIBTENSORFLOW to a folder with ` +
      "lib/ and include/ of TensorFlow's C library.";

/** Whether this machine has an NVIDIA GPU that works: `gpu` where nvidia-smi answers on Linux. */
export async function detectFlavour(platform, env = process.env) {
  if (platform !== 'linux-x64' || !which('nvidia-smi', env)) return 'cpu';
  const asked = await run('nvidia-smi', ['-L'], { env, timeout: 15_000 });
  return asked.code === 0 && /GPU \d+/.test(asked.stdout) ? 'gpu' : 'cpu';
}

/** Finds or downloads the library: `{ folder, version, flavour, source, id }`; `id` stands in the binding's key. */
export async function provideTensorflow(context, flavour) {
  const { env, platform } = context;
  if (env.RESBENCH_LIBTENSORFLOW) return own(resolve(env.RESBENCH_LIBTENSORFLOW), flavour, platform);
  const pin = pins.tensorflow[flavour][platform];
  if (!pin) {
    if (flavour === 'gpu') {
      throw new Failure(
        `TensorFlow with CUDA is there for linux-x64 only, not for ${platform}. Leave out --gpu.`,
      );
    }
    throw new Failure(ownTensorflow(platform));
  }
  const folder = await provideWheels(context, pin, flavour);
  const { version } = pins.tensorflow;
  return { folder, version, flavour, source: 'wheel', id: `${version}-${flavour}` };
}

function own(folder, flavour, platform) {
  const library = platform.startsWith('win32')
    ? 'lib/tensorflow.dll'
    : platform.startsWith('darwin')
      ? 'lib/libtensorflow.2.dylib'
      : 'lib/libtensorflow.so';
  for (const name of [library, 'include/tensorflow/c/c_api.h']) {
    if (!existsSync(join(folder, name))) {
      throw new Failure(
        `RESBENCH_LIBTENSORFLOW is ${folder}, but there is no ${name} in it. Set it to a folder with lib/ and include/ of ` +
          "TensorFlow's C library, or unset it to use the one that Resbench downloads.",
      );
    }
  }
  const real = realpathSync(join(folder, library));
  const { size, mtimeMs } = statSync(real);
  const hash = createHash('sha256').update(`${real} ${size} ${mtimeMs}`).digest('hex').slice(0, 12);
  return { folder, version: null, flavour, source: 'own', id: `own-${hash}` };
}

async function provideWheels(context, pin, flavour) {
  const { root, platform, progress, python, env } = context;
  const label = `TensorFlow ${pins.tensorflow.version} (${flavour === 'gpu' ? 'CUDA' : 'CPU'})`;
  const key = tensorflowKey(flavour, platform);
  const onWait = waiting(progress, label);
  return cacheEntry(
    root,
    key,
    async (folder, work) => {
      // CUDA's wheels are parts of their own: 2.8 GB need not come twice because the last one broke.
      for (const wheel of flavour === 'gpu' ? pins.cuda : []) {
        await linkTree(join(await provideCuda(context, wheel), 'nvidia'), join(folder, 'nvidia'));
      }
      await progress.during(label, { total: pin.bytes }, async (task) => {
        const file = await fetchWheel(pin, work, { python, task, env });
        task.update({ note: 'unpacking', done: 0, total: undefined });
        await unzip(file, folder, { target: tensorflowMember, onBytes: task.add });
      });
      const names = libraries[platform.split('-')[0]];
      for (const [name, target] of Object.entries(names)) {
        if (!existsSync(join(folder, 'lib', target))) {
          throw new Failure(`The wheel ${pin.package} ${pin.version} holds no ${target}.`);
        }
        await symlink(target, join(folder, 'lib', name));
      }
    },
    { onWait },
  );
}

/** Where a member of the wheel goes, null for what is not needed. */
function tensorflowMember(name) {
  const library = LIBRARY.exec(name);
  if (library) return `lib/${library[1]}`;
  return HEADERS.test(name) && !name.endsWith('/') ? name.slice('tensorflow/'.length) : null;
}

function provideCuda({ root, platform, progress, python, env }, wheel) {
  return cacheEntry(
    root,
    wheelKey(wheel, platform),
    (folder, work) =>
      progress.during(`${wheel.package} ${wheel.version}`, { total: wheel.bytes }, async (task) => {
        const file = await fetchWheel(wheel, work, { python, task, env });
        task.update({ note: 'unpacking', done: 0, total: undefined });
        await unzip(file, folder, { target: cudaMember, onBytes: task.add });
      }),
    { onWait: waiting(progress, wheel.package) },
  );
}

/** Libraries; of the compiler's wheel also ptxas and libdevice, which kernels compiled at run time need. */
const cudaMember = (name) =>
  /^nvidia\/[^/]+\/(lib|bin|nvvm)\/.*[^/]$/.test(name) && !name.endsWith('.py') ? name : null;

/** Places the library where the binding is linked with it and looks for it at run time. */
export async function placeTensorflow(tensorflow) {
  const deps = join(bindingPackage, 'deps');
  await placeFolder(tensorflow.folder, deps);
  if (process.platform === 'win32') {
    // Windows looks for DLLs beside the module that needs them.
    for (const name of readdirSync(join(deps, 'lib')).filter((file) => file.endsWith('.dll'))) {
      await placeFile(join(deps, 'lib', name), join(bindingPackage, 'lib', 'napi-v8', name));
    }
  }
  return deps;
}
