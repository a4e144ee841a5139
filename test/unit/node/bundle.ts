import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** Bundles a program into the folder, for a process of its own: `process.execPath PROGRAM ARGUMENTS`. */
export async function bundle(source: string, folder: string): Promise<string> {
  const program = join(folder, basename(source).replace(/\.ts$/, '.mjs'));
  await build({
    entryPoints: [source],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node16',
    logLevel: 'warning',
  });
  return program;
}
