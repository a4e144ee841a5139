/** The part `editor`: how soon the real window shows what a key changes in a deep architecture, and how soon a text is read. */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../lib/paths.mjs';
import { mustRun } from '../lib/processes.mjs';
import { windowEnv } from '../lib/run-env.mjs';
import { onOwnDisplay } from '../lib/xvfb.mjs';
import { bundled } from './programs.mjs';

/** Texts that are read. */
const TEXTS = 3000;

export async function measureEditor({ electron, progress }) {
  const home = mkdtempSync(join(tmpdir(), 'resbench-editor-'));
  try {
    const { stdout } = await progress.during('Editor', {}, () =>
      onOwnDisplay((display) =>
        mustRun(
          process.execPath,
          [bundled('editor'), home, electron, projectRoot],
          { env: windowEnv(display) },
          'The editor could not be measured.',
        ),
      ),
    );
    const load = loadavg()[0];
    const read = await mustRun(
      process.execPath,
      [bundled('reader'), String(TEXTS)],
      {},
      'The reader could not be measured.',
    );
    return { ...JSON.parse(stdout), load, reader: { ...JSON.parse(read.stdout), load: loadavg()[0] } };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
