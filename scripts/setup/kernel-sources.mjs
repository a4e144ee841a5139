/** What the kernels of our own (`native/`) are compiled from, and how. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../lib/paths.mjs';
import { which } from '../lib/processes.mjs';

/** Counts up when what the kernels compute changes; the sources' hash stands beside it. */
export const VERSION = 1;

export const native = join(projectRoot, 'native');
export const FLAGS = [
  '-std=c++17',
  '-O3',
  '-fPIC',
  '-fvisibility=hidden',
  '-ffp-contract=fast',
  // Roots of vectors by one instruction: nobody asks errno whether one was of a negative number.
  '-fno-math-errno',
  '-pthread',
];

/** Files of one set of instructions, with the flags for it, by processor. */
export const FILES = {
  x64: {
    'kernels_avx2.cc': ['-mavx2', '-mfma'],
    'kernels_avx512.cc': ['-mavx512f', '-mavx2', '-mfma', '-mprefer-vector-width=512'],
  },
  arm64: { 'kernels_portable.cc': [] },
};
export const COMMON = ['dispatch.cc', 'pool.cc', 'ops.cc'];

/** Why there can be none on a platform; null where there can. */
export const whyNoKernels = (platform) =>
  platform.startsWith('win32')
    ? "Microsoft's compiler has no vector extensions, in which they are written"
    : platform.split('-')[1] in FILES
      ? null
      : `they are written for x64 and arm64, not for ${platform}`;

/** Hash of all that a library is made of but TensorFlow and the compiler. */
export function kernelsHash() {
  const hash = createHash('sha256').update(JSON.stringify([VERSION, FLAGS, FILES, COMMON]));
  const files = ['src', 'stubs'].flatMap((folder) => filesIn(join(native, folder)));
  for (const file of files.sort()) {
    hash.update(file.slice(native.length).replaceAll('\\', '/')).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}

const filesIn = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((item) =>
    item.isDirectory() ? filesIn(join(folder, item.name)) : [join(folder, item.name)],
  );

/** How the compiler that was found is called: CXX may carry arguments (`ccache g++`). */
export function compilerCommand(compiler, env) {
  const [program, ...more] = env.CXX?.trim().split(/\s+/) ?? [];
  return program && which(program, env) === compiler ? [compiler, ...more] : [compiler];
}
