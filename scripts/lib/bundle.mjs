/** Programs of the tests, in TypeScript, as one file each that a Node can run. */
import { join } from 'node:path';
import { projectRoot } from './paths.mjs';

/** Bundles `test/NAME/main.ts`; resolves where the program lies. */
export async function bundleProgram(name) {
  // Imported here: the set-up may have just installed it.
  const { build } = await import('esbuild');
  const program = join(projectRoot, 'out', name, 'main.js');
  await build({
    entryPoints: [join(projectRoot, 'test', name, 'main.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node16',
    packages: 'external',
    logLevel: 'warning',
  });
  return program;
}
