/** The part `grid`: how soon the real window shows the images of a data set, and how fast 60,000 of them scroll. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../lib/paths.mjs';
import { mustRun } from '../lib/processes.mjs';
import { windowEnv } from '../lib/run-env.mjs';
import { onOwnDisplay } from '../lib/xvfb.mjs';
import { bundled } from './programs.mjs';
import { median, quantile } from './statistics.mjs';
import { columns, milliseconds } from './table.mjs';

/** Milliseconds: until the first images, and of 95 % of the frames. */
export const GRID_LIMITS = { opened: 300, frame: 34 };

const RECORDS = 10_000;
const RECORD_BYTES = 3073;

export async function measureGrid({ electron, progress }) {
  const home = mkdtempSync(join(tmpdir(), 'resbench-grid-'));
  try {
    makeImages(home);
    const { stdout } = await progress.during('Images', {}, () =>
      onOwnDisplay((display) =>
        mustRun(
          process.execPath,
          [bundled('grid'), home, electron, projectRoot],
          { env: windowEnv(display) },
          'The images could not be measured.',
        ),
      ),
    );
    return { ...JSON.parse(stdout), load: loadavg()[0] };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** Files of CIFAR-10 by name and length: whoever looks at images does not ask what they show. */
function makeImages(home) {
  const folder = join(home, 'datasets', 'cifar10');
  mkdirSync(folder, { recursive: true });
  const bytes = Buffer.alloc(RECORDS * RECORD_BYTES);
  for (const name of [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`).concat('test_batch.bin')) {
    for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 2654435761) >>> 24;
    for (let record = 0; record < RECORDS; record++) bytes[record * RECORD_BYTES] = record % 10;
    writeFileSync(join(folder, name), bytes);
  }
}

export function gridText({ opened, scrollings, load }) {
  const head = ['Scrolling', 'median ms', '95 % within', 'longest', 'script ms', 'thread ms', 'rows drawn'];
  const rows = scrollings.map(({ pace, intervals, script, task, drawn }) => [
    pace,
    milliseconds(median(intervals)),
    milliseconds(quantile(intervals, 0.95)),
    milliseconds(Math.max(...intervals)),
    milliseconds(script),
    milliseconds(task),
    `${Math.round(100 * drawn)} %`,
  ]);
  return (
    `Images of 60,000 in the grid (limits are those of a quiet machine of two cores)\n` +
    `From the click to the first images, the first after the start: ${opened.map(milliseconds).join(', ')} ms; ` +
    `limit ${GRID_LIMITS.opened} ms.\n` +
    `${columns([head, ...rows])}\n` +
    `Load ${load.toFixed(1)}; limit: 95 % of frames within ${GRID_LIMITS.frame} ms.`
  );
}
