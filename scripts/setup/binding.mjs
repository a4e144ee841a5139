/**
 * The native part of @tensorflow/tfjs-node-gpu, compiled against the TensorFlow that the set-up found. It uses Node-API
 * 8 and TensorFlow's C API only, so one file runs in every Node and Electron.
 */
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { mustRun } from '../lib/processes.mjs';
import { cacheEntry, placeFile, placeFolder } from './cache.mjs';
import { waiting } from './electron.mjs';
import { gypEnv, headerArguments, nodeGyp } from './headers.mjs';
import { bindingKey } from './keys.mjs';
import { bindingPackage } from './tensorflow.mjs';

const FILE = 'tfjs_binding.node';
export const bindingPath = join(bindingPackage, 'lib', 'napi-v8', FILE);

export async function provideBinding(context, { version, tensorflow, electronVersions }) {
  const { root, env, platform, progress, python } = context;
  const key = bindingKey(version, tensorflow.id, platform);
  const folder = await cacheEntry(
    root,
    key,
    async (made, work) => {
      const headers = await headerArguments(context, electronVersions);
      await progress.during('TensorFlow binding', {}, async (task) => {
        task.update({ note: 'compiling' });
        // Built on a copy, so that an interrupted build leaves node_modules as it was.
        const source = join(work, 'source');
        await mkdir(source);
        for (const name of ['binding', 'binding.gyp', 'package.json']) {
          await cp(join(bindingPackage, name), join(source, name), { recursive: true });
        }
        await placeFolder(tensorflow.folder, join(source, 'deps'));
        const args = [nodeGyp, 'rebuild', '--release', ...headers, `--python=${python}`];
        // node-pre-gyp's variables, which binding.gyp expects.
        args.push(
          '--napi_build_version=8',
          `--module_name=${FILE.replace('.node', '')}`,
          '--module_path=./lib/napi-v8',
        );
        const failed = 'The TensorFlow binding (@tensorflow/tfjs-node-gpu) did not compile:';
        await mustRun(process.execPath, args, { cwd: source, env: gypEnv(env) }, failed);
        const built = join(source, 'build', 'Release', FILE);
        if (!existsSync(built)) throw new Failure(`${failed} node-gyp left no ${FILE}.`);
        if (platform.startsWith('darwin')) await relink(built);
        await copyFile(built, join(made, FILE));
      });
    },
    { onWait: waiting(progress, 'TensorFlow binding') },
  );
  await placeFile(join(folder, FILE), bindingPath);
  return { key, path: bindingPath };
}

/**
 * The wheel's libraries call themselves `@rpath/libtensorflow_cc.2.dylib`; the binding is told where they lie. Changing a
 * library breaks its signature, which Apple's own processors insist on.
 */
async function relink(file) {
  const change = [];
  for (const name of [
    'libtensorflow_cc.2.dylib',
    'libtensorflow.2.dylib',
    'libtensorflow_framework.2.dylib',
  ]) {
    change.push('-change', `@rpath/${name}`, `@loader_path/../../deps/lib/${name}`);
  }
  const failed = 'The TensorFlow binding could not be linked with the TensorFlow beside it:';
  await mustRun('install_name_tool', [...change, file], {}, failed);
  await mustRun('codesign', ['--force', '--sign', '-', file], {}, failed);
}
