/** The Node inside current Electron, as a program of its own: tests have the trainer run in it too. */
import { mustRun } from '../lib/processes.mjs';
import { cacheEntry } from './cache.mjs';
import { fetchNpmPackage } from './download.mjs';
import { waiting } from './electron.mjs';
import { testNodeKey } from './keys.mjs';
import * as pins from './pins.mjs';

/** Downloads it where npm has it for this platform and it is not there yet. */
export async function provideTestNode({ root, env, platform, progress }) {
  if (platform !== pins.testNode.platform) return;
  const label = `Node ${pins.testNode.version}`;
  await cacheEntry(
    root,
    testNodeKey(platform),
    (made, work) =>
      progress.during(label, {}, async () => {
        const archive = await fetchNpmPackage(pins.testNode, work, { env });
        const members = ['package/bin/node', 'package/LICENSE'];
        const args = ['-xzf', archive, '-C', made, '--strip-components=1', ...members];
        await mustRun('tar', args, {}, `${archive} could not be unpacked.`);
      }),
    { onWait: waiting(progress, label) },
  );
}
