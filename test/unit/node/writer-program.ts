import { join } from 'node:path';
import { build } from 'esbuild';

/** Bundles checkpoint-writer.ts into the folder, for a process of its own: `process.execPath PROGRAM ARGUMENTS`. */
export async function bundleWriter(folder: string): Promise<string> {
  const program = join(folder, 'writer.mjs');
  await build({
    entryPoints: [join(__dirname, 'checkpoint-writer.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node16',
    logLevel: 'warning',
  });
  return program;
}

export const WRITER_ENV = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
