/** The program that checks the kernels (native/test/check.cc), compiled as the library is. */
import { join } from 'node:path';
import { mustRun } from '../lib/processes.mjs';
import { compilerCommand, FILES, FLAGS, native } from './kernel-sources.mjs';

/** What finds accesses outside of memory and undefined behaviour, and what finds races; they exclude each other. */
export const MEMORY = 'address,undefined';
export const RACES = 'thread';

/**
 * @param sanitizers one of those; null: as the kernels are compiled for use
 * @returns the path of the program in `folder`
 */
export async function compileCheck(
  folder,
  { compiler, sanitizers = null, architecture = process.arch, linking = [], env = process.env },
) {
  const own = FILES[architecture];
  const flags = sanitizers
    ? [...FLAGS, '-O1', '-g', `-fsanitize=${sanitizers}`, '-fno-sanitize-recover=all']
    : FLAGS;
  const sources = [
    ...Object.entries(own).map(([name, special]) => [join('src', name), special]),
    ...['src/pool.cc', 'src/dispatch.cc', 'test/check.cc'].map((name) => [name, []]),
  ];
  const [program, ...before] = compilerCommand(compiler, env);
  const failed = 'The check of the kernels did not compile:';
  const objects = await Promise.all(
    sources.map(async ([name, special], index) => {
      const object = join(folder, `${index}.o`);
      const args = [...before, ...flags, ...special, '-c', join(native, name), '-o', object];
      await mustRun(program, args, { env }, failed);
      return object;
    }),
  );
  const check = join(folder, 'check');
  await mustRun(program, [...before, ...flags, ...linking, ...objects, '-o', check], { env }, failed);
  return check;
}
