/** Programs in TypeScript as one file each that a Node can run: those of the tests, and measured ones. */
import { join } from 'node:path';
import { projectRoot } from './paths.mjs';

/** Bundles `test/NAME/main.ts`; resolves where the program lies. */
export async function bundleProgram(name) {
  const outdir = join(projectRoot, 'out', name);
  await bundle([{ in: join(projectRoot, 'test', name, 'main.ts'), out: 'main' }], outdir);
  return join(outdir, 'main.js');
}

/** Bundles each of `entryPoints` (`{ in, out }`) into a file of its own in a folder. */
export async function bundle(entryPoints, outdir) {
  // Imported here: the set-up may have just installed it.
  const { build } = await import('esbuild');
  await build({
    entryPoints,
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node16',
    packages: 'external',
    logLevel: 'warning',
  });
}
