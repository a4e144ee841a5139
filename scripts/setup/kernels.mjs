/**
 * Kernels of our own (`native/`), compiled beside the binding and loaded after TensorFlow. Nothing needs them: where they do not
 * compile or do not work, training uses TensorFlow's ops alone, and the record says why.
 */
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../lib/failure.mjs';
import { mustRun } from '../lib/processes.mjs';
import { cacheEntry, placeFile } from './cache.mjs';
import { checkKernels } from './checks.mjs';
import { waiting } from './electron.mjs';
import {
  COMMON,
  compilerCommand,
  FILES,
  FLAGS,
  kernelsHash,
  native,
  VERSION,
  whyNoKernels,
} from './kernel-sources.mjs';
import { kernelsKey } from './keys.mjs';
import { sizes } from './stamp.mjs';
import { bindingPackage } from './tensorflow.mjs';

const FILE = 'resbench_kernels.node';
const kernelsPath = join(bindingPackage, 'lib', 'napi-v8', FILE);

/**
 * Compiles the library, or takes it from the cache, and tries it. The record: `{ hash, key, path, files, version, instructions }`,
 * or `{ hash, problem }`, a clause, where there is none.
 */
export async function provideKernels(context, { tensorflow, electronPath, compiler, path = kernelsPath }) {
  const { root, env, platform, progress, say } = context;
  const hash = kernelsHash();
  const none = async (problem) => {
    await rm(path, { force: true });
    return { hash, problem };
  };
  const impossible = whyNoKernels(platform);
  if (impossible) return none(impossible);
  const key = kernelsKey(hash, tensorflow.id, platform);
  try {
    const folder = await cacheEntry(
      root,
      key,
      (made, work) =>
        progress.during('Kernels', {}, async (task) => {
          task.update({ note: 'compiling' });
          await copyFile(
            await compile(work, { tensorflow, compiler, env, platform, hash }),
            join(made, FILE),
          );
        }),
      { onWait: waiting(progress, 'Kernels') },
    );
    await placeFile(join(folder, FILE), path);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(
      'The kernels of our own did not compile; training uses those of TensorFlow. `npm run doctor` says why.',
    );
    return none(error.message);
  }
  const answer = await checkKernels(electronPath, path, env);
  if (!answer.works) {
    // Built once more at the next set-up, not at each start.
    await rm(join(root, key), { recursive: true, force: true });
    say(`The kernels of our own do not work here; training uses those of TensorFlow: ${answer.reason}`);
    return none(`they were compiled, but do not work: ${answer.reason}`);
  }
  const { version, instructions } = answer;
  return { hash, key, path, files: sizes([path]), version, instructions };
}

/** Compiles all files at once and links them; the path of the library. */
async function compile(work, { tensorflow, compiler, env, platform, hash }) {
  const own = FILES[platform.split('-')[1]];
  const flagsOf = Object.fromEntries([...COMMON.map((name) => [name, []]), ...Object.entries(own)]);
  const [program, ...before] = compilerCommand(compiler, env);
  const include = [
    `-I${join(native, 'stubs')}`,
    `-isystem${join(tensorflow.folder, 'include')}`,
    `-DRESBENCH_KERNELS_VERSION="${VERSION}.${hash}"`,
  ];
  const failed = 'The kernels did not compile:';
  const objects = await Promise.all(
    Object.entries(flagsOf).map(async ([name, flags]) => {
      const object = join(work, `${name}.o`);
      const source = join(native, 'src', name);
      await mustRun(
        program,
        [...before, ...FLAGS, ...flags, ...include, '-c', source, '-o', object],
        { env },
        failed,
      );
      return object;
    }),
  );
  const library = join(work, FILE);
  const mac = platform.startsWith('darwin');
  const origin = mac ? '@loader_path' : '$ORIGIN';
  const linking = [
    ...(mac ? ['-dynamiclib', '-undefined', 'dynamic_lookup'] : ['-shared', '-pthread']),
    '-o',
    library,
    ...objects,
    `-L${join(tensorflow.folder, 'lib')}`,
    mac ? '-ltensorflow_framework.2' : '-ltensorflow_framework',
    `-Wl,-rpath,${origin}/../../deps/lib`,
  ];
  await mustRun(program, [...before, ...linking], { env }, failed);
  return library;
}
